"""Timestamps by RFC 3161: a server that is trusted for its clock signs that it saw a head, and when.

What is stamped is the text of the head (``sha256:`` and 64 digits, no line end) by its SHA-256, so that
``openssl ts -verify -data`` takes it. The server learns nothing of the trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from syncer.errors import BadAnswer, ConfigError
from syncer.net.transport import Limits, Transport
from syncer.net.urls import is_loopback

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

LIMITS = Limits(connect=5.0, read=15.0, whole=30.0, size=256 * 1024)
"""Of a request for a timestamp: an answer with the certificates of its server has some KiB."""

_GRANTED = 0


class BadStamp(ValueError):
    """What should be a timestamp is none, or its signature is not what it should be."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a timestamp says: the SHA-256 of what was seen, and when; ``checked`` is its signature."""

    imprint: bytes
    time: datetime
    checked: bool


def imprint(head: str) -> bytes:
    """The SHA-256 of the text of a head: what a server stamps."""
    return sha256(head.encode("ascii", "backslashreplace")).digest()


def refuse_without_library() -> None:
    """Raise ConfigError where timestamps can't be read: their library is an extra."""
    if find_spec("rfc3161_client") is None:
        raise ConfigError(
            "timestamps need the package rfc3161-client, which is not installed",
            hint='pip install "rfc3161-client>=1.0.6"',
        )


def trusted_roots(pem: bytes) -> tuple["Certificate", ...]:
    """The certificates in a PEM file. Raises ConfigError where it holds none."""
    refuse_without_library()
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise ConfigError(
            "the roots of timestamps are not PEM certificates",
            hint="Take the root that the timestamp server publishes (-----BEGIN CERTIFICATE-----).",
        ) from error


def ask(url: str, head: str, roots: Sequence["Certificate"] = ()) -> bytes:
    """A timestamp of a head from the server at ``url``: its answer, whose bytes ``openssl ts`` reads.

    It is of this head and this request; with ``roots`` its signature is verified too. Raises as
    :meth:`Transport.send` does, BadAnswer for an answer that is no such timestamp, and ConfigError where the
    library is missing.
    """
    refuse_without_library()
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    host = urlsplit(url).hostname or url
    builder = TimestampRequestBuilder(data=head.encode("ascii"), hash_algorithm=HashAlgorithm.SHA256)
    request = builder.build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    with Transport(
        workers=1, environment=not is_loopback(host), limits=LIMITS, source="--anchor"
    ) as transport:
        reply = transport.send("POST", url, headers=headers, body=request.as_bytes())
    if reply.status != 200:
        raise BadAnswer(f"the timestamp server {host} answers {reply.status}", hint="Check its URL.")
    try:
        found = read(reply.body, roots)
        if found.imprint != imprint(head) or _parsed(reply.body).tst_info.nonce != request.nonce:
            raise BadStamp("it is of something else")
    except BadStamp as error:
        raise BadAnswer(
            f"the timestamp of {host} can't be used: {error}",
            hint="Check the URL, and with --tsa-roots that they are the roots of this server.",
        ) from error
    return reply.body


def read(data: bytes, roots: Sequence["Certificate"]) -> Stamp:
    """What a timestamp says; without ``roots`` its signature is not looked at. Raises BadStamp."""
    from rfc3161_client import VerificationError, VerifierBuilder

    response = _parsed(data)
    try:
        info = response.tst_info
        seen = Stamp(info.message_imprint.message, info.gen_time, checked=bool(roots))
        if roots:
            VerifierBuilder(roots=list(roots)).build().verify(response, seen.imprint)
    except (VerificationError, ValueError) as error:
        raise BadStamp(_words(error)) from error
    return seen


def _parsed(data: bytes) -> "TimeStampResponse":
    from rfc3161_client import decode_timestamp_response

    try:
        response = decode_timestamp_response(data)
        if response.status != _GRANTED:
            said = "; ".join(response.status_string)
            raise BadStamp(f"it was not granted (status {response.status}{f': {said}' if said else ''})")
    except ValueError as error:
        raise error if isinstance(error, BadStamp) else BadStamp("it is not a timestamp") from error
    return response


def _words(error: Exception) -> str:
    return str(error).split("\n")[0][:200] or "it can't be verified"
