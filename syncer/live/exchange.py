"""One request of the live API, sent as often as is safe, with a token and at the shared rate."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncer.errors import (
    AuthError,
    BadAnswer,
    Forbidden,
    LiveError,
    NoAnswer,
    NotFound,
    NotSent,
    NotTaken,
    RateLimited,
    WaitEnded,
)
from syncer.live.auth import Grant, TokenSource
from syncer.live.clock_offset import ClockOffset
from syncer.live.pace import TokenBucket
from syncer.live.request import Request, passes
from syncer.live.responses import Answer, Calls, correlation_id, decoded, failure
from syncer.model.rule import Dialect
from syncer.model.settings import Retries
from syncer.net.timing import LONGEST_WAIT, TRYING_AGAIN, Timing, backoff, retry_after
from syncer.net.transport import Response, Transport

_FIGURES = ("count", "allowed", "reset")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Problem:
    """The error, whether the request may be sent ``again``, and after how many seconds, if the server states
    it."""

    error: LiveError
    again: bool
    wait: float | None = None


@dataclass
class Tries:
    """How often a request was tried. ``deferred``: it was once not sent because of a shared pause.

    ``sent`` counts the attempts that went out, and ``last`` is the last error answer.
    """

    attempt: int = 1
    sent: int = 0
    last: LiveError | None = None
    renewed: bool = False
    reached: bool = False
    deferred: bool = False


@dataclass
class Prepaid:
    """Requests that have waited for their turn: ``left`` of them go out at once, with ``token``.

    ``tries`` are those of the write among them, over all rounds of reading, deciding and sending.
    """

    token: str = ""
    left: int = 0
    tries: Tries = field(default_factory=Tries)


class Exchange:
    """Requests and answers for many threads at the base URL ``api``, with the dialect ``form`` once known."""

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
        form: Dialect | None = None,
    ) -> None:
        self.transport, self.calls, self.form = transport, calls, form
        self.clock_offset = ClockOffset()
        self.api = api
        self._tokens = tokens
        self._pace = pace
        self._retries = retries
        self._timing = timing

    def grant(self) -> Grant:
        """What the token is worth."""
        return self._tokens.grant()

    def clock(self) -> float:
        """The moment in seconds, on the clock of :attr:`Answer.sent_at`."""
        return self._timing.clock()

    @property
    def timing(self) -> Timing:
        """The clock of its waits, and the wall clock."""
        return self._timing

    def prepay(self, prepaid: Prepaid, requests: int) -> None:
        """Wait until as many ``requests`` may go out one right after the other, with a token for all of them.

        Unused turns count. Raises as :meth:`TokenSource.token` does.
        """
        if requests > prepaid.left:
            self._pace.acquire(requests - prepaid.left)
        prepaid.token, prepaid.left = self._tokens.token(), requests

    def answer(self, request: Request, prepaid: Prepaid | None = None) -> Answer:
        """The answer to ``request``, sent as often as is safe and allowed; at once if it is ``prepaid``.

        Raises NotTaken instead of sending a write again that is not repeatable, and WaitEnded if a wait is
        cut short.
        """
        tries = prepaid.tries if prepaid and not request.repeatable else Tries()
        if prepaid and not request.repeatable:
            self._defer(request, tries)
        before = tries.sent
        try:
            return self._tried(request, prepaid, tries)
        except WaitEnded as error:
            raise _not_out(error, tries.sent - before, tries) from tries.last

    def _tried(self, request: Request, prepaid: Prepaid | None, tries: Tries) -> Answer:
        before = tries.sent
        while True:
            try:
                token = self._turn(prepaid)
            except (AuthError, NotSent) as error:
                raise _not_out(error, tries.sent - before, tries) from tries.last
            attempt = tries.attempt if request.repeatable else 1
            tries.sent += 1
            outcome = self._once(request, token, attempt)
            if isinstance(outcome, Answer):
                return outcome
            tries.last = outcome.error
            tries.reached = tries.reached or not isinstance(outcome.error, NotSent)
            if not self._again(outcome, token, tries):
                raise _marked(request.verdict(outcome.error), attempt, tries)
            self.calls.count("retries")
            tries.attempt += 1
            if not request.repeatable:
                not_taken = NotTaken(outcome.error.message, hint=outcome.error.hint)
                raise _marked(not_taken, attempt, tries) from outcome.error

    def _defer(self, request: Request, tries: Tries) -> None:
        """Raise NotTaken if a pause has started since a write was prepaid.

        Only once: a server that always reports an exhausted limit would cause an endless loop.
        """
        if self._pace.paused and not tries.deferred:
            tries.deferred = True
            raise _marked(NotTaken(f"{request}: not sent during a pause."), 0, tries)

    def _turn(self, prepaid: Prepaid | None) -> str:
        """Wait for the turn of one request, unless it is prepaid; returns the token to send it with."""
        if prepaid and prepaid.left:
            prepaid.left -= 1
            return prepaid.token
        self._pace.acquire()
        token = self._tokens.token()
        if prepaid:
            prepaid.token = token
        return token

    def _again(self, problem: _Problem, token: str, tries: Tries) -> bool:
        """Whether to try again; by then the wait is over, or the shared pause has started."""
        if isinstance(problem.error, AuthError) and not tries.renewed:
            self._tokens.drop(token)
            tries.renewed = True
            return True
        if not problem.again or tries.attempt >= self._retries.attempts:
            return False
        if tries.attempt > 1:
            most = self._retries.attempts
            _log.warning("%s Trying again, %d of %d.", problem.error, tries.attempt + 1, most)
        self._wait(problem, tries.attempt)
        return True

    def _once(self, request: Request, token: str, attempt: int) -> Answer | _Problem:
        begun, sent = self._timing.clock(), self._timing.wall()
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
        self.clock_offset.note(reply.headers, sent, self._timing.wall())
        self._pace.observe(*rate_figures(reply.headers))
        if not 200 <= reply.status < 300:
            return self._no(request, reply, token)
        secrets = (token, *self._tokens.secrets)
        try:
            body = decoded(reply, str(request))
            request.check(body)
        except BadAnswer as error:
            if not request.reads:
                return Answer({}, correlation_id(reply, {}, secrets), latency, attempt, sent_at=begun)
            return _Problem(error, again=True)
        return Answer(body, correlation_id(reply, body, secrets), latency, attempt, reply.headers, begun)

    def _no(self, request: Request, reply: Response, token: str) -> _Problem:
        """The meaning of an error answer, and whether a retry may help."""
        error = failure(reply, str(request), secrets=(token, *self._tokens.secrets))
        wait = retry_after(reply.headers, self._timing.wall)
        if isinstance(error, AuthError):
            error = AuthError(
                f"{error.message}: {self._tokens.credentials} is not accepted, not even after renewal.",
                hint="Check that the credentials belong to this region and are still in force.",
            )
        elif isinstance(error, Forbidden):
            error.hint = f"The client needs {request.right.in_words(self.form)}."
        elif isinstance(error, NotFound) and request.path.partition("?")[0] == request.route:
            error.hint = (
                f"The request went to {self.api}{request.route}: the API URL is the part before /api/v2."
            )
        elif isinstance(error, RateLimited):
            self.calls.count("429")
            error.hint = f"The server asks to wait {wait:.0f} seconds." if wait else ""
        again = reply.status == 429 or (request.reads and passes(reply.status))
        return _Problem(error, again=again and (wait or 0.0) <= LONGEST_WAIT, wait=wait)

    def _wait(self, problem: _Problem, attempt: int) -> None:
        """Let time pass: for all workers after a 429, which means all of them, else for this one."""
        wait = problem.wait
        seconds = backoff(self._retries, attempt, self._timing.random) if wait is None else wait
        if isinstance(problem.error, RateLimited):
            self._pace.pause(seconds)
        else:
            self._timing.wait(seconds, TRYING_AGAIN if wait is None else "asked to wait")


def _not_out(error: LiveError, attempts: int, tries: Tries) -> LiveError:
    """The error for a request that got no turn or token any more, after this many ``attempts``.

    It is a new object: the other one is raised in every thread that waits for the same token.
    """
    return _marked(type(error)(error.message, hint=error.hint), attempts, tries)


def _marked(error: LiveError, attempts: int, tries: Tries) -> LiveError:
    """The error, with the attempts before it."""
    error.attempts, error.reached = attempts, tries.reached
    return error


def rate_figures(headers: Mapping[str, str]) -> tuple[int, int, int]:
    """The rate limit in the headers: calls used, calls allowed, seconds to the reset; -1 is unknown."""
    count, allowed, reset = (_figure(headers.get(f"inin-ratelimit-{name}", "").strip()) for name in _FIGURES)
    return count, allowed, reset


def _figure(text: str) -> int:
    """A header as a whole number, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
