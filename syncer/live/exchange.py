"""One request of the live API, sent as often as is safe, with a token and at the common pace."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.errors import ApiError, AuthError, BadAnswer, Forbidden, LiveError, NoAnswer, NotSent, RateLimited
from syncer.live.answer import Answer
from syncer.live.answers import correlation_id, decoded, failure
from syncer.live.auth import Grant, TokenSource
from syncer.live.calls import Calls
from syncer.live.pace import TokenBucket
from syncer.live.timing import LONGEST_WAIT, Timing, backoff, retry_after
from syncer.live.transport import Reply, Transport
from syncer.model.settings import Retries

_FIGURES = ("count", "allowed", "reset")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """A request: ``route`` is its path with ``{id}`` for the id; ``scope`` is needed for it."""

    method: str
    route: str
    path: str
    scope: str
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        return self.method == "GET"

    def verdict(self, error: LiveError) -> LiveError:
        """The error to raise for the last ``error``: a write that may have happened is a NoAnswer."""
        unclear = isinstance(error, BadAnswer) or (isinstance(error, ApiError) and error.status >= 500)
        if self.reads or not unclear:
            return error
        return NoAnswer(f"{error.message} What became of the write is not known.", hint=error.hint)


@dataclass(frozen=True, slots=True)
class _Problem:
    """What went wrong, whether it may be tried ``again``, and after how many seconds, if the server says."""

    error: LiveError
    again: bool
    wait: float | None = None


class Exchange:
    """Requests and answers for many threads at the base URL ``api``."""

    def __init__(
        self,
        api: str,
        transport: Transport,
        tokens: TokenSource,
        pace: TokenBucket,
        *,
        retries: Retries,
        timing: Timing,
        calls: Calls,
    ) -> None:
        self.transport = transport
        self.calls = calls
        self.api = api
        self._tokens = tokens
        self._pace = pace
        self._retries = retries
        self._timing = timing

    def grant(self) -> Grant:
        """What the token is worth."""
        return self._tokens.grant()

    def answer(self, request: Request) -> Answer:
        """The answer to ``request``, sent as often as is safe and allowed."""
        attempt, renewed = 1, False
        while True:
            self._pace.acquire()
            token = self._tokens.token()
            outcome = self._once(request, token, attempt)
            if isinstance(outcome, Answer):
                return outcome
            if isinstance(outcome.error, AuthError) and not renewed:
                self._tokens.drop(token)
                renewed = True
            elif outcome.again and attempt < self._retries.attempts:
                if attempt > 1:
                    _log.warning(
                        "%s Trying again, %d of %d.", outcome.error, attempt + 1, self._retries.attempts
                    )
                self._wait(outcome, attempt)
            else:
                raise request.verdict(outcome.error)
            self.calls.count("retries")
            attempt += 1

    def _once(self, request: Request, token: str, attempt: int) -> Answer | _Problem:
        begun = self._timing.clock()
        self.calls.count(f"{request.method} {request.route}")
        try:
            reply = self.transport.send(
                request.method,
                f"{self.api}{request.path}",
                authorization=f"Bearer {token}",
                headers=request.headers,
                body=request.content,
            )
        except NoAnswer as error:
            _log.debug("%s: %s", request, error)
            return _Problem(error, again=request.reads or isinstance(error, NotSent))
        except BadAnswer as error:
            return _Problem(error, again=False)
        latency = (self._timing.clock() - begun) * 1000
        _log.debug("%s: %d in %.0f ms", request, reply.status, latency)
        self._pace.observe(*rate_figures(reply.headers))
        if not 200 <= reply.status < 300:
            return self._no(request, reply, token)
        secrets = (token, *self._tokens.secrets)
        try:
            body = decoded(reply, str(request))
        except BadAnswer as error:
            if not request.reads:
                return Answer({}, correlation_id(reply, {}, secrets), latency, attempt)
            return _Problem(error, again=True)
        return Answer(body, correlation_id(reply, body, secrets), latency, attempt, reply.headers)

    def _no(self, request: Request, reply: Reply, token: str) -> _Problem:
        """What an answer that says no means, and whether asking again may change it."""
        error = failure(reply, str(request), secrets=(token, *self._tokens.secrets))
        wait = retry_after(reply.headers, self._timing.wall)
        if isinstance(error, AuthError):
            error = AuthError(
                f"{error.message}: {self._tokens.credentials} is not accepted, not even renewed.",
                hint="Check that the credentials belong to this region and are still in force.",
            )
        elif isinstance(error, Forbidden):
            error.hint = f"The client needs the scope {request.scope}, and a role with that permission."
        elif isinstance(error, RateLimited):
            self.calls.count("429")
            error.hint = f"The server asks to wait {wait:.0f} seconds." if wait else ""
        passes = reply.status == 429 or (reply.status >= 500 and request.reads)
        return _Problem(error, again=passes and (wait or 0.0) <= LONGEST_WAIT, wait=wait)

    def _wait(self, problem: _Problem, attempt: int) -> None:
        """Let time pass: for all workers after a 429, which means all of them, else for this one."""
        wait = problem.wait
        seconds = backoff(self._retries, attempt, self._timing.random) if wait is None else wait
        if isinstance(problem.error, RateLimited):
            self._pace.pause(seconds)
        else:
            self._timing.sleep(seconds)


def rate_figures(headers: Mapping[str, str]) -> tuple[int, int, int]:
    """The rate limit as headers tell it: calls used, calls allowed, seconds to the reset; -1 is unknown."""
    count, allowed, reset = (_figure(headers.get(f"inin-ratelimit-{name}", "").strip()) for name in _FIGURES)
    return count, allowed, reset


def _figure(text: str) -> int:
    """A header as a whole number, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
