"""The in-queue flows of queues: where they send contacts that wait.

Each distinct flow is read once a run, and only where its published version isn't known yet. Flows and common
modules that it goes on in are followed. What the client may not read is said, and stops nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from syncer.errors import ApiError, AuthError, BadAnswer, NoAnswer, NotFound
from syncer.live.architect import Sends, sends_of
from syncer.model.held import listed
from syncer.model.json_values import id_in, mapping
from syncer.model.network import Transfer
from syncer.model.queue import LiveQueue

FIELDS: Final = ("queueFlow", "emailInQueueFlow", "messageInQueueFlow")
"""The fields of a queue that name its in-queue flows: of calls, emails, messages."""

UNREADABLE: Final = (ApiError, AuthError, BadAnswer, NoAnswer)
"""What keeps a flow from being read, and stops nothing."""

MOST_FOLLOWED: Final = 50
"""How many flows are followed from one."""


class FlowApi(Protocol):
    """What reading flows needs of live."""

    def list_flows(self) -> list[dict[str, Any]]:
        """The JSON of all in-queue flows."""

    def get_flow(self, flow_id: str) -> dict[str, Any]:
        """The JSON of one flow, of any type."""

    def flow_configuration(self, flow_id: str, version: str) -> dict[str, Any]:
        """The configuration of a version of a flow."""


class FlowCache(Protocol):
    """What is known of published versions already."""

    def find(self, flow_id: str, version: str) -> Sends | None:
        """Where this version sends contacts; None where that isn't known."""

    def keep(self, flow_id: str, version: str, sends: Sends) -> None:
        """Remember it."""


@dataclass(frozen=True, slots=True)
class FlowsRead:
    """The ``transfers`` of all flows that were read, and in words what of them isn't known: ``unread``.

    ``served``: the API knows of flows.
    """

    transfers: tuple[Transfer, ...] = ()
    unread: tuple[str, ...] = ()
    served: bool = True


NO_FLOWS: Final = FlowsRead()

ReadFlows = Callable[[Sequence[LiveQueue]], FlowsRead]


@dataclass(frozen=True, slots=True)
class _Flow:
    id: str
    name: str
    version: str


def flows_of(queue: LiveQueue) -> tuple[str, ...]:
    """The ids of the in-queue flows of a queue, each once."""
    return tuple(dict.fromkeys(filter(None, (id_in(queue.raw.get(name)) for name in FIELDS))))


def read_flows(queues: Sequence[LiveQueue], api: FlowApi, cache: FlowCache) -> FlowsRead:
    """Read the in-queue flows of ``queues``. Nothing is asked where none has one."""
    wanted = {queue.id: flows_of(queue) for queue in queues}
    if not any(wanted.values()):
        return NO_FLOWS
    try:
        every = {id_in(raw): _flow(raw) for raw in api.list_flows() if id_in(raw)}
    except UNREADABLE as error:
        words = f"in-queue flows are not read: {error.message}"
        return FlowsRead(unread=(words,), served=not isinstance(error, NotFound))
    reading = _Reading(api, cache, every)
    names = {queue.id: queue.name for queue in queues}
    transfers = [
        Transfer(queue, target, flow.name, flow.version)
        for queue, flows in wanted.items()
        for flow, targets in reading.sent(flows)
        for target in targets
        if target in names and target != queue
    ]
    return FlowsRead(tuple(dict.fromkeys(transfers)), reading.unread(names))


@dataclass
class _Reading:
    """One run through all flows."""

    api: FlowApi
    cache: FlowCache
    listed: Mapping[str, _Flow]
    known: dict[str, Sends | None] = field(default_factory=dict)
    whole: dict[str, Sends] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def sent(self, flows: Iterable[str]) -> Iterable[tuple[_Flow, tuple[str, ...]]]:
        """The flows with the ids of all queues that each sends to, by itself or where it goes on."""
        for id_ in flows:
            flow = self.listed.get(id_)
            if flow is None:
                self.failed.setdefault(id_, "the client doesn't see it")
                continue
            if id_ not in self.whole:
                self.whole[id_] = self._followed(flow)
            yield flow, self.whole[id_].queues

    def _followed(self, first: _Flow) -> Sends:
        """What a flow sends with all that it goes on in."""
        queues: dict[str, None] = {}
        seen, waiting, computed = {first.id}, [first], False
        while waiting:
            sends = self._sends(waiting.pop(0))
            queues |= dict.fromkeys(sends.queues)
            computed |= sends.computed
            more = [id_ for id_ in dict.fromkeys(sends.flows) if id_ not in seen]
            computed |= len(seen) + len(more) > MOST_FOLLOWED
            for id_ in more[: MOST_FOLLOWED - len(seen)]:
                seen.add(id_)
                if flow := self._found(id_):
                    waiting.append(flow)
        return Sends(tuple(queues), computed=computed)

    def _found(self, id_: str) -> _Flow | None:
        if id_ in self.listed:
            return self.listed[id_]
        try:
            return _flow(self.api.get_flow(id_))
        except UNREADABLE as error:
            self.failed.setdefault(id_, error.message)
            return None

    def _sends(self, flow: _Flow) -> Sends:
        if flow.id not in self.known:
            self.known[flow.id] = self._read(flow)
        return self.known[flow.id] or Sends()

    def _read(self, flow: _Flow) -> Sends | None:
        if not flow.version:
            self.failed.setdefault(flow.id, f"{flow.name} has no published version")
            return None
        found = self.cache.find(flow.id, flow.version)
        if found is not None:
            return found
        try:
            found = sends_of(self.api.flow_configuration(flow.id, flow.version))
        except UNREADABLE as error:
            self.failed.setdefault(flow.id, f"{flow.name}: {error.message}")
            return None
        self.cache.keep(flow.id, flow.version, found)
        return found

    def unread(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """What isn't known of the flows, in words."""
        words = []
        if self.failed:
            first, more = next(iter(self.failed.values())), len(self.failed) - 1
            count = "1 in-queue flow is" if not more else f"{more + 1:,} in-queue flows are"
            words.append(f"{count} not read: {first}" + (f"; and {more:,} more" if more else ""))
        computed = [self.listed[id_].name for id_, sends in self.whole.items() if sends.computed]
        if computed:
            words.append(f"no configuration tells all targets of {listed(computed)}")
        hidden = [
            (flow, id_) for flow, sends in self.whole.items() for id_ in sends.queues if id_ not in names
        ]
        if hidden:
            flows = list(dict.fromkeys(self.listed[flow].name for flow, _ in hidden))
            ids = list(dict.fromkeys(id_ for _, id_ in hidden))
            transfer = "transfers" if len(flows) == 1 else "transfer"
            queues = "a queue" if len(ids) == 1 else f"{len(ids):,} queues"
            words.append(
                f"{listed(flows)} {transfer} to {queues} that the client doesn't see ({listed(ids)})"
            )
        return tuple(words)


def _flow(raw: Mapping[str, Any]) -> _Flow:
    version = mapping(raw.get("publishedVersion")).get("id")
    name = raw.get("name")
    return _Flow(id_in(raw), name if isinstance(name, str) else id_in(raw), str(version or ""))
