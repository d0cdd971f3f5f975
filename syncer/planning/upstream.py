"""What changed above a queue, as a trail tells it: which change sent how many contacts more into it.

The network is made of the images in the trail, with the loads and capacities that stand in the entries of
runs; a change counts as what it adds to the inflow of the queue at its moment. What nobody changed while the
trail was kept comes out of the record.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.audit.record import Place
from syncer.checks.loads import bounds
from syncer.kinds.registry import rule_step, rules_of
from syncer.model.json_values import mapping
from syncer.model.network import Edge, Facts, Network, Node, edges_of
from syncer.model.rule import Rule
from syncer.planning.inflow import below_unknown, cone

Entry = Mapping[str, Any]
RuleKey = tuple[str, str, str]
"""Queue, kind and key of a rule."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A change above a queue, or of its own.

    ``depth`` is how many rules its queue is away, 0 for the queue itself. ``added`` are the contacts per
    interval that it added to what comes in there, of the queue itself to what it keeps; None where a load on
    the way is not known. ``room`` is the capacity that the queue lost. ``number`` is that of the entry.
    """

    number: int
    at: str
    run: str
    user: str
    action: str
    queue: str
    queue_name: str
    words: str
    depth: int
    added: float | None = None
    room: float = 0.0

    @property
    def weight(self) -> float:
        """What it is ranked by."""
        added = self.added or 0.0
        return max(added, 0.0) + self.room if self.room else added

    def as_json(self) -> dict[str, Any]:
        """The change as output has it."""
        return {
            "n": self.number,
            "at": self.at,
            "run": self.run,
            "user": self.user,
            "action": self.action,
            "queue": {"id": self.queue, "name": self.queue_name},
            "what": self.words,
            "depth": self.depth,
            "contacts_added": self.added,
            "capacity_lost": self.room,
        }


def causes(
    entries: Sequence[Entry], target: str, meant: Callable[[Entry], bool], place: Place
) -> tuple[Cause, ...]:
    """The changes above ``target`` that are ``meant``, those that added most first.

    ``entries`` are those of one organization, oldest first; ``place`` is what the record knows of it.
    """
    known = _Known.of(entries, place)
    above = cone(known.network(), target) if target in known.names else {}
    depths = {known.order[number]: depth for number, depth in above.items()}
    state = _State(known, target, depths)
    found: list[Cause] = []
    for entry in entries:
        made = state.take(entry, look=meant(entry))
        found += made
    return tuple(sorted(found, key=lambda cause: (-cause.weight, cause.number)))


@dataclass
class _Known:
    """What a whole trail knows: names, all rules that there ever were, and what there was at its begin.

    The first facts of a queue count from the begin on: before, nobody had written them down.
    """

    names: dict[str, str] = field(default_factory=dict)
    first: dict[RuleKey, Rule | None] = field(default_factory=dict)
    ever: list[tuple[str, Rule]] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry], place: Place) -> "_Known":
        known, stated = cls(), set[str]()
        for entry in entries:
            for queue, document in mapping(entry.get("facts")).items():
                stated.add(queue)
                known.facts.setdefault(queue, _facts(mapping(document)))
            if entry.get("kind") != "change":
                continue
            queue = str(entry.get("queueId"))
            known.names[queue] = str(entry.get("queueName"))
            if target := str(entry.get("targetQueue") or ""):
                known.names.setdefault(target, str(entry.get("targetName")))
            before, after = _image(entry, "before"), _image(entry, "after")
            for rule in (before, after):
                if rule:
                    known.first.setdefault((queue, rule.kind, rule.key), before)
                    known.ever.append((queue, rule))
        known._add_record(place, stated)
        return known

    def _add_record(self, place: Place, stated: set[str]) -> None:
        """What nobody changed while the trail was kept."""
        for queue in place.queues.values():
            self.names.setdefault(queue.id, queue.name)
            if queue.facts and queue.id not in stated:
                self.facts[queue.id] = queue.facts
            for rule in queue.rules or ():
                if (queue.id, rule.kind, rule.key) not in self.first:
                    self.first[queue.id, rule.kind, rule.key] = rule
                    self.ever.append((queue.id, rule))
        for _, rule in self.ever:
            if rule.target:
                self.names.setdefault(rule.target, rule.target)

    @property
    def order(self) -> list[str]:
        """The ids of all queues."""
        return list(self.names)

    def network(self) -> Network:
        """All rules that there ever were, as one network."""
        return Network(
            tuple(Node(key, name) for key, name in self.names.items()),
            tuple(edge for queue, rule in self.ever for edge in edges_of(queue, rule)),
        )


class _State:
    """The part of the network that leads into a queue, change after change."""

    def __init__(self, known: _Known, target: str, depths: Mapping[str, int]) -> None:
        self._names, self._target, self._depths = known.names, target, depths
        self._rules = {key: rule for key, rule in known.first.items() if rule and key[0] in depths}
        self._facts = {key: facts for key, facts in known.facts.items() if key in depths}

    def take(self, entry: Entry, *, look: bool) -> list[Cause]:
        """Take an entry in; where it is looked at, the changes above the queue that it made."""
        if entry.get("kind") == "run":
            return [
                cause
                for queue, document in mapping(entry.get("facts")).items()
                if queue in self._depths
                for cause in self._take_facts(entry, queue, mapping(document), look=look)
            ]
        queue = str(entry.get("queueId"))
        if entry.get("kind") != "change" or not entry.get("success") or queue not in self._depths:
            return []
        before = self._measure(queue) if look else None
        self._set(queue, _image(entry, "before"), _image(entry, "after"))
        if not look:
            return []
        towards = f" → {entry.get('targetName')}" if entry.get("targetName") else ""
        words = f"{entry.get('queueName')}{towards}: {rule_step(entry)}"
        return [self._cause(entry, queue, words, _difference(before, self._measure(queue)))]

    def _take_facts(
        self, entry: Entry, queue: str, document: Mapping[str, Any], *, look: bool
    ) -> list[Cause]:
        old, new = self._facts.get(queue), _facts(document)
        before = self._measure(queue) if look else None
        self._facts[queue] = new
        if not look or old == new:
            return []
        name = self._names.get(queue, queue)
        added = None if old is None else _difference(before, self._measure(queue))
        lost = _lost(old, new) if queue == self._target else 0.0
        return [self._cause(entry, queue, f"{name}: {facts_step(old, new)}", added, lost)]

    def _set(self, queue: str, before: Rule | None, after: Rule | None) -> None:
        if before:
            self._rules.pop((queue, before.kind, before.key), None)
        if after:
            self._rules[queue, after.kind, after.key] = after

    def _measure(self, queue: str) -> float | None:
        """The most that comes in, of the queue itself that it keeps; None where the load of ``queue`` isn't
        known."""
        below = (rule.target for (source, _, _), rule in self._rules.items() if source == self._target)
        keys = dict.fromkeys([*self._depths, *below])
        loads = {key: self._facts.get(key, Facts()).base_load for key in keys}
        nodes = (Node(key, self._names.get(key, key), base_load=load) for key, load in loads.items())
        network = Network(tuple(nodes), tuple(self._edges()))
        load = bounds(network).most.of.get(self._target)
        if load is None or queue in below_unknown(network, self._facts):
            return None
        return load.kept if queue == self._target else load.inflow

    def _edges(self) -> Iterable[Edge]:
        for (queue, _, _), rule in self._rules.items():
            yield from edges_of(queue, rule)

    def _cause(self, entry: Entry, queue: str, words: str, added: float | None, room: float = 0.0) -> Cause:
        number = entry.get("n")
        return Cause(
            number if isinstance(number, int) else 0,
            str(entry.get("occurredAt") or entry.get("timestamp")),
            str(entry.get("run")),
            str(mapping(entry.get("origin")).get("user") or ""),
            str(entry.get("action")),
            queue,
            self._names.get(queue, queue),
            words,
            self._depths[queue],
            added,
            room,
        )


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else round(after - before, 9)


def _lost(old: Facts | None, new: Facts) -> float:
    """The capacity that a queue lost."""
    if old is None or old.capacity is None or new.capacity is None:
        return 0.0
    return max(old.capacity - new.capacity, 0.0)


def facts_step(old: Facts | None, new: Facts) -> str:
    """``capacity 120 ⇒ 80, base load 40``: what moved, before and after."""
    return ", ".join(
        f"{name} {_shown(before)} ⇒ {_shown(after)}" if old and before != after else f"{name} {_shown(after)}"
        for name, before, after in (
            ("capacity", old.capacity if old else None, new.capacity),
            ("base load", old.base_load if old else None, new.base_load),
        )
    )


def _shown(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g}"


def _facts(document: Mapping[str, Any]) -> Facts:
    """The facts in the entry of a run. Anything may stand in an edited trail."""
    capacity, load = document.get("capacity"), document.get("baseLoad")
    return Facts(
        float(capacity) if isinstance(capacity, int | float) else None,
        float(load) if isinstance(load, int | float) else 0.0,
    )


def _image(entry: Entry, side: str) -> Rule | None:
    """The rule before or after; None where there is none, or none that can be read."""
    document = entry.get(side)
    try:
        return rules_of([document])[0] if isinstance(document, Mapping) else None
    except (KeyError, TypeError, ValueError):
        return None
