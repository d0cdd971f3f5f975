"""The calls of the live API."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

from syncer.errors import ApiError, BadAnswer, Forbidden, NotFound, Refused
from syncer.kinds.registry import GENESYS_CLOUD, MIXED, OVERFLOW_RULES
from syncer.live.auth import READING, WRITING, Grant, TokenSource
from syncer.live.exchange import Exchange
from syncer.live.pace import TokenBucket
from syncer.live.pages import SIDE_BY_SIDE, read_cursor, read_pages
from syncer.live.queues import QUEUES, Turn, fetch_queue, replace_queue
from syncer.live.region import Credentials, Endpoints
from syncer.live.request import Request
from syncer.live.responses import Answer, Calls
from syncer.live.rights import DIVISIONS as DIVISIONS_RIGHT
from syncer.live.rights import GROUPS, ORGANIZATION, SKILL_GROUPS, TEAMS, VIEW, VIEW_QUEUES, Right
from syncer.live.view import DIVISIONS, MOST_NAMED, NOT_KNOWN, View, view_in
from syncer.live.wire import dialect_of, shown_dialects
from syncer.model.json_values import items
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM
from syncer.model.rule import Dialect
from syncer.model.settings import UNKNOWN, UNNAMED, Environment, Organization, Settings
from syncer.net.timing import REAL_TIME, Timing
from syncer.net.transport import LIMITS, Limits, Transport

_GROUPS = "/api/v2/groups"
_ORGANIZATION = "/api/v2/organizations/me"
_OTHER_GROUPS: Final[Mapping[str, tuple[str, Right, str]]] = MappingProxyType(
    {
        TEAM: ("/api/v2/teams", TEAMS, "teams"),
        SKILL_GROUP: ("/api/v2/routing/skillgroups", SKILL_GROUPS, "skill groups"),
    }
)

T = TypeVar("T")


class Client:
    """The live API for many threads; other calls than those of queues go through its ``exchange``.

    Every call may raise AuthError (401 twice, or no token), Forbidden, NotFound, RateLimited, ApiError,
    NoAnswer, BadAnswer, and ConfigError for errors that no retry can fix. ``client_id`` is that of the OAuth
    client, empty with an access token.
    """

    def __init__(
        self,
        exchange: Exchange,
        *,
        gateway: bool = True,
        environment: Environment = UNNAMED,
        client_id: str = "",
    ) -> None:
        self.client_id = client_id
        self.exchange = exchange
        self._gateway = gateway
        self._environment = environment
        self._organization: Organization | None = None
        self._view: View | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def api(self) -> str:
        """The URL of the API."""
        return self.exchange.api

    def close(self) -> None:
        """Close all connections; pending requests end."""
        self.exchange.transport.close()
        self.exchange.timing.counting(_asking(self.api), 0, 0)

    def calls(self) -> dict[str, int]:
        """How often each ``METHOD /route/{id}`` was sent, and how many ``429`` and ``retries`` there were."""
        return self.exchange.calls.so_far()

    def clock(self) -> float:
        """The time in seconds, on the clock of its waits."""
        return self.exchange.clock()

    def clock_offset(self) -> int | None:
        """Our clock minus the server's, in milliseconds; None if no answer had a time."""
        return self.exchange.clock_offset.milliseconds()

    @property
    def usual_dialect(self) -> Dialect:
        """The dialect of such an API if its queues don't show it: known for a region, not for a gateway."""
        return OVERFLOW_RULES if self._gateway else GENESYS_CLOUD

    @property
    def form(self) -> Dialect | None:
        """The dialect of the API, as soon as it is known."""
        return self.exchange.form

    def grant(self) -> Grant:
        """The validity of the token; one is fetched if there is none."""
        return self.exchange.grant()

    def first_page(self, size: int) -> Answer:
        """The first page of queues, of at most ``size``, as it came."""
        path = f"{QUEUES}?pageNumber=1&pageSize={size}"
        answer = self.exchange.answer(Request("GET", QUEUES, path, VIEW_QUEUES))
        queues = [each for each in items(answer.body.get("entities")) if isinstance(each, dict)]
        with suppress(BadAnswer):  # the reader of the rules reports what is wrong with them
            self._learn([shown_dialects(each) for each in queues])
        return answer

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        """What ``read`` makes of the JSON of each queue, as its page arrives; each queue once,
        in as few pages as the server allows."""
        if self.exchange.form is not None:
            return read_pages(self.exchange, QUEUES, VIEW_QUEUES, read=read)
        found = read_pages(self.exchange, QUEUES, VIEW_QUEUES, read=lambda raw: (read(raw), _shown_in(raw)))
        self._learn([shown for _, shown in found])
        return [kept for kept, _ in found]

    def list_groups(self, types: Collection[str] = (GROUP,)) -> list[dict[str, Any]]:
        """The JSON of all groups of agents of these types; ``type`` marks teams and skill groups."""
        listed = read_pages(self.exchange, _GROUPS, GROUPS, what="groups") if GROUP in types else []
        others = [type_ for type_ in _OTHER_GROUPS if type_ in types]
        found = [(type_, read_cursor(self.exchange, *_OTHER_GROUPS[type_])) for type_ in others]
        return [*listed, *({**each, "type": type_} for type_, groups in found for each in groups)]

    def _learn(self, shown: Sequence[Sequence[str]]) -> None:
        """Remember the form of the API, for messages about rights; ``shown`` are the dialects that each queue
        shows."""
        if shown and self.exchange.form is None:
            self.exchange.form = dialect_of(shown, MIXED)

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """The JSON of one queue; raises NotFound."""
        return fetch_queue(self.exchange, queue_id).body

    def put_queue(self, queue_id: str, body: Mapping[str, Any], etag: str) -> Answer:
        """Replace a queue by ``body``, if ``etag`` (unless it is empty) is still its current one.

        Sent again after 429, NotSent, and once after 401: if it was done all the same, its etag is no longer
        current. Without an etag NotTaken is raised instead. Raises PreconditionFailed when the etag is no
        longer current, and NoAnswer (but not NotSent) when the result is not known: no whole answer, 408, or
        5xx. Every other error is a refusal by the server. The answer's body is empty if the server confirmed
        the write without this queue.
        """
        return replace_queue(self.exchange, queue_id, body, etag)

    def turn(self) -> Turn:
        """The requests of one write that no etag guards."""
        return Turn(self.exchange)

    def get_organization(self) -> dict[str, Any]:
        """The JSON of the organization that the credentials belong to."""
        return self.exchange.answer(Request("GET", _ORGANIZATION, _ORGANIZATION, ORGANIZATION)).body

    def view(self) -> View:
        """The divisions whose queues the client can see, requested once; not thread-safe.

        Not known if the API has no answer, or an invalid one.
        """
        if self._view is None:
            query = f"permission={VIEW.permission}&pageNumber=1&pageSize={MOST_NAMED}"
            request = Request("GET", DIVISIONS, f"{DIVISIONS}?{query}", DIVISIONS_RIGHT)
            try:
                self._view = view_in(self.exchange.answer(request).body)
            except (ApiError, BadAnswer):
                self._view = NOT_KNOWN
        return self._view

    def organization(self) -> Organization:
        """The organization that the credentials belong to, requested once; not thread-safe.

        Not known if the credentials may not ask, or the API has none. Raises Refused if it isn't the one in
        the settings, or if it is not known although they name one.
        """
        if self._organization is None:
            found = self._asked_organization()
            refuse_other(found, self._environment)
            self._organization = found
        return self._organization

    def _asked_organization(self) -> Organization:
        try:
            return organization_in(self.get_organization())
        except (Forbidden, NotFound):
            return UNKNOWN
        except (ApiError, BadAnswer):
            if self._gateway and not self._environment.name:  # it may serve queues only
                return UNKNOWN
            raise


def connect(
    endpoints: Endpoints,
    credentials: Credentials,
    *,
    write: bool,
    settings: Settings,
    workers: int = 1,
    timing: Timing = REAL_TIME,
    limits: Limits = LIMITS,
) -> Client:
    """A client for ``workers`` threads that requests only the rights that it needs; close it after use.

    Progress is reported from here on, so that a slow first answer isn't silence.
    """
    timing.counting(_asking(endpoints.api), 0, None)
    calls = Calls()
    transport = Transport(
        workers=max(workers, SIDE_BY_SIDE),
        environment=not endpoints.loopback,
        limits=limits,
        source=endpoints.source,
    )
    tokens = TokenSource(
        credentials,
        endpoints,
        WRITING if write else READING,
        transport,
        retries=settings.retries,
        timing=timing,
        calls=calls,
    )
    pace = TokenBucket(settings.pace, timing)
    exchange = Exchange(
        *(endpoints.api, transport, tokens, pace),
        retries=settings.retries,
        timing=timing,
        calls=calls,
        form=None if endpoints.gateway else GENESYS_CLOUD,
    )
    return Client(
        exchange,
        gateway=endpoints.gateway,
        environment=settings.environment,
        client_id=credentials.client_id,
    )


def _asking(api: str) -> str:
    """What is done meanwhile, whatever else is."""
    return f"asking {urlsplit(api).hostname}"


def _shown_in(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The dialects that a queue shows; the reader of its rules reports what is wrong with them."""
    try:
        return shown_dialects(raw)
    except BadAnswer:
        return ()


def organization_in(body: Mapping[str, Any]) -> Organization:
    """The organization in the JSON ``body``. Raises BadAnswer if it has no id."""
    id_, name = body.get("id"), body.get("name")
    if not (isinstance(id_, str) and id_):
        raise BadAnswer(f"GET {_ORGANIZATION}: the organization has no id.")
    return Organization(id_, name if isinstance(name, str) else "")


def refuse_other(found: Organization, environment: Environment) -> None:
    """Raise Refused if the settings pin ``environment`` to another organization than ``found``."""
    if environment.organization and found.id != environment.organization:
        raise Refused(
            f"the environment {environment.name!r} is the organization {environment.organization}, "
            f"but these credentials belong to {found}",
            hint="Use the credentials of that organization"
            + ("." if found.id else ", with the right to read it (organization:readonly)."),
            reason="wrong-organization",
        )
