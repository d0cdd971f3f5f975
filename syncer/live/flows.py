"""The in-queue flows of queues: where they send contacts that wait, perhaps back into the same queue.

Each distinct flow is read once per run, and only if its published version isn't known yet. Flows and common
modules that it continues in are followed. Flows that the client may not read are reported, but don't stop the
run. A flow that only refers to its own queue mostly looks up a wait time there: that is no transfer.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from syncer.errors import NotFound
from syncer.live.architect import Sends
from syncer.live.flow_versions import UNREADABLE, Flow, FlowCache, VersionApi, Versions, flow_in
from syncer.live.rights import DEPENDENCIES
from syncer.model.held import listed
from syncer.model.json_values import id_in
from syncer.model.network import Transfer
from syncer.model.queue import LiveQueue
from syncer.net.counting import Counting, each_counted, uncounted

FIELDS: Final = ("queueFlow", "emailInQueueFlow", "messageInQueueFlow")
"""The fields of a queue that name its in-queue flows: of calls, emails, messages."""

MOST_FOLLOWED: Final = 50
"""How many flows are followed from one."""


class FlowApi(VersionApi, Protocol):
    """The calls that reading flows needs."""

    def list_flows(self) -> list[dict[str, Any]]:
        """The JSON of all in-queue flows."""

    def get_flow(self, flow_id: str) -> dict[str, Any]:
        """The JSON of one flow, of any type."""


@dataclass(frozen=True, slots=True)
class FlowsRead:
    """The ``transfers`` of all flows that were read, and messages about what is not known: ``unread`` for
    flows that could not be read, ``open`` for targets that no configuration shows.

    ``served``: the API knows of flows.
    """

    transfers: tuple[Transfer, ...] = ()
    unread: tuple[str, ...] = ()
    served: bool = True
    open: tuple[str, ...] = ()

    @property
    def not_known(self) -> tuple[str, ...]:
        """All that isn't known, in words."""
        return (*self.unread, *self.open)


NO_FLOWS: Final = FlowsRead()

ReadFlows = Callable[[Sequence[LiveQueue]], FlowsRead]


def flows_of(queue: LiveQueue) -> tuple[str, ...]:
    """The ids of the in-queue flows of a queue, each once."""
    return tuple(dict.fromkeys(filter(None, (id_in(queue.raw.get(name)) for name in FIELDS))))


def read_flows(
    queues: Sequence[LiveQueue], api: FlowApi, cache: FlowCache, counting: Counting = uncounted
) -> FlowsRead:
    """Read the in-queue flows of ``queues``; ``counting`` is notified of each queue.

    Without any, no request is sent.
    """
    wanted = {queue.id: flows_of(queue) for queue in queues}
    if not any(wanted.values()):
        return NO_FLOWS
    try:
        every = {id_in(raw): flow_in(raw) for raw in api.list_flows() if id_in(raw)}
    except UNREADABLE as error:
        words = f"in-queue flows are not read: {error.message}"
        return FlowsRead(unread=(words,), served=not isinstance(error, NotFound))
    reading = _Reading(api, Versions(api, cache), every)
    names = {queue.id: queue.name for queue in queues}
    transfers = [
        Transfer(queue, target, flow.name, flow.version, proven)
        for queue, flows in each_counted(counting, "reading in-queue flows", wanted.items())
        for flow, sends in reading.sent(flows)
        for targets, proven in ((sends.queues, True), (sends.maybe, False))
        for target in targets
        if target in names and (proven or target != queue)
    ]
    return FlowsRead(tuple(dict.fromkeys(transfers)), reading.unread(names), open=reading.open())


@dataclass
class _Reading:
    """One run through all flows."""

    api: FlowApi
    versions: Versions
    listed: Mapping[str, Flow]
    whole: dict[str, Sends] = field(default_factory=dict)

    def sent(self, flows: Iterable[str]) -> Iterable[tuple[Flow, Sends]]:
        """The flows with the ids of all queues that each sends to, itself or through flows that it continues
        in."""
        for id_ in flows:
            flow = self.listed.get(id_)
            if flow is None:
                self.versions.failed.setdefault(id_, "the client can't see it")
                continue
            if id_ not in self.whole:
                self.whole[id_] = self._followed(flow)
            yield flow, self.whole[id_]

    def _followed(self, first: Flow) -> Sends:
        """The transfers of a flow, including those of the flows that it continues in."""
        queues: dict[str, None] = {}
        maybe: dict[str, None] = {}
        seen, waiting, computed = {first.id}, [first], False
        while waiting:
            sends = self.versions.sends(waiting.pop(0))
            queues |= dict.fromkeys(sends.queues)
            maybe |= dict.fromkeys(sends.maybe)
            computed |= sends.computed
            more = [id_ for id_ in dict.fromkeys(sends.flows) if id_ not in seen]
            computed |= len(seen) + len(more) > MOST_FOLLOWED
            for id_ in more[: MOST_FOLLOWED - len(seen)]:
                seen.add(id_)
                if flow := self._found(id_):
                    waiting.append(flow)
        unproven = tuple(queue for queue in maybe if queue not in queues)
        return Sends(tuple(queues), computed=computed, maybe=unproven)

    def _found(self, id_: str) -> Flow | None:
        if id_ in self.listed:
            return self.listed[id_]
        try:
            return flow_in(self.api.get_flow(id_))
        except UNREADABLE as error:
            self.versions.failed.setdefault(id_, error.message)
            return None

    def unread(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """What is not known about the flows, in words."""
        words = []
        if failed := self.versions.failed:
            first, more = next(iter(failed.values())), len(failed) - 1
            count = "1 in-queue flow is" if not more else f"{more + 1:,} in-queue flows are"
            words.append(f"{count} not read: {first}" + (f"; and {more:,} more" if more else ""))
        hidden = [
            (flow, id_) for flow, sends in self.whole.items() for id_ in sends.queues if id_ not in names
        ]
        if hidden:
            flows = list(dict.fromkeys(self.listed[flow].name for flow, _ in hidden))
            ids = list(dict.fromkeys(id_ for _, id_ in hidden))
            transfer = "transfers" if len(flows) == 1 else "transfer"
            queues = "a queue" if len(ids) == 1 else f"{len(ids):,} queues"
            words.append(f"{listed(flows)} {transfer} to {queues} that the client can't see ({listed(ids)})")
        return tuple(words)

    def open(self) -> tuple[str, ...]:
        """The flows that compute a target, in words."""
        computed = {self.listed[id_].name: sends.maybe for id_, sends in self.whole.items() if sends.computed}
        if not computed:
            return ()
        words = f"no configuration shows all targets of {listed(list(computed))}"
        if any(computed.values()):
            return (f"{words}, which may transfer to queues that they refer to",)
        if not self.versions.tracked:
            return (f"{words}, and dependency tracking can't be read ({DEPENDENCIES.permission})",)
        return (words,)
