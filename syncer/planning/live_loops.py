"""Loops that the live queues have right now, whatever the policies say, and who closed each.

Who put a rule in force is known of runs of this trail. Of others live keeps the last edit of the queue alone:
then it is only probable who it was, and of a queue that we wrote later it is not known at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from syncer.audit.entries import place_of
from syncer.checks.flow_loops import check_flow_loops
from syncer.checks.loops import check_loops
from syncer.kinds.registry import rules_of, share_as_held
from syncer.live.queues import last_edit
from syncer.model.finding import Loop, LoopRule
from syncer.model.json_values import mapping
from syncer.model.network import Edge, Facts, Network, Node, Transfer, edges_of
from syncer.model.queue import Edit, LiveQueue
from syncer.model.rule import in_force
from syncer.model.settings import ApiLocation
from syncer.net.timing import from_rfc3339

Entry = Mapping[str, Any]
RuleKey = tuple[str, str, str]
"""Queue, kind and target of a rule."""

NEARLY = timedelta(seconds=10)
"""How far an edit mark of the organization and our time of the same write may be apart."""


@dataclass(frozen=True, slots=True)
class Closer:
    """Who put the rule in force that closed a loop, and when (RFC 3339).

    ``run`` is one of this trail; where it is empty, ``by`` edited the ``queue`` last, and it is only probable
    that this closed the loop.
    """

    by: str
    at: str
    run: str = ""
    queue: str = ""

    def in_words(self) -> str:
        """``closed by run … of ada at …``, or who it probably was."""
        if self.run:
            return f"closed by run {self.run}{f' of {self.by}' if self.by else ''} at {self.at}"
        return f"probably closed by {self.by or 'somebody'}, who edited {self.queue} last, at {self.at}"

    def as_json(self) -> dict[str, Any]:
        """Who it was, as output and alerts have it."""
        return {"by": self.by, "at": self.at, "run": self.run, "certain": bool(self.run)}


@dataclass(frozen=True, slots=True)
class LiveLoop:
    """A loop in the organization; ``message`` says which queues. ``closer`` is None where nobody knows who
    closed it."""

    loop: Loop
    message: str
    closer: Closer | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same from run to run: the ids of all queues that it ties together."""
        return tuple(sorted(self.loop.tied))

    def in_words(self) -> str:
        """``A → B → A overflows in a circle; closed by …``."""
        return f"{self.message}; {self.closer.in_words() if self.closer else 'who closed it is not known'}"

    def as_json(self) -> dict[str, Any]:
        """The loop as output and alerts have it."""
        loop = self.loop.as_json()
        return {
            "message": self.message,
            "queues": loop["queues"],
            "rules": [{name: rule[name] for name in ("source", "target", "kind")} for rule in loop["rules"]],
            "tied": loop["tied"],
            "closed": self.closer.as_json() if self.closer else None,
        }


def live_network(
    live: Sequence[LiveQueue],
    facts: Mapping[str, Facts] | None = None,
    transfers: Sequence[Transfer] = (),
) -> Network:
    """The network that the live queues are; ``facts`` are the capacities and loads that are known, by id, and
    ``transfers`` those of in-queue flows."""
    known = facts or {}
    nodes = []
    for queue in sorted(live, key=lambda queue: (queue.name, queue.id)):
        own = known.get(queue.id, Facts())
        nodes.append(Node(queue.id, queue.name, capacity=own.capacity, base_load=own.base_load))
    edges: list[Edge] = []
    for queue in live:
        for rule in queue.rules:
            edges += edges_of(queue.id, rule, held=share_as_held(queue, rule))
    return Network(tuple(nodes), tuple(edges), tuple(transfers))


def live_loops(
    live: Sequence[LiveQueue], here: ApiLocation, trail: Callable[[], Iterable[Entry]]
) -> tuple[LiveLoop, ...]:
    """Each set of live queues that overflow into each other. Where there is none, no ``trail`` is read."""
    found = [(each.loop, each.message) for each in check_loops(live_network(live)) if each.loop]
    if not found:
        return ()
    queues = {queue.id: queue for queue in live}
    wanted = {_key(rule) for loop, _ in found for rule in loop.rules}
    known = _Known.of(trail(), here, wanted)
    return tuple(LiveLoop(loop, message, _closer(loop, known, queues)) for loop, message in found)


def loops_by_flows(live: Sequence[LiveQueue], transfers: Sequence[Transfer]) -> tuple[str, ...]:
    """Each set of live queues that only in-queue flows close to a loop, in words: no stop can break it."""
    return tuple(found.message for found in check_flow_loops(live_network(live, transfers=transfers)))


@dataclass(frozen=True, slots=True)
class _Known:
    """What a trail knows: the entry that put a rule in force last, and when a queue was written last."""

    rules: Mapping[RuleKey, Entry]
    written: Mapping[str, datetime]

    @classmethod
    def of(cls, entries: Iterable[Entry], here: ApiLocation, wanted: set[RuleKey]) -> "_Known":
        rules: dict[RuleKey, Entry] = {}
        written: dict[str, datetime] = {}
        queues = {queue for queue, _, _ in wanted}
        for entry in entries:
            queue = str(entry.get("queueId"))
            ours = entry.get("kind") == "change" and queue in queues and bool(entry.get("success"))
            if not ours or not place_of(entry).is_as(here):
                continue
            if at := _moment(_at(entry)):
                written[queue] = at
            key = (queue, str(entry.get("ruleType")), str(entry.get("targetQueue")))
            if not _in_force(entry.get("after")):
                rules.pop(key, None)
            elif key not in rules or not _in_force(entry.get("before")):
                rules[key] = entry
        return cls({key: entry for key, entry in rules.items() if key in wanted}, written)


def _closer(loop: Loop, known: _Known, queues: Mapping[str, LiveQueue]) -> Closer | None:
    """Who put the newest rule in force: of a rule that no run made, the last edit of its queue is the latest
    that it can be."""
    ours = [known.rules[_key(rule)] for rule in loop.rules if _key(rule) in known.rules]
    newest = max(ours, key=_at, default=None)
    others = {rule.source for rule in loop.rules if _key(rule) not in known.rules}
    edits = {queue: last_edit(queues[queue].raw) for queue in others if queue in queues}
    last = max((_moment(_at(entry)) for entry in ours), key=lambda at: (at is not None, at), default=None)
    times = {queue: _moment(edit.at) for queue, edit in edits.items()}
    if newest is not None and all(at is not None and last and at < last for at in times.values()):
        return Closer(str(mapping(newest.get("origin")).get("user", "")), _at(newest), str(newest["run"]))
    dated = {queue: at for queue, at in times.items() if at is not None}
    if not dated:
        return None
    queue = max(dated, key=lambda each: dated[each])
    return _probably(queues[queue], edits[queue], dated[queue], known.written.get(queue))


def _probably(queue: LiveQueue, edit: Edit, at: datetime, written: datetime | None) -> Closer | None:
    """Who edited a queue last; None where that was a run of ours, which made another rule."""
    if written is not None and abs(at - written) <= NEARLY:
        return None
    return Closer(edit.by, edit.at, queue=queue.name)


def _key(rule: LoopRule) -> RuleKey:
    return (rule.source, rule.kind, rule.target)


def _in_force(document: Any) -> bool:
    """Whether an image of the audit is a rule that moves contacts. Anything may stand in an edited trail."""
    try:
        return bool(document) and bool(in_force(rules_of([document])))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _at(entry: Entry) -> str:
    return str(entry.get("occurredAt") or entry.get("timestamp"))


def _moment(text: str) -> datetime | None:
    try:
        return from_rfc3339(text)
    except ValueError:
        return None
