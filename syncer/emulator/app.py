"""From a call to its reply: routes, tokens, rate limit, faults.

::

    call ── route ─┬─ /_emulator ────────────────────────────────────────────────▶ reply
                   ├─ token ─────────────────▶ faults before ─ token ── faults after ─▶ reply
                   └─ /api ─ token ─ rate ───▶ faults before ─ handler ─ faults after ─▶ reply
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from syncer.emulator.analytics import Analytics
from syncer.emulator.audits import Audits
from syncer.emulator.control import Control, rival_edit
from syncer.emulator.dependencies import dependency_routes
from syncer.emulator.dialects import GENESYS_CLOUD, MIXED, Dialect
from syncer.emulator.directory import DIVISIONS, Directory
from syncer.emulator.faults import RIVAL, Injector, Strike
from syncer.emulator.members import Members
from syncer.emulator.permissions import check_permission
from syncer.emulator.queues import Lock, Queues
from syncer.emulator.stale import StaleReads
from syncer.emulator.store import Store
from syncer.emulator.surroundings import surroundings_routes
from syncer.emulator.tokens import (
    READ,
    WRITE,
    RateLimit,
    Token,
    Tokens,
    check_rate,
    expired,
    require,
    too_many,
)
from syncer.emulator.traffic import Traffic
from syncer.emulator.traffic_given import MADE_UP, GivenTraffic
from syncer.emulator.visible import visible
from syncer.emulator.wire import AnswerError, Call, Delivery, Handler, Reply, Route, route_of
from syncer.net.timing import from_rfc3339

QUEUES = "/api/v2/routing/queues"

DELIVERIES = {"lost": Delivery.CUT, "truncate": Delivery.HALF, "slow": Delivery.SLOW}

GARBAGE = Reply(
    HTTPStatus.OK, b"<html><body>Please sign in to the network.</body></html>", content_type="text/html"
)


class Application:
    """Answers calls. ``now`` gives the time as the API writes it, ``sleep`` waits for seconds; ``routes`` are
    all that it answers."""

    def __init__(
        self,
        store: Store,
        directory: Directory,
        tokens: Tokens,
        limit: RateLimit,
        injector: Injector,
        *,
        lock: Lock,
        dialect: Dialect = MIXED,
        now: Callable[[], str],
        sleep: Callable[[float], None],
        reads: StaleReads | None = None,
        given: GivenTraffic = MADE_UP,
    ) -> None:
        self._store = store
        self._tokens = tokens
        self._limit = limit
        self._injector = injector
        self._now = now
        self._sleep = sleep
        self._rules = dialect != GENESYS_CLOUD
        seen = visible(directory, injector.faults.divisions)
        queues = Queues(store, directory, lock=lock, dialect=dialect, now=now, reads=reads, seen=seen)
        self._control = Control(store, queues, injector, now=now, reads=reads)
        self.routes = (
            *self._own_routes(queues),
            *Members(store, directory, seen).routes(),
            *surroundings_routes(directory, seen),
            *Analytics(
                Traffic(store, directory.flows, given, started=self._now()), seen=seen, now=self._seconds
            ).routes(),
            *dependency_routes(directory.flows, store.name_of),
            *Audits(store, directory, injector.faults, now=now).routes(),
        )

    def _seconds(self) -> float:
        return from_rfc3339(self._now()).timestamp()

    def _own_routes(self, queues: Queues) -> tuple[Route, ...]:
        control = self._control
        return (
            Route("/login/oauth2/token", {"POST": self._token}),
            Route("/oauth/token", {"POST": self._token}),
            Route(QUEUES, {"GET": queues.list, "POST": queues.post}),
            Route(f"{QUEUES}/divisionviews", {"GET": queues.views}),
            Route(f"{QUEUES}/divisionviews/all", {"GET": queues.views}),
            Route(
                f"{QUEUES}/{{id}}",
                {"GET": queues.get, "PUT": queues.put, "DELETE": queues.delete},
            ),
            Route(f"{QUEUES}/{{id}}/estimatedwaittime", {"GET": queues.wait}),
            Route(f"{QUEUES}/{{id}}/mediatypes/{{medium}}/estimatedwaittime", {"GET": queues.wait}),
            Route(f"{DIVISIONS}/{{id}}/objects/{{type}}", {"POST": queues.move}),
            Route("/_emulator/requests", {"GET": control.requests}),
            Route("/_emulator/history", {"GET": control.history}),
            Route("/_emulator/faults", {"GET": control.faults}),
            Route("/_emulator/queues/{id}", {"POST": control.edit}),
            Route("/_emulator/reset", {"POST": control.reset}),
        )

    def answer(self, call: Call) -> Reply:
        """The reply to a call, whatever happens; it always carries the correlation id."""
        call = replace(call, path=_behind_gateway(call.path))
        try:
            reply = self._api(call) if call.path[:1] == ("api",) else self._other(call)
        except AnswerError as problem:
            reply = problem.reply(call.correlation_id)
        except Exception:
            # A fault of our own must not leave the caller without an answer.
            logging.getLogger(__name__).exception("%s /%s failed", call.method, "/".join(call.path))
            reply = _server_error(HTTPStatus.INTERNAL_SERVER_ERROR).reply(call.correlation_id)
        return replace(reply, headers=(*reply.headers, ("ININ-Correlation-Id", call.correlation_id)))

    def _other(self, call: Call) -> Reply:
        if call.path[:1] == ("_emulator",):
            route, parameter = route_of(self.routes, call.path)
            return route.handler(call.method)(call, parameter)
        _, handler, parameter = self._counted(call)
        return handler(call, parameter)

    def _counted(self, call: Call) -> tuple[Route, Handler, str]:
        """The route of a call with its handler, and the ``{id}`` of its path, after noting the call."""
        try:
            route, parameter = route_of(self.routes, call.path)
            handler = route.handler(call.method)
        except AnswerError:
            self._control.count("other")
            raise
        self._control.count(f"{call.method} {route.template}")
        return route, handler, parameter

    def _token(self, call: Call, _id: str) -> Reply:
        return self._struck(call, None, lambda _strike: self._tokens.grant(call))

    def _api(self, call: Call) -> Reply:
        """Every answer of the API says where the rate limit stands, the refusals too."""
        token = self._tokens.find(call)
        usage = self._limit.take(token.value if token else "")
        try:
            route, handler, parameter = self._counted(call)
            if token is None:
                raise self._tokens.refusal(call)
            check_rate(usage)
            mine = replace(call, client=token.client)

            def handle(strike: Strike) -> Reply:
                require(token, READ if route.reads(call.method) else WRITE)
                check_permission(route, self._injector.faults.denied)
                self._rival(mine, parameter, strike)
                return handler(mine, parameter)

            reply = self._struck(mine, token, handle)
        except AnswerError as problem:
            reply = problem.reply(call.correlation_id)
        return replace(reply, headers=(*reply.headers, *usage.headers))

    def _struck(self, call: Call, token: Token | None, handle: Callable[[Strike], Reply]) -> Reply:
        """Handle a call with the faults that befall it."""
        strike = self._injector.strike()
        if self._injector.faults.latency:
            self._sleep(self._injector.faults.latency)
        early = self._before(strike, token)
        if early is not None:
            return early
        try:
            reply = handle(strike)
        except AnswerError as problem:
            reply = problem.reply(call.correlation_id)
        if strike.after:
            self._injector.count(strike.after)
            reply = replace(reply, delivery=DELIVERIES[strike.after])
        return reply

    def _before(self, strike: Strike, token: Token | None) -> Reply | None:
        kind = strike.before
        if not kind or (kind == "expire" and token is None):
            return None
        self._injector.count(kind)
        if kind == "reset":
            return Reply(HTTPStatus.OK, delivery=Delivery.RESET)
        if kind == "garbage":
            return GARBAGE
        if token is not None and kind == "expire":
            self._tokens.revoke(token)
            raise expired()
        if kind == "429":
            raise too_many(self._injector.faults.retry_after)
        raise _server_error(HTTPStatus(int(kind)))

    def _rival(self, call: Call, queue_id: str, strike: Strike) -> None:
        if strike.rival and call.method == "PUT":
            now = self._now()
            if rival_edit(
                self._store,
                queue_id,
                strike.dice,
                now=now,
                correlation_id=call.correlation_id,
                rules=self._rules,
            ):
                self._injector.count(RIVAL)


def _behind_gateway(path: tuple[str, ...]) -> tuple[str, ...]:
    """A path without the prefix of a gateway, which clients can be told to send."""
    if path[:1] == ("_emulator",):
        return path
    if path[-2:] == ("oauth", "token"):
        return path[-2:]
    starts = (place for place in range(len(path)) if path[place : place + 2] == ("api", "v2"))
    return path[next(starts, 0) :]


def _server_error(status: HTTPStatus) -> AnswerError:
    code = status.phrase.lower().replace(" ", ".")
    return AnswerError(status, code, f"The request could not be completed: {status.phrase.lower()}.")
