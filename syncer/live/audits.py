"""The audit that the organization itself keeps: who edited which queue.

Events arrive with a delay and out of order: a missing event may still come.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, Final
from urllib.parse import quote

from syncer.errors import ApiError, BadAnswer, NotFound
from syncer.live.exchange import Exchange
from syncer.live.pages import PAGE_SIZE, entities_of, read_all
from syncer.live.queues import segment
from syncer.live.request import Request, query
from syncer.live.rights import AUDITS
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.json_values import clean, id_in, items, mapping, one_line
from syncer.net.counting import Count
from syncer.net.timing import from_rfc3339, rfc3339

_ASK: Final = "/api/v2/audits/query"
_REALTIME: Final = f"{_ASK}/realtime"
_MAPPING: Final = f"{_REALTIME}/servicemapping"
_QUEUE: Final = "Queue"
_USUAL_SERVICE: Final = "ContactCenter"
_WHAT: Final = "audit events"

_REALTIME_DAYS: Final = timedelta(days=13, hours=23)
"""The realtime query reaches 14 days back, on a clock that isn't ours."""

_LONGEST_QUERY: Final = timedelta(days=30)
_ONE_BY_ONE: Final = 10
"""Up to this many queues are queried one by one, more by a query for all of them."""

_SMALLER_PAGE: Final = 100
_POLLS: Final = (1.0, 2.0, 4.0, *[8.0] * 15)
"""Seconds before each poll of a running query: at most two minutes."""

_MOST_PAGES: Final = 200
"""Of one query: 100,000 events, in under a minute at the usual pace."""

_MOST_RESULTS: Final = 400
_LONGEST_NAME: Final = 120
_FAILED: Final = "FAILURE"


class AuditCalls:
    """They raise what those of :class:`syncer.live.client.Client` raise; NotFound if no audit is served.

    Not to be used by many threads.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._services: tuple[str, ...] = ()

    def queue_edits(self, start: datetime, end: datetime, queues: Collection[str] = ()) -> list[AuditedEdit]:
        """The edits of ``queues`` (ids; none: all) from ``start`` to ``end``, the oldest first.

        Times are widened to whole seconds, since some events have no finer ones. Edits that failed are left
        out.
        """
        start, end = start.replace(microsecond=0), end.replace(microsecond=0) + timedelta(seconds=1)
        wanted = frozenset(queues)
        found: dict[str, AuditedEdit] = {}
        for service, filters in product(self._services_of_queues(), _filters(wanted)):
            edits = {str(event["id"]): _edit(event) for event in self._events(service, filters, start, end)}
            found |= {
                id_: edit for id_, edit in edits.items() if edit and (edit.queue in wanted or not wanted)
            }
        within = [edit for edit in found.values() if start <= from_rfc3339(edit.at) <= end]
        return sorted(within, key=lambda edit: (edit.at, edit.queue))

    def _services_of_queues(self) -> tuple[str, ...]:
        """The services whose audit has queues, requested once. Raises BadAnswer if none has."""
        if not self._services:
            try:
                body = self._exchange.answer(Request("GET", _MAPPING, _MAPPING, AUDITS)).body
            except NotFound:
                self._services = (_USUAL_SERVICE,)
            else:
                self._services = _with_queues(body)
        return self._services

    def _events(
        self, service: str, filters: Sequence[Mapping[str, str]], start: datetime, end: datetime
    ) -> Iterator[dict[str, Any]]:
        now = datetime.fromtimestamp(self._exchange.timing.wall(), UTC)
        asked = {"serviceName": service, "filters": list(filters)}
        if now - start <= _REALTIME_DAYS:
            sort = [{"name": "Timestamp", "sortOrder": "ascending"}]
            yield from self._realtime({"interval": _interval(start, end), **asked, "sort": sort})
            return
        while start < end:
            until = min(end, start + _LONGEST_QUERY)
            yield from self._asynchronous({"interval": _interval(start, until), **asked})
            start = until

    def _realtime(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """All pages of a query, in large ones, or in smaller ones if those are refused."""
        try:
            return self._pages(body, PAGE_SIZE)
        except ApiError as error:
            if error.status != 400:
                raise
            return self._pages(body, _SMALLER_PAGE)

    def _pages(self, body: Mapping[str, Any], size: int) -> list[dict[str, Any]]:
        def page(number: int) -> Mapping[str, Any]:
            request = query(_REALTIME, {**body, "pageNumber": number, "pageSize": size}, AUDITS)
            answered = self._exchange.answer(replace(request, path=f"{_REALTIME}?expand=user")).body
            return {"pageSize": size, **_each_once(answered)}

        return read_all(page, _WHAT, most=_MOST_PAGES, counting=self._exchange.timing.counting)

    def _asynchronous(self, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of a query that the API runs while we wait."""
        id_ = self._exchange.answer(query(_ASK, body, AUDITS)).body.get("id")
        path = f"{_ASK}/{segment(id_ if isinstance(id_, str) else '', 'a query of the audit')}"
        with Count(self._exchange.timing.counting, f"reading {_WHAT}") as count:
            self._until_done(path)
            yield from self._results(path, count)

    def _results(self, path: str, count: Count) -> Iterator[dict[str, Any]]:
        cursor, seen, found = "", {""}, 0
        for number in range(1, _MOST_RESULTS + 1):
            after = f"&cursor={quote(cursor, safe='', errors='surrogatepass')}" if cursor else ""
            at = f"{path}/results?pageSize={PAGE_SIZE}&expand=user{after}"
            page = self._exchange.answer(Request("GET", f"{_ASK}/{{id}}/results", at, AUDITS)).body
            events = entities_of(page, number, _WHAT)
            found += len(events)
            count.so_far(found)
            yield from events
            cursor = str(page.get("cursor") or "")
            if cursor in seen:
                return
            seen.add(cursor)
        raise BadAnswer(f"The list of {_WHAT} has no end: {_MOST_RESULTS} pages were read.")

    def _until_done(self, path: str) -> None:
        for seconds in _POLLS:
            request = Request("GET", f"{_ASK}/{{id}}", path, AUDITS)
            state = self._exchange.answer(request).body.get("state")
            if state == "Succeeded":
                return
            if state not in ("Queued", "Running"):
                raise BadAnswer(f"GET {path}: the query ended as {clean(str(state), longest=40)}.")
            self._exchange.timing.wait(seconds, "the audit query is running: waiting")
        raise BadAnswer(
            f"GET {path}: the query did not finish within {sum(_POLLS):g} seconds.",
            hint="Ask for a shorter period, or try again later.",
        )


def _each_once(page: Mapping[str, Any]) -> Mapping[str, Any]:
    """A page without duplicate events; its total would count them twice."""
    events = [each for each in items(page.get("entities")) if isinstance(each, dict)]
    once = {str(each.get("id")): each for each in events}
    if len(once) == len(events):
        return page
    return {**{name: value for name, value in page.items() if name != "total"}, "entities": [*once.values()]}


def _filters(queues: Collection[str]) -> list[list[dict[str, str]]]:
    """The filters of the queries for these queues, one list per query."""
    of_queues = {"property": "EntityType", "value": _QUEUE}
    if not queues or len(queues) > _ONE_BY_ONE:
        return [[of_queues]]
    return [[of_queues, {"property": "EntityId", "value": queue}] for queue in sorted(queues)]


def _interval(start: datetime, end: datetime) -> str:
    return f"{rfc3339(start)}/{rfc3339(end)}"


def _with_queues(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the services that have queues. Raises BadAnswer if none has."""
    found = [
        service["name"]
        for service in map(mapping, items(body.get("services")))
        if isinstance(service.get("name"), str)
        and any(mapping(entity).get("name") == _QUEUE for entity in items(service.get("entities")))
    ]
    if not found:
        raise BadAnswer(f"GET {_MAPPING}: no service has an audit of queues.")
    return tuple(dict.fromkeys(found))


def _edit(event: Mapping[str, Any]) -> AuditedEdit | None:
    """An event as an edit; None if it isn't about a queue, or failed. Raises BadAnswer without a time."""
    queue = id_in(event.get("entity"))
    if not queue or event.get("status") == _FAILED:
        return None
    user = mapping(event.get("user"))
    return AuditedEdit(
        queue=queue,
        at=_moment(event),
        action=_text(event.get("action")),
        user=_text(user.get("id")),
        user_name=_text(user.get("name")),
        client=_text(mapping(event.get("client")).get("id")),
        addresses=tuple(filter(None, map(_text, items(event.get("remoteIp"))))),
        changes=tuple(
            _change(each)
            for each in map(mapping, items(event.get("propertyChanges")))
            if _text(each.get("property"))
        ),
        id=_text(event.get("id")),
    )


def _moment(event: Mapping[str, Any]) -> str:
    try:
        return rfc3339(from_rfc3339(str(event.get("eventDate"))))
    except (ValueError, OverflowError) as error:
        raise BadAnswer(
            f"The audit event {clean(str(event.get('id')), longest=_LONGEST_NAME)} has no time."
        ) from error


def _change(change: Mapping[str, Any]) -> PropertyChange:
    old, new = (tuple(map(_value, items(change.get(side)))) for side in ("oldValues", "newValues"))
    return PropertyChange(_text(change.get("property")), old, new)


def _value(value: object) -> str:
    return value if isinstance(value, str) else one_line(value)


def _text(value: object) -> str:
    return clean(value, longest=_LONGEST_NAME) if isinstance(value, str) else ""
