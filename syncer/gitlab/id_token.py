"""An ID token of a GitLab job: who ran it and for which commit, as its issuer signed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from syncer.errors import NoAnswer, SyncerError
from syncer.gitlab.trust import trusted_by_the_job
from syncer.model.json_reader import parsed
from syncer.model.json_values import clean, finite, items, mapping
from syncer.net.transport import Limits, Transport
from syncer.net.urls import is_loopback

VARIABLE: Final = "SYNCER_ID_TOKEN"
KEYS: Final = "/oauth/discovery/keys"
"""Where a GitLab publishes its keys, below its own address."""

_ALGORITHM: Final = "RS256"
_LIMITS: Final = Limits(connect=5.0, read=10.0, whole=15.0, size=256 * 1024)
_ATTEMPTS: Final = 2
_LONGEST_TOKEN: Final = 16 * 1024
_LEEWAY_S: Final = 60.0
_SAME: Final = {"CI_COMMIT_SHA": "sha", "CI_JOB_ID": "job_id", "CI_PROJECT_PATH": "project_path"}
"""Variables of the job and claims of its token that must agree."""

_NAMED: Final = {"sha": "commit", "job_id": "job", "project_path": "project"}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token proves: who (``user`` is a login), the commit, the ref, and URLs of job and pipeline.

    ``ref_protected`` is None if the token doesn't state it.
    """

    user: str
    commit: str
    ref: str
    ref_protected: bool | None
    project: str
    job: str
    pipeline: str


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose tokens count: the URL of the ``issuer``, which is a GitLab, and the ``audience`` they are for."""

    issuer: str
    audience: str


class NotProvedError(ValueError):
    """The token proves nothing; the message has the reason, and never repeats any of the token."""


def proved(environ: Mapping[str, str], trust: Trust, now: float) -> Claims:
    """Return the claims of the token in ``SYNCER_ID_TOKEN``, verified with its issuer's key.

    ``now`` is in seconds since 1970. The keys come from the issuer in ``trust``, never from an address in the
    token. Raises NotProvedError.
    """
    token = environ.get(VARIABLE, "").strip()
    if not token:
        raise NotProvedError(f"no ID token: {VARIABLE} is not set")
    if not trust.issuer:
        raise NotProvedError("an ID token is set, but the settings have no audit.issuer for it")
    if find_spec("jwt") is None or find_spec("cryptography") is None:
        raise NotProvedError("the ID token was not checked: PyJWT with cryptography is not installed")
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise NotProvedError("the ID token isn't one")
    issuer = trust.issuer.rstrip("/")
    said = _verified(token, fetched_keys(issuer, environ), issuer, trust.audience)
    _check_times(said, now)
    for variable, claim in _SAME.items():
        there = environ.get(variable, "").strip()
        if there and there != _text(said, claim):
            raise NotProvedError(f"the ID token is for another {_NAMED[claim]} than {variable}")
    return _claims(said, issuer)


def fetched_keys(issuer: str, environ: Mapping[str, str]) -> list[Any]:
    """The public keys of an issuer, as it publishes them. Raises NotProvedError."""
    host = "the issuer"
    try:
        host = urlsplit(issuer).hostname or host
        own = trusted_by_the_job(issuer, environ)
        usual = not is_loopback(host)
        with Transport(
            workers=1, environment=usual, limits=_LIMITS, source="audit.issuer", trust=own
        ) as transport:
            answer = _asked(transport, issuer + KEYS)
    except (SyncerError, ValueError) as error:
        raise NotProvedError(f"the keys of {host} can't be fetched: {clean(str(error))}") from error
    if answer is None:
        raise NotProvedError(f"the keys of {host} can't be fetched: it has none at {KEYS}")
    return answer


def _asked(transport: Transport, url: str) -> list[Any] | None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            answer = transport.send("GET", url)
        except NoAnswer:
            if attempt == _ATTEMPTS:
                raise
        else:
            return items(mapping(parsed(answer.body)).get("keys")) if answer.status == 200 else None
    return None


def _verified(token: str, keys: list[Any], issuer: str, audience: str) -> dict[str, Any]:
    """Return the claims of the token, verified with the key that it names; its times are checked
    elsewhere."""
    import jwt

    key = _key(keys, _header(token).get("kid"))
    if key is None:
        raise NotProvedError("the ID token is signed with a key that its issuer doesn't have")
    try:
        return jwt.decode(
            token,
            jwt.PyJWK.from_dict(key, algorithm=_ALGORITHM).key,
            algorithms=[_ALGORITHM],
            audience=audience,
            issuer=issuer,
            options={
                "require": ["exp", "iat", "iss", "aud"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.InvalidAudienceError as error:
        raise NotProvedError("the ID token is for another audience than audit.audience") from error
    except jwt.InvalidIssuerError as error:
        raise NotProvedError("the ID token is from another issuer than audit.issuer") from error
    except jwt.InvalidSignatureError as error:
        raise NotProvedError("the signature of the ID token is wrong") from error
    except jwt.InvalidAlgorithmError as error:
        raise NotProvedError(f"the ID token is not signed with {_ALGORITHM}") from error
    except jwt.MissingRequiredClaimError as error:
        raise NotProvedError(f"the ID token doesn't have the claim {clean(str(error.claim))}") from error
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise NotProvedError("the ID token isn't one, or no key of its issuer matches it") from error


def _header(token: str) -> dict[str, Any]:
    import jwt

    try:
        return jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise NotProvedError("the ID token isn't one") from error


def _key(keys: list[Any], name: object) -> dict[str, Any] | None:
    """The one RSA key with this name; a shared secret in the token itself is never accepted."""
    fits = [key for key in keys if isinstance(key, dict) and key.get("kty") == "RSA" and "d" not in key]
    named = [key for key in fits if isinstance(name, str) and key.get("kid") == name]
    return named[0] if len(named) == 1 else None


def _check_times(said: Mapping[str, Any], now: float) -> None:
    begins, ends = finite(said.get("nbf", 0)), finite(said.get("exp"))
    if begins is None or ends is None:
        raise NotProvedError("the times of the ID token are invalid")
    if now > ends + _LEEWAY_S:
        raise NotProvedError("the ID token has expired")
    if now < begins - _LEEWAY_S:
        raise NotProvedError("the ID token is not valid yet: the clock of this machine may be wrong")


def _claims(said: Mapping[str, Any], issuer: str) -> Claims:
    needed = {name: _text(said, name) for name in ("user_login", "sha", "job_id", "project_path")}
    for name, value in needed.items():
        if not value:
            raise NotProvedError(f"the ID token doesn't have the claim {name}")
    project, pipeline = needed["project_path"], _text(said, "pipeline_id")
    protected = {"true": True, "false": False}.get(str(said.get("ref_protected")).lower())
    return Claims(
        user=needed["user_login"],
        commit=needed["sha"],
        ref=_text(said, "ref"),
        ref_protected=protected,
        project=project,
        job=f"{issuer}/{project}/-/jobs/{needed['job_id']}",
        pipeline=f"{issuer}/{project}/-/pipelines/{pipeline}" if pipeline else "",
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    """A claim as text; GitLab sends ids as texts, and numbers are accepted too."""
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return clean(str(value))
