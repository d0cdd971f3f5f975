"""One token shared by all workers."""

import base64
import logging
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import isfinite
from urllib.parse import quote_plus, urlencode, urlsplit

from syncer.errors import AuthError, BadAnswer, LiveError, NoAnswer, NotSent
from syncer.live.region import Credentials, Endpoints, sendable
from syncer.live.responses import TROUBLE, Calls, decoded, said_by
from syncer.model.json_values import clean
from syncer.model.settings import Retries
from syncer.net.timing import LONGEST_WAIT, TRYING_AGAIN, Timing, backoff, retry_after
from syncer.net.transport import Response, Transport

READING = "routing:queue:read"
WRITING = "routing:queue:read routing:queue:write"

_RENEWED_AHEAD = 30.0
_UNSAID_LIFE = 300.0
_LONGEST_LIFE = 7 * 86_400.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Grant:
    """The validity of a token. ``source`` names the variables that its credentials came from.

    Its remaining ``seconds`` and its ``scopes`` are None if they are not known.
    """

    source: str
    seconds: float | None = None
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    renew_at: float
    expires_at: float
    scopes: frozenset[str] | None


class TokenSource:
    """The one token of all workers.

    The first worker that needs it fetches it, while the others wait for the same answer, good or bad. It is
    renewed when fewer than 30 seconds are left (for shorter tokens: after half their life). Credentials that
    were refused once are not tried again.
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoints: Endpoints,
        scopes: str,
        transport: Transport,
        *,
        retries: Retries,
        timing: Timing,
        calls: Calls,
    ) -> None:
        self.credentials = credentials
        self._ways = _ways(credentials, endpoints, scopes)
        self._transport = transport
        self._retries = retries
        self._timing = timing
        self._calls = calls
        self._lock = threading.Lock()
        self._kept: _Token | None = None
        self._fetch: Future[_Token] | None = None
        self._refused: AuthError | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that must never be repeated, in each form of an answer: plain, URL-encoded, and as
        Basic."""
        secret = self.credentials.client_secret
        basics = tuple(way.authorization.removeprefix("Basic ") for way in self._ways)
        return tuple(filter(None, (secret, quote_plus(secret), self.credentials.access_token, *basics)))

    def token(self) -> str:
        """A token that is still valid for a while.

        Raises AuthError when the credentials are refused, and NotSent when no token is available for now.
        """
        return self.credentials.access_token or self._token().value

    def grant(self) -> Grant:
        """The validity of such a token; raises as :meth:`token` does."""
        source = self.credentials.source
        if self.credentials.access_token:
            return Grant(source)
        token = self._token()
        return Grant(source, token.expires_at - self._timing.clock(), token.scopes)

    def _token(self) -> _Token:
        with self._lock:
            if self._refused:
                raise self._refused
            if self._kept and self._timing.clock() < self._kept.renew_at:
                return self._kept
            fetch, mine = self._fetch or Future(), self._fetch is None
            self._fetch = fetch
        if mine:
            self._fulfil(fetch)
        return fetch.result()

    def drop(self, token: str) -> None:
        """Forget ``token``, which the API refused; nothing happens when it was renewed meanwhile."""
        with self._lock:
            if self._kept and self._kept.value == token:
                self._kept = None

    def _fulfil(self, fetch: Future[_Token]) -> None:
        """Fetch a token for all that wait at ``fetch``."""
        try:
            token = self._fetched()
        except BaseException as error:
            with self._lock:
                self._fetch = None
                self._refused = error if isinstance(error, AuthError) else None
            fetch.set_exception(error)
        else:
            with self._lock:
                self._fetch, self._kept = None, token
            fetch.set_result(token)

    def _fetched(self) -> _Token:
        attempt = 1
        while True:
            asked_at = self._timing.clock()
            wait: float | None = None
            try:
                reply = self._ask()
                if reply.status == 200:
                    return _token_of(reply, asked_at)
                problem: LiveError = self._refusal(reply)
                wait = retry_after(reply.headers, self._timing.wall)
            except (NoAnswer, BadAnswer) as error:
                problem = error
            if isinstance(problem, AuthError):
                raise problem
            if attempt >= self._retries.attempts or (wait or 0.0) > LONGEST_WAIT:
                raise NotSent(f"Can't get a token: {problem}", hint=problem.hint)
            if attempt > 1:
                _log.warning("%s Trying again, %d of %d.", problem, attempt + 1, self._retries.attempts)
            self._calls.count("retries")
            if wait is None:
                self._timing.wait(backoff(self._retries, attempt, self._timing.random), TRYING_AGAIN)
            else:
                self._timing.wait(wait, "asked to wait")
            attempt += 1

    def _ask(self) -> Response:
        """Ask in the remaining ways; a way that the server doesn't know is never tried again."""
        way = self._ways[0]
        reply = way.ask(self._transport, self._calls)
        if reply.status in (404, 405) and len(self._ways) > 1:
            self._ways = self._ways[1:]
            return self._ask()
        return reply

    def _refusal(self, reply: Response) -> LiveError:
        secrets = self.secrets
        code = said_by(reply, "error", "code")
        words = said_by(reply, "error_description", "description", "message")
        said = clean(": ".join(filter(None, (code, words))), secrets=secrets)
        what = f"{self._ways[0].where} answers {reply.status}{f' ({said})' if said else ''}"
        if reply.status == 429:
            self._calls.count("429")
        too_fast = reply.status == 429 or (reply.status == 400 and "rate limit" in words.lower())
        if too_fast or reply.status >= 500:
            return NoAnswer(f"{what}.", hint="" if too_fast else TROUBLE)
        return AuthError(
            f"{what}: {self.credentials} is not accepted.",
            hint="Check the client's id and secret, its grant (client credentials), and the region:"
            " another region does not know this client.",
        )


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to ask for a token."""

    url: str
    form: str = field(repr=False)
    authorization: str = field(default="", repr=False)

    @property
    def where(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.hostname}{parts.path}"

    def ask(self, transport: Transport, calls: Calls) -> Response:
        calls.count(f"POST {urlsplit(self.url).path}")
        return transport.send(
            "POST",
            self.url,
            authorization=self.authorization,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=self.form.encode("ascii"),
        )


def _ways(credentials: Credentials, endpoints: Endpoints, scopes: str) -> tuple[_Way, ...]:
    grant = {"grant_type": "client_credentials"}
    client = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    pair = f"{credentials.client_id}:{credentials.client_secret}".encode()
    basic = _Way(
        f"{endpoints.login}/oauth/token", urlencode(grant), f"Basic {base64.b64encode(pair).decode('ascii')}"
    )
    if not endpoints.gateway:
        return (basic,)
    return (_Way(f"{endpoints.api}/login/oauth2/token", urlencode(grant | client | {"scope": scopes})), basic)


def _token_of(reply: Response, asked_at: float) -> _Token:
    body = decoded(reply, "The token endpoint")
    value = body.get("access_token")
    if not isinstance(value, str) or not value or not sendable(value):
        raise BadAnswer("The token endpoint's response has no usable access_token.")
    life = _life(body.get("expires_in"))
    ahead = _RENEWED_AHEAD if life > _RENEWED_AHEAD else life / 2
    scope = body.get("scope")
    scopes = frozenset(scope.split()) if isinstance(scope, str) else None
    return _Token(value, asked_at + life - ahead, asked_at + life, scopes)


def _life(expires_in: object) -> float:
    """Seconds that a token lives; an invalid value counts as five minutes, and a 401 corrects it."""
    try:
        seconds = float(expires_in) if isinstance(expires_in, int | float | str) else 0.0
    except (ValueError, OverflowError):
        return _UNSAID_LIFE
    if isinstance(expires_in, bool) or not isfinite(seconds) or seconds <= 0:
        return _UNSAID_LIFE
    return min(seconds, _LONGEST_LIFE)
