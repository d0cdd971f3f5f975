"""Client-credentials tokens, as both token endpoints give them, and so many calls a token in each minute."""

import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from math import ceil
from threading import Lock
from urllib.parse import parse_qs, unquote_plus

from syncer.emulator.wire import AnswerError, Call, Headers, Reply, json_reply

WINDOW = 60.0
"""Seconds in which the calls of a token are counted."""

READ = "routing:queue:read"
WRITE = "routing:queue:write"
BOTH = frozenset({READ, WRITE})

LIFETIME = 86_400
"""Seconds a token lives, as the real API has it."""

WIDER: Mapping[str, frozenset[str]] = {"routing": BOTH, "routing:readonly": frozenset({READ}), WRITE: BOTH}
"""Scopes that stand for more than themselves: who may write a queue may read it."""


@dataclass(frozen=True, slots=True)
class Client:
    """Credentials that are accepted, and the most their tokens may do."""

    id: str
    secret: str
    scopes: frozenset[str] = BOTH


@dataclass(frozen=True, slots=True)
class Token:
    """A token: whose it is, what it may do, and until when (in the seconds of the clock)."""

    value: str
    client: str
    scopes: frozenset[str]
    expires: float


class Tokens:
    """Gives tokens and knows those that are alive; ``clock`` gives seconds."""

    def __init__(self, clients: tuple[Client, ...], *, clock: Callable[[], float]) -> None:
        self._clients = clients
        self._clock = clock
        self._lock = Lock()
        self._alive: dict[str, Token] = {}

    def grant(self, call: Call) -> Reply:
        """Answer a token request; credentials come as HTTP Basic or as form fields."""
        form = {key: values[0] for key, values in parse_qs(call.body.decode(errors="replace")).items()}
        client = self._client(_credentials(call.headers.get("authorization", ""), form))
        if client is None:
            return _refusal(
                HTTPStatus.UNAUTHORIZED, "invalid_client", "client not found or secret wrong: invalid_client"
            )
        if form.get("grant_type") != "client_credentials":
            return _refusal(
                HTTPStatus.BAD_REQUEST, "unsupported_grant_type", "grant_type has to be client_credentials"
            )
        token = self._issue(client, form.get("scope", ""))
        return json_reply(
            {"access_token": token.value, "token_type": "bearer", "expires_in": LIFETIME},
            headers=(("Cache-Control", "no-store"),),
        )

    def find(self, call: Call) -> Token | None:
        """The token of a call, or None without one that is alive."""
        with self._lock:
            token = self._alive.get(_bearer(call))
        return token if token is not None and token.expires > self._clock() else None

    def refusal(self, call: Call) -> AnswerError:
        """401, for a call whose token was not found."""
        if _bearer(call):
            return expired()
        return _unauthorized(
            "authentication.required", "No authentication bearer token specified in authorization header."
        )

    def revoke(self, token: Token) -> None:
        """Let a token die before its time."""
        with self._lock:
            self._alive.pop(token.value, None)

    def _client(self, credentials: tuple[str, str]) -> Client | None:
        return next((client for client in self._clients if _same(client, credentials)), None)

    def _issue(self, client: Client, asked: str) -> Token:
        scopes = frozenset[str]().union(*(WIDER.get(scope, {scope}) for scope in asked.split())) or BOTH
        now = self._clock()
        token = Token(secrets.token_urlsafe(32), client.id, scopes & client.scopes, now + LIFETIME)
        with self._lock:
            self._alive = {key: other for key, other in self._alive.items() if other.expires > now}
            self._alive[token.value] = token
        return token


@dataclass(frozen=True, slots=True)
class Usage:
    """Where a token stands: ``count`` calls of ``allowed``, and ``reset`` seconds to the next window."""

    count: int
    allowed: int
    reset: int

    @property
    def headers(self) -> Headers:
        """The three headers that every answer of the API carries."""
        return (
            ("inin-ratelimit-count", str(self.count)),
            ("inin-ratelimit-allowed", str(self.allowed)),
            ("inin-ratelimit-reset", str(self.reset)),
        )


class RateLimit:
    """Counts calls per token; ``clock`` gives seconds that never run backwards."""

    def __init__(self, allowed: int, *, clock: Callable[[], float]) -> None:
        self._allowed = allowed
        self._clock = clock
        self._lock = Lock()
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, token: str) -> Usage:
        """Count one call; whether it is one too many is for :func:`check_rate` to say."""
        with self._lock:
            now = self._clock()
            self._windows = {key: window for key, window in self._windows.items() if window[0] > now}
            end, count = self._windows.get(token, (now + WINDOW, 0))
            self._windows[token] = (end, count + 1)
            return Usage(count + 1, self._allowed, ceil(end - now))


def check_rate(usage: Usage) -> None:
    """Raise :class:`AnswerError` 429 when the calls of this window are used up."""
    if usage.count > usage.allowed:
        raise too_many(usage.reset)


def too_many(seconds: int) -> AnswerError:
    """429 with the body and the ``Retry-After`` of the real API."""
    return AnswerError(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too.many.requests.retry.after",
        f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds",
        headers=(("Retry-After", str(seconds)),),
    )


def require(token: Token, scope: str) -> None:
    """Raise :class:`AnswerError` 403 when the token was not given ``scope``."""
    if scope not in token.scopes:
        raise AnswerError(
            HTTPStatus.FORBIDDEN,
            "missing.permission",
            f"You are not authorized to perform the requested action. Missing the scope {scope}.",
        )


def expired() -> AnswerError:
    """401, for a token that is not, or no longer, alive."""
    return _unauthorized("bad.credentials", "Invalid login credentials.")


def _bearer(call: Call) -> str:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _unauthorized(code: str, message: str) -> AnswerError:
    return AnswerError(HTTPStatus.UNAUTHORIZED, code, message, headers=(("WWW-Authenticate", "Bearer"),))


def _refusal(status: int, error: str, description: str) -> Reply:
    body = {"error": error, "description": description, "error_description": description}
    headers: Headers = (("WWW-Authenticate", "Basic"),) if status == HTTPStatus.UNAUTHORIZED else ()
    return json_reply(body, status=status, headers=headers)


def _credentials(authorization: str, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


def _same(client: Client, credentials: tuple[str, str]) -> bool:
    """Whether credentials are the client's, as they are or URL-encoded (RFC 6749, section 2.3.1)."""
    mine = f"{client.id}\n{client.secret}".encode()
    plain = "\n".join(credentials).encode(errors="replace")
    decoded = "\n".join(unquote_plus(part) for part in credentials).encode(errors="replace")
    return compare_digest(mine, plain) | compare_digest(mine, decoded)
