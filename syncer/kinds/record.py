"""What the records of all kinds of rules can do, and what reading and checking them gives."""

from dataclasses import fields, replace
from typing import Any, ClassVar, NamedTuple, Self

from syncer.model.finding import Finding, Position, Severity
from syncer.model.rule import Rule


def field_names(record: type[Any]) -> tuple[str, ...]:
    """The names of the fields of a record, in their order."""
    return tuple(field.name for field in fields(record))


class Record:
    """What the records of all kinds can do."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def with_values(self, **values: Any) -> Self:
        """The same with other values."""
        changed: Self = replace(self, **values)
        return changed

    def with_ids(self, target: str, groups: tuple[str, ...]) -> Self:
        """The same about another queue and other groups, as far as it speaks of some."""
        ids = {"target": target, "groups": groups}
        return self.with_values(**{name: ids[name] for name in ids if name in field_names(type(self))})


class Reading(NamedTuple):
    """A rule of the wire, with what of it could not be understood, if anything.

    ``assumed``: the rule holds a value in place of one that is no number, no id or no truth value. A number
    out of bounds stays as it is.
    """

    rule: Rule
    problem: str = ""
    assumed: bool = False


def refusal(id_: str, message: str, position: Position | None, tip: str, queue: str) -> Finding:
    """The finding that the API would refuse something of a queue."""
    return Finding(id_, Severity.ERROR, message, position, tip, queue=queue)
