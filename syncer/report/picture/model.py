"""What a picture of a network shows: queues as boxes, rules and flows as links, both before and after."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from syncer.graph.cycles import components
from syncer.model.change import Action
from syncer.model.finding import Position
from syncer.model.plan import QueueState


class Badge(StrEnum):
    """What is wrong at a queue: it lies in a loop, or has an error or a warning."""

    LOOP = "loop"
    ERROR = "error"
    WARNING = "warning"


SIGNS = {Badge.LOOP: "↻", Badge.ERROR: "✕", Badge.WARNING: "!"}
"""Each badge as a sign, which tells them apart without color."""


class Became(StrEnum):
    """The result of a change: it was done; it failed; somebody else changed the same; it was not reached, or
    waits; it was written and taken back."""

    DONE = "done"
    FAILED = "failed"
    CONFLICT = "conflict"
    WAITING = "waiting"
    BACK = "back"


BECAME_SIGNS = {
    Became.DONE: "✓",
    Became.FAILED: "✕",
    Became.CONFLICT: "≠",
    Became.WAITING: "…",
    Became.BACK: "↩",
}
"""The result of a change as a sign."""


@dataclass(frozen=True, slots=True)
class Box:
    """A queue. ``before`` and ``after`` are None where its load is not part of what is shown.

    ``changed``: its own rules change. ``caused``: its ``badge`` comes from the change. ``became`` is the
    result of its change, None where there is none or it was not tried yet; ``status`` is the same in a word.
    ``at_most``: its loads are bounds, as a contact that may go to a backup queue counts there and here.
    """

    key: str
    name: str
    managed: bool = False
    changed: bool = False
    badge: Badge | None = None
    caused: bool = False
    before: QueueState | None = None
    after: QueueState | None = None
    became: Became | None = None
    status: str = ""
    at_most: bool = False

    @property
    def undone(self) -> bool:
        """Whether its change was tried, and is not there."""
        return self.became not in (None, Became.DONE)

    @property
    def sign(self) -> str:
        """What is wrong by the change, else its result, else what was wrong before."""
        if self.became and not (self.badge and self.caused):
            return BECAME_SIGNS[self.became]
        return SIGNS[self.badge] if self.badge else ""

    @property
    def offered(self) -> float:
        """The most contacts per interval that it is offered, before or after; 0 where that is not known."""
        states = [state.load for state in (self.before, self.after) if state]
        return max((load.offered for load in states if load), default=0.0)

    def as_json(self) -> dict[str, Any]:
        """The queue as output has it."""
        return {
            "id": self.key,
            "name": self.name,
            "managed": self.managed,
            "changed": self.changed,
            "badge": self.badge.value if self.badge else None,
            "caused": self.caused,
            "at_most": self.at_most,
            "before": _state(self.before),
            "after": _state(self.after),
        }


def _state(state: QueueState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    load = state.load
    return {
        "capacity": state.capacity,
        "base_load": state.base_load,
        "load": {"offered": load.offered, "kept": load.kept, "inflow": load.inflow} if load else None,
    }


@dataclass(frozen=True, slots=True)
class Link:
    """A rule, or what an in-queue flow transfers, from the key of its queue to that of its target.

    ``before`` and ``after`` say in words what it sends (``25 %``); empty where it isn't there. ``label`` is
    what is written at it, ``moves`` the contacts that it moves, in words. ``action`` is what the change does
    to it, and ``became`` the result. ``in_force`` says before and after whether contacts move along
    it.
    """

    key: str
    source: str
    target: str
    kind: str
    before: str = ""
    after: str = ""
    label: str = ""
    moves: str = ""
    action: Action | None = None
    in_force: tuple[bool, bool] = (True, True)
    position: Position | None = None
    became: Became | None = None

    @property
    def undone(self) -> bool:
        """Whether its change was tried, and is not there."""
        return self.became not in (None, Became.DONE)

    @property
    def held(self) -> str:
        """What it sends in the end, in words: what it sent before where its change is not there."""
        return self.before if self.undone else self.after

    @property
    def enabled(self) -> bool:
        """Whether it is in force, or was where it goes."""
        return self.in_force[0] if self.action is Action.DELETE else self.in_force[1]

    def tried(self, became: Became) -> "Link":
        """The same with the result of its change: one that is not there has left it as it was."""
        in_force = self.in_force if became is Became.DONE else (self.in_force[0], self.in_force[0])
        label = f"{BECAME_SIGNS[became]} {self.label}"
        return replace(self, became=became, label=label, in_force=in_force)

    @property
    def fresh(self) -> bool:
        """Whether the change puts it in force."""
        return self.in_force == (False, True)

    def as_json(self) -> dict[str, Any]:
        """The link as output has it."""
        return {
            "source": self.source,
            "target": self.target,
            "kind": self.kind,
            "before": self.before,
            "after": self.after,
            "contacts": self.moves,
            "action": self.action.value if self.action else None,
            "enabled": self.enabled,
            "position": self.position.as_json() if self.position else None,
        }


@dataclass(frozen=True)
class Picture:
    """Boxes in the order of names, and links in the order of sources. ``interval`` is that of all amounts.

    ``changes``: it shows a change, before and after. ``left_out`` counts the boxes that are not drawn, and
    ``watches`` the rules that only watch a queue, which no contact moves along.
    """

    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    interval: str = ""
    changes: bool = False
    left_out: int = 0
    watches: int = 0

    @cached_property
    def by_key(self) -> dict[str, Box]:
        """The boxes by their keys."""
        return {box.key: box for box in self.boxes}

    @cached_property
    def looped_before(self) -> frozenset[str]:
        """The keys of the links that lay in a loop before."""
        return self._looped(0)

    @cached_property
    def looped(self) -> frozenset[str]:
        """The keys of the links that lie in a loop."""
        return self._looped(1)

    def _looped(self, side: int) -> frozenset[str]:
        index = {box.key: place for place, box in enumerate(self.boxes)}
        links = [
            link
            for link in self.links
            if link.in_force[side] and (link.held if side else link.before)
            if link.source in index and link.target in index
        ]
        adjacency: list[list[int]] = [[] for _ in self.boxes]
        for link in links:
            adjacency[index[link.source]].append(index[link.target])
        home = {place: n for n, found in enumerate(components(adjacency)) for place in found}
        return frozenset(link.key for link in links if home[index[link.source]] == home[index[link.target]])

    def only(self, keys: Iterable[str]) -> "Picture":
        """The same with these boxes alone, and the links between them."""
        wanted = frozenset(keys)
        boxes = tuple(box for box in self.boxes if box.key in wanted)
        links = tuple(link for link in self.links if {link.source, link.target} <= wanted)
        left_out = self.left_out + len(self.boxes) - len(boxes)
        return replace(self, boxes=boxes, links=links, left_out=left_out)
