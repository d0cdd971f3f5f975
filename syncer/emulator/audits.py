"""The handlers of the organization's audit: asked at once, or by a query that is waited for."""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any, Final
from uuid import uuid4

from syncer.emulator.audit_events import PROPERTIES, SERVICE, SERVICES, Event
from syncer.emulator.directory import Directory
from syncer.emulator.documents import Document, made_up_id, read_object
from syncer.emulator.faults import Faults
from syncer.emulator.pages import asked_page, found_page
from syncer.emulator.store import Store
from syncer.emulator.wire import Call, Reply, Route, bad_request, json_reply, not_found
from syncer.net.timing import from_rfc3339

AUDITS = "/api/v2/audits/query"

REALTIME = timedelta(days=14)
"""How far back the realtime query sees."""

QUERIES = 100
"""So many queries are known; a further one takes the place of the oldest."""

QUEUED, RUNNING, SUCCEEDED = "Queued", "Running", "Succeeded"

ASKED = ("interval", "serviceName", "filters", "sort")
"""What the state of a query says again."""

FILTERS: Final = ("UserId", "TrusteeOrganizationId", "ClientId", "Action", "EntityType", "EntityId")
ORDERS: Final = ("ascending", "descending")


@dataclass(frozen=True, slots=True)
class Query:
    """What a body asks for: events from ``start`` up to ``end``, which every filter finds.

    ``filters`` are names in lower case, each with a value.
    """

    start: datetime
    end: datetime
    service: str
    filters: tuple[tuple[str, str], ...]
    descending: bool

    def found(self, events: Sequence[Event]) -> list[Event]:
        """The events that it finds, in its order."""
        if self.service != SERVICE:
            return []
        found = [
            event
            for event in events
            if self.start <= event.moment < self.end
            and all(event.has(name, value) for name, value in self.filters)
        ]
        return sorted(found, key=lambda event: (event.moment, event.number), reverse=self.descending)


@dataclass(frozen=True, slots=True)
class Execution:
    """A query that is waited for: what was asked, its state, and what it found once it has succeeded."""

    about: Document
    query: Query
    state: str
    found: tuple[Event, ...] = ()

    @property
    def shown(self) -> Document:
        """As ``AuditQueryExecutionStatusResponse``."""
        return {**self.about, "state": self.state}


class Audits:
    """Answers what the audit has of the writes to ``store``; ``now`` gives the time as the API writes it."""

    def __init__(self, store: Store, directory: Directory, faults: Faults, *, now: Callable[[], str]) -> None:
        self._store = store
        self._organization = made_up_id(directory.name)
        self._delay, self._seed = faults.audit_delay, faults.seed
        self._now = now
        self._lock = Lock()
        self._executions: OrderedDict[str, Execution] = OrderedDict()

    def routes(self) -> tuple[Route, ...]:
        """The routes below ``/api/v2/audits``."""
        return (
            Route(f"{AUDITS}/realtime", {"POST": self.realtime}, asks=True),
            Route(f"{AUDITS}/realtime/servicemapping", {"GET": _mapping}),
            Route(f"{AUDITS}/servicemapping", {"GET": _mapping}),
            Route(AUDITS, {"POST": self.begin}, asks=True),
            Route(f"{AUDITS}/{{id}}", {"GET": self.state}),
            Route(f"{AUDITS}/{{id}}/results", {"GET": self.results}),
        )

    def realtime(self, call: Call, _id: str) -> Reply:
        """``POST …/realtime``: one page of what has arrived, of the last 14 days."""
        body = read_object(call.body)
        query = asked_query(body)
        if query.start < from_rfc3339(self._now()) - REALTIME:
            raise bad_request(
                "interval: begins more than 14 days ago; older audits have /api/v2/audits/query"
            )
        events = query.found(self._arrived())
        return json_reply(found_page(body, self._shown(call, events), "entities"))

    def begin(self, call: Call, _id: str) -> Reply:
        """``POST /api/v2/audits/query``: begins a query, 202."""
        body = read_object(call.body)
        query = asked_query(body)
        asked = {name: value for name, value in body.items() if name in ASKED}
        execution_id = str(uuid4())
        about: Document = {"id": execution_id, "startDate": self._now(), **asked}
        begun = Execution(about, query, QUEUED)
        with self._lock:
            self._executions[execution_id] = begun
            while len(self._executions) > QUERIES:
                self._executions.popitem(last=False)
        return json_reply(begun.shown, status=HTTPStatus.ACCEPTED)

    def state(self, _call: Call, execution_id: str) -> Reply:
        """``GET …/{id}``: each time it is asked, a query is one state further on."""
        execution = self._execution(execution_id)
        if execution.state == RUNNING:
            found = tuple(execution.query.found(self._arrived()))
            execution = replace(execution, state=SUCCEEDED, found=found)
        elif execution.state == QUEUED:
            execution = replace(execution, state=RUNNING)
        with self._lock:
            self._executions[execution_id] = execution
        return json_reply(execution.shown)

    def results(self, call: Call, execution_id: str) -> Reply:
        """``GET …/{id}/results``: what a query found, read on from a cursor; the last part has none."""
        execution = self._execution(execution_id)
        if execution.state != SUCCEEDED:
            raise bad_request(f"The query has no results yet: it is {execution.state}.")
        size, cursor = asked_page(call).size, call.asked("cursor", "0")
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 12):
            raise bad_request("cursor: is not a cursor of this query")
        start = int(cursor)
        entities = self._shown(call, execution.found[start : start + size])
        on = {"cursor": str(start + size)} if start + size < len(execution.found) else {}
        return json_reply({"id": execution_id, "pageSize": size, **on, "entities": entities})

    def _execution(self, execution_id: str) -> Execution:
        with self._lock:
            found = self._executions.get(execution_id)
        if found is None:
            raise not_found("The audit query")
        return found

    def _arrived(self) -> list[Event]:
        """The events that can be found by now."""
        now = from_rfc3339(self._now())
        return [event for event in self._store.audited() if event.arrives(self._delay, self._seed) <= now]

    def _shown(self, call: Call, events: Sequence[Event]) -> list[Document]:
        expand = {name for text in call.query.get("expand", []) for name in text.split(",") if name}
        if expand - {"user"}:
            raise bad_request("expand: has to be user")
        return [event.shown(self._organization, with_names="user" in expand) for event in events]


def asked_query(body: Mapping[str, Any]) -> Query:
    """What a body asks for; raises :class:`~syncer.emulator.wire.AnswerError` 400."""
    start, end = _interval(body.get("interval"))
    service = body.get("serviceName")
    if not isinstance(service, str) or service not in SERVICES:
        raise bad_request(f"serviceName: has to be one of {', '.join(SERVICES)}")
    filters = tuple(_filter(each) for each in _objects(body, "filters"))
    for name, value in filters:
        if name == "entitytype" and value not in SERVICES[service]:
            raise bad_request(f"filters: {service} has no entity type {value}")
    orders = [_order(each) for each in _objects(body, "sort")]
    return Query(start, end, service, filters, descending=orders[:1] != ["ascending"])


def _interval(value: Any) -> tuple[datetime, datetime]:
    """A pair of moments; one without a zone is UTC, as the API takes it."""
    parts = value.split("/") if isinstance(value, str) else []
    try:
        start, end = (_moment(part) for part in parts)
    except ValueError:
        raise bad_request(
            "interval: has to be two moments, as 2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"
        ) from None
    if end <= start:
        raise bad_request("interval: ends before it begins")
    return start, end


def _moment(text: str) -> datetime:
    if not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _filter(entry: Mapping[str, Any]) -> tuple[str, str]:
    name, value = entry.get("property"), entry.get("value")
    if not isinstance(name, str) or name.lower() not in PROPERTIES:
        raise bad_request(f"filters.property: has to be one of {', '.join(FILTERS)}")
    if not isinstance(value, str):
        raise bad_request("filters.value: has to be a text")
    return name.lower(), value


def _order(entry: Mapping[str, Any]) -> str:
    name, order = str(entry.get("name")).lower(), str(entry.get("sortOrder", "descending")).lower()
    if name != "timestamp" or order not in ORDERS:
        raise bad_request(f"sort: has to be by Timestamp, {' or '.join(ORDERS)}")
    return order


def _objects(body: Mapping[str, Any], name: str) -> list[Document]:
    value = body.get(name)
    found = [] if value is None else value
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise bad_request(f"{name}: has to be a list of objects")
    return found


def _mapping(_call: Call, _id: str) -> Reply:
    """``GET …/servicemapping``: what can be asked for."""
    services = [
        {
            "name": service,
            "entities": [{"name": name, "actions": list(actions)} for name, actions in entities.items()],
        }
        for service, entities in SERVICES.items()
    ]
    return json_reply({"services": services})
