"""A rule as a frozen record, and its fields: unit, bounds, default; how each is read, written and shown."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

from syncer.model.finding import Finding, Position, Severity
from syncer.model.policy import GroupRef, QueueRef
from syncer.model.rule import Rule, Value


def field_names(record: type[Any]) -> tuple[str, ...]:
    """The names of the fields of a record, in their order."""
    names: tuple[str, ...] = record.__match_args__
    return names


class Record:
    """The base of the records of all kinds."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def with_values(self, **values: Any) -> Self:
        """The same with other values."""
        changed: Self = replace(self, **values)
        return changed

    def with_ids(self, target: str, groups: tuple[str, ...]) -> Self:
        """The same rule with another queue and other groups, if it refers to any."""
        ids = {"target": target, "groups": groups}
        own = field_names(type(self))
        return self.with_values(**{name: value for name, value in ids.items() if name in own})


class RuleReading(NamedTuple):
    """A rule of the wire, with the parts that could not be understood, if any.

    ``assumed``: the rule has a value in place of one that is not a number, id or boolean. A number out of
    bounds stays as it is. ``held`` has the live value of each such field, by the name of the field.
    """

    rule: Rule
    problem: str = ""
    assumed: bool = False
    held: Mapping[str, str] = MappingProxyType({})


def refusal(id_: str, message: str, position: Position | None, tip: str, queue: str) -> Finding:
    """The finding that the API would refuse something of a queue."""
    return Finding(id_, Severity.ERROR, message, position, tip, queue=queue)


def doubt(id_: str, message: str, position: Position | None, tip: str, queue: str) -> Finding:
    """The finding that something of a queue may not work; whether the API refuses it is not known."""
    return Finding(id_, Severity.WARNING, message, position, tip, queue=queue)


Schema = dict[str, Any]
Said = QueueRef | GroupRef | Value | tuple[GroupRef, ...] | None
"""A value as a policy writes it."""

Entry = Mapping[str, "Written"]
"""The value of a policy's key: a mapping."""
Written = Said | Entry | list[Entry]
"""The value of a policy's key: a scalar, a mapping or a list of entries."""

_OTHER_QUEUE = "Id of the other queue; empty if there is none."


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """A field of a rule, by the ``name`` that policies, plans and reports give it.

    ``title`` and ``description`` are those of the policy schema; ``meaning`` describes it in documents.
    ``unit`` follows a value in reports, and ``nothing`` replaces an empty one. Export omits a field that has
    its default, unless it is ``always`` written. ``other_names`` are what people may write instead: the names
    of other kinds or of the API.
    """

    name: str
    title: str
    description: str
    meaning: str = ""
    required: bool = False
    always: bool = True
    unit: str = ""
    nothing: str = ""
    other_names: tuple[str, ...] = ()

    @property
    @abstractmethod
    def default(self) -> Said:
        """The default, if a policy states nothing."""

    @abstractmethod
    def policy_schema(self) -> Schema:
        """Its JSON schema in the policy schema, without title and description."""

    def described(self) -> Schema:
        """The same with title and description; a reference comes first."""
        schema = self.policy_schema()
        first = {"$ref": schema.pop("$ref")} if "$ref" in schema else {}
        return {**first, "title": self.title, "description": self.description, **schema}

    @abstractmethod
    def document_schema(self) -> Schema:
        """Its JSON schema in plan, journal, audit and output, without the description."""

    @abstractmethod
    def parse(self, value: Any) -> Any:
        """The value that a policy wrote, in the types of the model."""

    def said(self, entry: Mapping[str, Any]) -> Any:
        """Its value in an entry of a policy, else its default."""
        return self.parse(entry[self.name]) if self.name in entry else self.default

    def in_words(self, value: Value) -> str:
        """A value with its unit; a boolean as YAML has it."""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"{value:g}"
        return f"{value}{self.unit}" if value != "" else self.nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueField(Field):
    """Another queue: the target of the rule."""

    @property
    def default(self) -> None:
        """No other queue."""

    def policy_schema(self) -> Schema:
        return {"$ref": "#/$defs/reference"}

    def document_schema(self) -> Schema:
        return {"type": "string", "description": _OTHER_QUEUE}

    def parse(self, value: Any) -> QueueRef:
        return QueueRef.said(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupsField(Field):
    """Groups of agents, one or more."""

    @property
    def default(self) -> tuple[GroupRef, ...]:
        """No groups."""
        return ()

    def policy_schema(self) -> Schema:
        return {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/groupReference"}}

    def document_schema(self) -> Schema:
        return {"type": "array", "items": {"type": "string"}}

    def parse(self, value: Any) -> tuple[GroupRef, ...]:
        return tuple(map(GroupRef.said, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Field):
    """A whole number from ``least`` to ``most``."""

    least: int = 0
    most: int
    otherwise: int = 0
    example: int

    @property
    def default(self) -> int:
        return self.otherwise

    def in_words(self, value: Value) -> str:
        """A value with its unit; a string is what the live rule has in place of a number, unchanged."""
        return value if isinstance(value, str) else Field.in_words(self, value)

    @property
    def bounds(self) -> str:
        """``a whole number from 0 to 100``."""
        return f"a whole number from {self.least} to {self.most}"

    def policy_schema(self) -> Schema:
        schema: Schema = {"type": "integer", "minimum": self.least, "maximum": self.most}
        if not self.required:
            schema["default"] = self.otherwise
        return schema | {"examples": [self.example]}

    def document_schema(self) -> Schema:
        return {"type": "integer"}

    def parse(self, value: Any) -> int:
        return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Field):
    """A number from 0 to ``most``."""

    most: int
    example: int

    @property
    def default(self) -> float:
        return 0.0

    def policy_schema(self) -> Schema:
        return {"type": "number", "minimum": 0, "maximum": self.most, "examples": [self.example]}

    def document_schema(self) -> Schema:
        return {"type": "number"}

    def parse(self, value: Any) -> float:
        return float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """True or false."""

    otherwise: bool

    @property
    def default(self) -> bool:
        return self.otherwise

    def policy_schema(self) -> Schema:
        return {"type": "boolean", "default": self.otherwise}

    def document_schema(self) -> Schema:
        return {"type": "boolean"}

    def parse(self, value: Any) -> bool:
        return bool(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Field):
    """One of several words."""

    words: tuple[str, ...]

    @property
    def default(self) -> str:
        return ""

    def policy_schema(self) -> Schema:
        return {"enum": list(self.words)}

    def document_schema(self) -> Schema:
        return {"type": "string"}

    def parse(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """A text on one line."""

    example: str

    @property
    def default(self) -> str:
        return ""

    def policy_schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": 1000, "examples": [self.example]}

    def document_schema(self) -> Schema:
        return {"type": "string"}

    def parse(self, value: Any) -> str:
        return str(value)
