"""Reading and writing the values of a queue's JSON, as kinds of rules share it.

A server may leave values out, and a person may have put anything in their place: a value that can't be
understood is named, and read as the kind defines.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from syncer.kinds.field import Field, Flag, RuleReading, Whole
from syncer.model.json_values import finite, id_in, items, shown, whole
from syncer.model.queue import GROUP
from syncer.model.rule import Rule, Value


class Reader:
    """Reads the values of one rule, and collects those that could not be understood."""

    def __init__(self) -> None:
        self._problems: list[str] = []
        self._assumed = False
        self._held: dict[str, str] = {}

    @property
    def problem(self) -> str:
        """All that could not be understood; empty if there is nothing."""
        return "; ".join(self._problems)

    def reading(self, rule: Rule, before: str = "") -> RuleReading:
        """The rule with all that could not be understood, ``before`` in front of it."""
        problem = f"{before}{self.problem}" if self.problem else ""
        return RuleReading(rule, problem, self._assumed, self._held)

    def complain(self, problem: str, *, assumed: bool = True) -> None:
        """Add a problem; ``assumed`` if another value replaces it."""
        self._problems.append(problem)
        self._assumed = self._assumed or assumed

    def _assume(self, problem: str, field: Field, value: object, otherwise: Value) -> None:
        """Add a problem of a field: ``otherwise`` replaces the live ``value``."""
        self._held[field.name] = shown(value)
        self.complain(f"{problem} (assumed {field.in_words(otherwise)})")

    def queue_id(self, name: str, value: object) -> str:
        """The id of a queue; ``""`` where there is none."""
        if isinstance(value, str) and value:
            return value
        self.complain(f"{name} is {shown(value)}, not the id of a queue")
        return ""

    def watched(self, queue: object, own: object) -> str:
        """The id of a queue that is watched; ``""`` where it is the ``own`` one, or there is none."""
        found = id_in(queue)
        if not found and queue is not None:
            self.complain(f"queue is {shown(queue)}, not one with an id")
        return "" if found == own else found

    def text(self, name: str, value: object) -> str:
        """A text; ``""`` where there is none."""
        if value is None or isinstance(value, str):
            return value or ""
        self.complain(f"{name} is {shown(value)}, not a string")
        return ""

    def flag(self, name: str, value: object, field: Flag, *, otherwise: bool) -> bool:
        """True or false; false where it is left out, ``otherwise`` where it can't be understood."""
        if value is None or isinstance(value, bool):
            return bool(value)
        self._assume(f"{name} is {shown(value)}, neither true nor false", field, value, otherwise)
        return otherwise

    def bounded(self, name: str, value: object, field: Whole, *, otherwise: int) -> int:
        """A whole number; the default of ``field`` where it is left out. One out of bounds stays as it is."""
        number = field.otherwise if value is None else whole(value)
        problem = f"{name} is {shown(value)}, not {field.bounds}"
        if number is None:
            self._assume(problem, field, value, otherwise)
            return otherwise
        if not field.least <= number <= field.most:
            self.complain(problem, assumed=False)
        return number

    def whole(self, name: str, value: object, field: Field) -> int:
        """A whole number; 0 where there is none."""
        number = whole(0 if value is None else value)
        if number is None:
            self._assume(f"{name} is {shown(value)}, not a whole number", field, value, 0)
        return number or 0

    def number(self, name: str, value: object, field: Field) -> float:
        """A number; 0 where there is none."""
        number = finite(0 if value is None else value)
        if number is None:
            self._assume(f"{name} is {shown(value)}, not a number", field, value, 0.0)
        return number or 0.0

    def group_ids(self, name: str, value: object) -> tuple[str, ...]:
        """The ids of groups, sorted, each once: their order has no meaning."""
        if value is not None and not isinstance(value, list):
            self.complain(f"{name} are {shown(value)}, not a list")
        found = [id_in(group) for group in items(value)]
        if "" in found:
            self.complain(f"one of the {name} has no id")
        return tuple(sorted({group for group in found if group}))


def groups_known(lists: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    """The entry of each group in these lists, by its id, as a rule may refer to it."""
    known: dict[str, Mapping[str, Any]] = {}
    for groups in lists:
        known |= _by_id(groups)
    return {id_: {"id": id_, "type": group.get("type") or GROUP} for id_, group in known.items()}


def groups_rewritten(
    groups: Any, wanted: Collection[str], known: Mapping[str, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The desired ``groups``: those that stay keep their place and other fields."""
    before = _by_id(groups)
    stay = [group for id_, group in before.items() if id_ in wanted]
    new = [known.get(id_, {"id": id_, "type": GROUP}) for id_ in wanted if id_ not in before]
    return [*stay, *new]


def _by_id(groups: Any) -> dict[str, Mapping[str, Any]]:
    return {id_in(group): group for group in items(groups) if id_in(group)}
