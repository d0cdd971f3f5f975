"""What a kind of rule is to the server, and what the files of the kinds share.

This is the other side of the wire: nothing here comes from ``syncer.kinds``, which it is to be tried against.
"""

import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.emulator.documents import Document


@dataclass(frozen=True, slots=True)
class IfThere:
    """A field that nothing is put in the place of: only what it holds is completed."""

    fields: Any


@dataclass(frozen=True, slots=True)
class Known:
    """What a queue may refer to: ``queue`` tells whether there is one of an id; the ids of the groups.

    ``division`` gives the id of the division of such a queue.
    """

    queue: Callable[[str], bool]
    groups: Container[str]
    division: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a queue stands in a made-up organization: at ``place`` of ``ids``, the ids of all queues.

    Queues in a row are the steps of one team, ``team`` of them.
    """

    place: int
    name: str
    language: str
    ids: Sequence[str]
    team: int

    @property
    def id(self) -> str:
        """The id of the queue."""
        return self.ids[self.place]

    def ahead(self, steps: int) -> str | None:
        """The id of the queue that is so many steps further in the same team."""
        there = self.place % self.team + steps < self.team and self.place + steps < len(self.ids)
        return self.ids[self.place + steps] if there else None


Way = tuple[str, float | None]
"""The id of a queue that contacts move on to, and the share of what is offered; None where a part of what is
left moves, and no rule says how much."""


def _same(queue: Document) -> Document:
    return queue


def _none(_queue: Mapping[str, Any]) -> list[Any]:
    return []


def _no_example(_spot: Spot) -> Document:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """One field of a queue, and what the server does with it.

    ``faults`` gives one text for each thing that is wrong, beginning with the path of the field. ``default``
    is what a queue leaves out and is given, as in :data:`syncer.emulator.loading.QUEUE`; ``completed`` adds
    what depends on the queue, and ``with_ids`` the ids that its entries keep. ``targets`` gives the ids of
    the queues that contacts move on to, ``ways`` how many move there, and ``groups`` the groups that are
    referred to. ``copied`` is what a
    new queue takes over from another, except what refers to that queue itself. ``example`` gives
    the fields of a made-up queue. ``dialect`` is the one that has it (empty: each does), and ``without``
    gives what a server of another dialect keeps of a queue.
    """

    field: str
    faults: Callable[[Mapping[str, Any], Known], list[str]]
    default: IfThere | None = None
    completed: Callable[[Document], Document] = _same
    with_ids: Callable[[Document], Document] = _same
    targets: Callable[[Mapping[str, Any]], list[str]] = _none
    ways: Callable[[Mapping[str, Any]], list[Way]] = _none
    groups: Callable[[Mapping[str, Any]], list[Document]] = _none
    copied: Callable[[Document], Document] = _same
    example: Callable[[Spot], Document] = _no_example
    dialect: str = ""
    without: Callable[[Document], Document] = _same


class Check:
    """Collects what is wrong with a queue, as texts that begin with the path of a field."""

    def __init__(self, queue: Mapping[str, Any], known: Known) -> None:
        self.faults: list[str] = []
        self._id = queue.get("id")
        self._known = known

    def entries(self, value: Any, where: str, most: int | None = None) -> list[tuple[str, Document]]:
        """The objects of a list, each with its place; what is no list of objects is noted."""
        found = each_object(value, where)
        if value is not None and (not isinstance(value, list) or len(found) < len(value)):
            self.faults.append(f"{where}: has to be a list of objects")
        if most is not None and len(found) > most:
            self.faults.append(f"{where}: has {len(found)} entries, and may have {most}")
        return found

    def queue(self, value: Any, where: str) -> None:
        """A reference to a queue, by its id; null is none."""
        if value is None:
            return
        queue_id = object_in(value).get("id")
        if not isinstance(queue_id, str) or not (queue_id == self._id or self._known.queue(queue_id)):
            self.faults.append(f"{where}: there is no such queue")

    def choice(self, value: Any, where: str, allowed: tuple[str, ...]) -> None:
        """One of the words of the API."""
        if value not in allowed:
            self.faults.append(f"{where}: has to be one of {', '.join(allowed)}")

    def number(self, value: Any, where: str, most: float | None = None) -> None:
        """A number, whole or not; with ``most`` from 0 to that, be it infinite."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.faults.append(f"{where}: has to be a number")
        elif most is not None and not 0 <= value <= most:
            bounds = f"from 0 to {most}" if most < math.inf else "of at least 0"
            self.faults.append(f"{where}: has to be a number {bounds}")

    def whole(self, value: Any, where: str, bounds: tuple[int, int]) -> None:
        """A whole number within bounds."""
        least, most = bounds
        if not is_whole(value, least, most):
            self.faults.append(f"{where}: has to be a whole number from {least} to {most}")


def is_whole(value: Any, least: int, most: int, *, otherwise: int | None = None) -> bool:
    """Whether a value is a whole number within bounds: to JSON, 25.0 is 25. Null counts as ``otherwise``."""
    number = otherwise if value is None else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return least <= number <= most and number == int(number)


def without_field(field: str) -> Callable[[Document], Document]:
    """A queue without a field."""
    return lambda queue: {name: value for name, value in queue.items() if name != field}


def object_in(value: Any) -> Document:
    """A value that is an object; any other counts as an empty one."""
    return value if isinstance(value, dict) else {}


def each_object(value: Any, where: str) -> list[tuple[str, Document]]:
    """The objects of a list, each with its path; a value that is no list has none."""
    entries = value if isinstance(value, list) else []
    return [(f"{where}[{place}]", entry) for place, entry in enumerate(entries) if isinstance(entry, dict)]


def division_of(queue: Mapping[str, Any]) -> str:
    """The id of the division of a queue, or nothing where it tells none."""
    return str(object_in(queue.get("division")).get("id", ""))
