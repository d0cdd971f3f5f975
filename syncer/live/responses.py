"""The results of requests: answers, their JSON or their error, and their number."""

import codecs
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.errors import (
    ApiError,
    AuthError,
    BadAnswer,
    Forbidden,
    LiveError,
    NotFound,
    PreconditionFailed,
    RateLimited,
)
from syncer.model.json_reader import JsonError, parsed
from syncer.model.json_values import clean
from syncer.net.transport import Response


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of 2xx: ``latency_ms`` is that of the last of ``attempts``, which was sent at ``sent_at``.

    Names of ``headers`` are found in any case. ``sent_at`` is a moment of the client's clock, in seconds.
    """

    body: dict[str, Any]
    correlation_id: str
    latency_ms: float
    attempts: int
    headers: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    sent_at: float = field(default=0.0, compare=False)


class Calls:
    """A counter that many threads may use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, what: str) -> None:
        """One more of ``what``: a method with its route (``GET /api/v2/…``), ``429`` or ``retries``."""
        with self._lock:
            self._counts[what] += 1

    def so_far(self) -> dict[str, int]:
        """A copy of all counts, sorted by name."""
        with self._lock:
            return dict(sorted(self._counts.items()))


TROUBLE = "The server has a problem of its own: wait, and try again; nothing on this side fixes it."


def decoded(reply: Response, what: str) -> dict[str, Any]:
    """The JSON object of ``reply``; raises BadAnswer, naming ``what`` was asked, when there is none."""
    try:
        value = parsed(reply.body.removeprefix(codecs.BOM_UTF8))
    except JsonError as error:
        raise BadAnswer(f"{what}: the response ({reply.status}) is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadAnswer(f"{what}: the response ({reply.status}) is not a JSON object.")
    return value


def correlation_id(reply: Response, body: Mapping[str, Any], secrets: Iterable[str] = ()) -> str:
    """The correlation id that support needs: from the header, else from an error's body, else empty."""
    found = reply.headers.get("ININ-Correlation-Id") or body.get("contextId")
    return clean(found, secrets=secrets, longest=100) if isinstance(found, str) else ""


def failure(reply: Response, what: str, *, secrets: Sequence[str] = ()) -> LiveError:
    """The error for ``reply``, which is not 2xx.

    The body is that of the Genesys Cloud Platform API (``message``, ``code``, ``details``,
    ``contextId``), or anything else: then only the status counts.
    """
    body = _error_body(reply)
    said = clean(_said(body), secrets=secrets)
    message = f"{what}: {reply.status}{f' {said}' if said else ''}"
    if reply.status < 400:
        return BadAnswer(f"{what}: the status {reply.status} is not expected here.")
    if reply.status == 401:
        return AuthError(message)
    clean_id = correlation_id(reply, body, secrets)
    kinds = {403: Forbidden, 404: NotFound, 412: PreconditionFailed, 429: RateLimited}
    return kinds.get(reply.status, ApiError)(
        message,
        status=reply.status,
        code=clean(str(body.get("code") or ""), secrets=secrets, longest=100),
        correlation_id=clean_id,
        hint=TROUBLE if reply.status >= 500 else "",
    )


def said_by(reply: Response, *keys: str) -> str:
    """The first text under one of ``keys`` of an error body, unchanged; empty if there is none."""
    body = _error_body(reply)
    return next((value for key in keys if isinstance(value := body.get(key), str) and value), "")


def _error_body(reply: Response) -> dict[str, Any]:
    try:
        return decoded(reply, "")
    except BadAnswer:
        return {}


def _said(body: Mapping[str, Any]) -> str:
    message = body.get("message")
    code = body.get("code")
    parts = [message] if isinstance(message, str) else []
    parts += [f"({code})"] if isinstance(code, str) and code else []
    parts += [_detail(detail) for key in ("details", "errors") for detail in _listed(body.get(key))]
    return " ".join(filter(None, parts))


def _listed(value: object) -> list[object]:
    return value[:3] if isinstance(value, list) else []


def _detail(detail: object) -> str:
    if not isinstance(detail, dict):
        return ""
    words = (detail.get(key) for key in ("fieldName", "errorCode", "code", "message"))
    text = " ".join(word for word in words if isinstance(word, str))
    return f"[{text}]" if text else ""
