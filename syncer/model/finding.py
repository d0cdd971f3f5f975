"""Findings: the results of checks, as data; the output decides how they look."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any, Final, Protocol

from syncer.model.characters import difference, escaped
from syncer.model.quick_dataclass import quick_dataclass


class Severity(StrEnum):
    """How much a finding matters: an error forbids applying, a warning asks for a look, info informs."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class SupportsFind(Protocol):
    """Knows where everything in a file stands."""

    def find(self, path: Sequence[str | int]) -> tuple[int, int]:
        """The line and column of what stands at ``path``."""


class _Unfound:
    """What of a position is looked for when it is first asked for: an attribute that isn't there yet."""

    __slots__ = ("_path", "_places")
    _places: SupportsFind
    _path: Sequence[str | int]

    def __getattr__(self, name: str) -> int:
        if name not in ("line", "column"):
            raise AttributeError(name)
        line, column = self._places.find(self._path)
        object.__setattr__(self, "line", line)
        object.__setattr__(self, "column", column)
        return line if name == "line" else column


@quick_dataclass(frozen=True, slots=True, order=True)
class Position(_Unfound):
    """A place in a file; ``line`` and ``column`` count from 1, the column in characters."""

    file: str
    line: int
    column: int

    @classmethod
    def later(cls, file: str, places: SupportsFind, path: Sequence[str | int]) -> "Position":
        """The place of what stands at ``path``; ``places`` are asked for it once somebody wants to know."""
        position: Any = object.__new__(cls)
        position.file, position._places, position._path = file, places, path
        made: Position = position
        return made

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def as_json(self) -> dict[str, Any]:
        """The place as JSON output has it."""
        return {"file": self.file, "line": self.line, "column": self.column}


@quick_dataclass(frozen=True, slots=True)
class Note:
    """A second place that belongs to a finding, such as a rule of a loop."""

    message: str
    position: Position | None = None


class Since(StrEnum):
    """How a finding stands to a change: caused by it, made worse, there before, or gone with it."""

    NEW = "new"
    WORSE = "worse"
    BEFORE = "before"
    SOLVED = "solved"


class Limit(StrEnum):
    """What is compared with a capacity: the inflow by overflow, the kept load, or the shares."""

    INFLOW = "inflow"
    KEPT = "kept"
    SHARES = "shares"


@quick_dataclass(frozen=True, slots=True)
class Figure:
    """What a finding measured: ``amount`` of ``capacity``, in contacts per interval (shares: in percent).

    ``up_to``: nobody knows how much of it there will be. ``before`` and ``capacity_before`` are the same
    before the change, where that is known.
    """

    limit: Limit
    amount: float
    capacity: float
    up_to: bool = False
    before: float | None = None
    capacity_before: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The figure as JSON output has it."""
        return {
            "limit": self.limit.value,
            "amount": self.amount,
            "capacity": self.capacity,
            "up_to": self.up_to,
            "before": self.before,
            "capacity_before": self.capacity_before,
        }


@quick_dataclass(frozen=True, slots=True)
class LoopRule:
    """One rule of a loop, from queue to queue by their keys; ``new``: this change puts it in force."""

    source: str
    target: str
    kind: str
    new: bool = False
    position: Position | None = None


@quick_dataclass(frozen=True, slots=True)
class LoopFlow:
    """A way of a loop that no rule goes: the in-queue ``flow`` of the queue ``source`` transfers to the queue
    ``target``, both by their keys; ``proven``: its configuration says so."""

    source: str
    target: str
    flow: str
    proven: bool = True


@quick_dataclass(frozen=True, slots=True)
class Loop:
    """A loop: the keys and names of its queues in order, and its ``rules`` in the same order.

    ``tied`` are the keys of all queues that overflow into each other here; ``in_policies``: rules of the
    policies alone close one. ``flows`` are the ways of the circle that no rule goes.
    """

    queues: tuple[tuple[str, str], ...]
    rules: tuple[LoopRule, ...]
    tied: tuple[str, ...]
    in_policies: bool = False
    flows: tuple[LoopFlow, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The loop as JSON output has it."""
        return {
            "queues": [{"id": key, "name": name} for key, name in self.queues],
            "rules": [
                {
                    "source": rule.source,
                    "target": rule.target,
                    "kind": rule.kind,
                    "new": rule.new,
                    "position": rule.position.as_json() if rule.position else None,
                }
                for rule in self.rules
            ],
            "tied": list(self.tied),
            "in_policies": self.in_policies,
            **({"flows": [asdict(each) for each in self.flows]} if self.flows else {}),
        }


@quick_dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    ``id`` is stable and dotted (``loops.cycle``); ``message`` is one line; ``position`` is None for a
    finding that no line of the policies causes; ``queue`` is the name of the queue it is about, and
    ``queue_id`` its key in the network. ``since`` says how it stands to the change, where there is one to
    compare it with; ``excused``: an error that was there before, and is no reason to refuse. ``scenario`` is
    the name of the one that it is found in, empty: in the network as it is.
    """

    id: str
    severity: Severity
    message: str
    position: Position | None = None
    tip: str = ""
    notes: tuple[Note, ...] = ()
    queue: str = ""
    queue_id: str = ""
    since: Since | None = None
    excused: bool = False
    figure: Figure | None = None
    loop: Loop | None = None
    scenario: str = ""

    @property
    def refuses(self) -> bool:
        """Whether an apply is refused because of it."""
        return self.severity is Severity.ERROR and not self.excused

    @property
    def caused(self) -> bool:
        """Whether the change causes it or makes it worse; so does anything that was compared with nothing."""
        return self.since is not Since.BEFORE

    def placed(self, where: Callable[[str], str]) -> "Finding":
        """The same with its files as ``where`` names them."""
        notes = (replace(note, position=_placed(note.position, where)) for note in self.notes)
        loop = self.loop
        if loop:
            rules = (replace(rule, position=_placed(rule.position, where)) for rule in loop.rules)
            loop = replace(loop, rules=tuple(rules))
        return replace(self, position=_placed(self.position, where), notes=tuple(notes), loop=loop)

    def as_json(self) -> dict[str, Any]:
        """The finding as plan and JSON output have it."""
        return {
            "id": self.id,
            "severity": self.severity.value,
            "message": self.message,
            "position": self.position.as_json() if self.position else None,
            "tip": self.tip,
            "notes": [
                {"message": note.message, "position": note.position.as_json() if note.position else None}
                for note in self.notes
            ],
            "queue": self.queue,
            "queue_id": self.queue_id,
            "since": self.since.value if self.since else None,
            "refuses": self.refuses,
            "figure": self.figure.as_json() if self.figure else None,
            "loop": self.loop.as_json() if self.loop else None,
            **({"scenario": self.scenario} if self.scenario else {}),
        }


def _placed(position: Position | None, where: Callable[[str], str]) -> Position | None:
    return replace(position, file=where(position.file)) if position else None


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort by place, then id and message; what has no place comes last."""

    def key(finding: Finding) -> tuple[bool, str, int, int, str, str]:
        at = finding.position or Position("", 0, 0)
        return (finding.position is None, at.file, at.line, at.column, finding.id, finding.message)

    return tuple(sorted(findings, key=key))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error that refuses."""
    return any(finding.refuses for finding in findings)


_MOST_CHARACTERS: Final = 60

_KINDS: Final = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "a mapping",
}


def error(
    name: str,
    message: str,
    position: Position,
    tip: str = "",
    notes: tuple[Note, ...] = (),
) -> Finding:
    """A finding of severity error; ``name`` is its id."""
    return Finding(name, Severity.ERROR, message, position, tip, notes)


def shortened(text: str) -> str:
    """``text``, cut where it is longer than a message should be."""
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def quoted(text: str) -> str:
    """``text`` in quotes on one line, shortened, with what can't be seen spelled out."""
    return escaped(repr(shortened(text)))


def told(wanted: str, near: str, written: str = "") -> str:
    """A name that may be meant, in quotes or as it is ``written``; where it looks the same as what is
    ``wanted``, with what it differs in."""
    apart = difference(wanted, near)
    return f"{written or quoted(near)}{f' ({apart})' if apart else ''}"


UNEXPLAINED, OVERWRITES = "changes.unexplained", "changes.overwrites"
UNRESOLVED: Final = ("references.unknown", "references.ambiguous")
"""The ids of what comes first among findings: hand edits that are undone, and names that lead nowhere."""

MEANT: Final = "did you mean "
"""How a tip begins that offers the name that may be meant."""


def meant(wanted: str, near: str) -> str:
    """``did you mean 'Desk'?``"""
    return f"{MEANT}{told(wanted, near)}?"


def shown(value: Any) -> str:
    """A value of a policy as a message shows it; lists and mappings are not spelled out."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, dict):
        return f"a mapping of {len(value)}" if value else "an empty mapping"
    return "empty" if value is None else shortened(str(value))


def kind(value: Any) -> str:
    """What sort of value it is, in human words: ``a number``."""
    return "empty" if value is None else _KINDS.get(type(value), "a value")


def place(path: Sequence[str | int]) -> str:
    """The name of a value by its path: ``threshold``, ``item 3 of queues``, ``the file``."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return last
    return f"item {last + 1} of {place(path[:-1])}"
