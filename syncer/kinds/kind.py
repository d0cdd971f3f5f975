"""The protocol of a kind of rule: everything that the rest of the program needs, without naming a kind."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from syncer.kinds.described import Described
from syncer.kinds.field import (
    Entry,
    Field,
    GroupsField,
    QueueField,
    RuleReading,
    Said,
    Written,
    field_names,
)
from syncer.model.finding import Finding, Position
from syncer.model.policy import PolicyQueue, PolicyRule
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Rule, Rules, Value

R = TypeVar("R", bound=Rule)

Placed = tuple[Rule, Position | None]
"""A rule and its place in the policies."""


class SupportsLookup(Protocol):
    """What a kind may look up in the organization to predict what the API would refuse."""

    def queue(self, id_: str) -> LiveQueue:
        """The live queue with this id."""

    def not_a_member(self, group: str, queue: LiveQueue, position: Position | None) -> Finding:
        """The finding that a group can't be used because it is not a member of its queue."""


class Kind(Described, ABC, Generic[R]):
    """A kind of rule, as one object without state.

    ``name`` is its key in policies and its name in documents; ``record`` the frozen record of a rule;
    ``fields`` are those of an entry of a policy, in the order in which export writes them.
    """

    record: ClassVar[type[Any]]

    # In policies.
    stated: ClassVar[bool] = True
    """Whether policies state its rules."""
    switch: ClassVar[str] = ""
    """The value of its key that makes its rules follow from the queue's other rules; else empty."""
    itself_tip: ClassVar[str] = "name another queue as the target, or remove the rule"
    """The tip if a queue is its own target."""
    share_field: ClassVar[str] = ""
    """The field that an environment may override for each target, in percent."""
    reads_more: ClassVar[bool] = False
    """Whether a live rule may have values that the policy schema refuses."""

    # What people read.
    noun: ClassVar[str]
    """What its rules are called in the actions of the audit: ``OVERFLOW_RULE``."""
    plural: ClassVar[str]
    """``overflow rules``."""
    all_of_them: ClassVar[str] = ""
    """All rules of a queue: ``all overflow rules``."""
    names_in_settings: ClassVar[bool] = False
    """Whether the words for the settings of a rule hold names, which are anybody's text."""
    label_first: ClassVar[bool] = False
    """Whether the label stands before these words in a diff, as they begin with a name."""
    image: ClassVar[str] = ""
    """What stands before these words where no label does: ``backup ``."""

    # Where the organization has it.
    dialect: ClassVar[str] = ""
    """The dialect that holds it; empty: each does."""
    not_held: ClassVar[str] = ""
    """The id of the finding that the organization can't hold it."""
    otherwise: ClassVar[str] = ""
    """What to do then."""
    wire_field: ClassVar[str] = ""
    """The field of a queue's JSON that holds its rules and nothing else of ours, if there is one."""
    always_shown: ClassVar[bool] = False
    """Whether every queue shows this field, be it empty."""

    @abstractmethod
    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The rules in a queue's JSON."""

    @abstractmethod
    def write(self, written: dict[str, Any], rules: Sequence[R]) -> None:
        """Replace the rules in ``written``, a queue's JSON, by ``rules``; all else stays as it is."""

    def switch_off(self, written: dict[str, Any], targets: Collection[str]) -> None:
        """Put the rules to ``targets`` out of force in ``written``, a queue's JSON; all else stays."""
        rules: list[Any] = [reading.rule for reading in self.read(written)]
        self.write(written, [rule for rule in rules if rule.target not in targets])

    def sendable(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """A queue's JSON without what the API shows of such rules and does not take back."""
        return raw

    def without_seconds(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Such fields of a queue's JSON with one rule for each key."""
        return fields

    def entry_key(self, _entry: Mapping[str, Any]) -> Hashable | None:
        """What tells an entry of the wire from the others of its list; None for what is not of this kind."""
        return None

    def groups_in(self, _raw: Mapping[str, Any]) -> list[Any]:
        """The lists of groups that a queue's JSON holds in such rules."""
        return []

    def is_shown(self, raw: Mapping[str, Any]) -> bool:
        """Whether a queue's JSON tells that the organization holds such rules."""
        return bool(self.read(raw))

    def unused(self, _rule: R) -> frozenset[str]:
        """The fields of a rule that count for nothing, as others say so."""
        return frozenset()

    def in_queue(self, rule: R, _queue: LiveQueue) -> R:
        """A rule of a policy as it shall be in a queue: what counts for nothing may stay as the organization
        has it."""
        return rule

    def implied(self, _rules: Sequence[Rule], _queue: LiveQueue, _known: Iterable[Group]) -> Rules:
        """Its rules that follow from the other ``_rules`` that a queue shall have, behind those that it has
        already; ``_known`` are all groups of the organization.
        """
        return ()

    def itself(self, _queue: str, _target: str = "") -> str:
        """The message that a queue is its own target, ``_target`` by another of its names; both are quoted.

        Empty where this is the same as no target.
        """
        return ""

    def refused_offline(self, _policy: PolicyQueue, _names: Mapping[str, str]) -> Iterator[Finding]:
        """What the API refuses or doesn't use of a policy's rules of this kind, of which it states something;
        ``_names`` are those of queues, by id."""
        return iter(())

    def refused(
        self, _queue: LiveQueue, _rules: Sequence[tuple[R, Position | None]], _live: SupportsLookup
    ) -> Iterator[Finding]:
        """What the API refuses of the rules that a queue shall have."""
        return iter(())

    def refused_beside(self, _queue: LiveQueue, _wanted: Mapping[str, Sequence[Placed]]) -> Iterator[Finding]:
        """What of its rules does not go with the rest of the queue; ``_wanted`` are the rules of managed
        kinds, by the name of the kind: all else stays as the queue has it."""
        return iter(())

    def leaves_gaps(self, rules: Sequence[R]) -> bool:
        """Whether numbered rules are not those from the first one on, as a list would have them."""
        keys = {rule.key for rule in rules}
        return self.numbered and keys != {str(place + 1) for place in range(len(keys))}

    # What follows from the above, the same for all kinds.

    @property
    def by_target(self) -> bool:
        """Whether a queue may have several, each with its own target: then one changes without others."""
        return self.listed and not self.numbered

    @property
    def none(self) -> str:
        """What a policy writes for no rules: ``overflow: []``."""
        return f"{self.name}: {'[]' if self.listed else 'null'}"

    @property
    def scalars(self) -> tuple[Field, ...]:
        """The fields without references: an edit in place can set each by itself."""
        return tuple(field for field in self.fields if not isinstance(field, QueueField | GroupsField))

    @property
    def references(self) -> tuple[Field, ...]:
        """The fields whose values are ids of queues or groups."""
        return tuple(field for field in self.fields if isinstance(field, QueueField | GroupsField))

    @property
    def ignorable(self) -> tuple[str, ...]:
        """The names of the fields that settings may ignore: all but the target."""
        return tuple(field.name for field in self.fields if not isinstance(field, QueueField))

    @cached_property
    def target_field(self) -> str:
        """The name of the field of the target."""
        return next(field.name for field in self.fields if isinstance(field, QueueField))

    @property
    def asks_groups(self) -> bool:
        """Whether its rules refer to groups of agents."""
        return any(isinstance(field, GroupsField) for field in self.fields)

    def field(self, name: str) -> Field | None:
        """The field with this name; a mark has none."""
        return next((field for field in self.fields if field.name == name), None)

    def parse(self, said: Any, position: Callable[..., Position]) -> tuple[PolicyRule, ...]:
        """The rules that a policy states at its key; ``position`` gives the place of a list's entry, or
        without a number that of the key's value."""
        if not self.listed:
            return (self._parsed(1, said, position, ()),) if said else ()
        return tuple([self._parsed(at + 1, entry, position, (at,)) for at, entry in enumerate(said)])

    def _parsed(
        self, place: int, entry: Mapping[str, Any], position: Callable[..., Position], path: tuple[int, ...]
    ) -> PolicyRule:
        """The rule of an entry, which is at ``path`` below its key."""
        values: dict[str, Any] = {}
        for name, parse, default in self._readers:
            value = values[name] = entry.get(name, default)
            if type(value) is not type(default):
                values[name] = parse(value)
        target, groups = values[self.target_field], values.get("groups", ())
        values["target"] = "" if target is None else target.name or target.id
        values["place"] = place
        if groups:
            values["groups"] = tuple(map(str, groups))
        places = tuple([position(*path, "groups", number) for number in range(len(groups))]) if groups else ()
        rule = self.record(*self._in_order(values))
        return PolicyRule(rule, target, groups, position(*path), _together(tuple(entry)), places)

    @cached_property
    def _in_order(self) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
        """The values of a record in the order of its fields."""
        return itemgetter(*field_names(self.record))

    @cached_property
    def _readers(self) -> tuple[tuple[str, Callable[[Any], Any], Said], ...]:
        """The name of each field, how a value of another type than the default's is parsed, and the
        default."""
        return tuple((field.name, field.parse, field.default) for field in self.fields)

    def below(self, stated: Sequence[PolicyRule]) -> Written:
        """The value that export writes for its key, if there are rules."""
        entries: list[Entry] = [dict(self.entry(rule)) for rule in stated]
        return entries if self.listed else entries[0]

    def entry(self, stated: PolicyRule) -> list[tuple[str, Said]]:
        """The mapping that export writes for a rule."""
        rule: Any = stated.rule
        unused = self.unused(rule)
        said: Mapping[str, Said] = {
            **rule.values(),
            "groups": stated.groups,
            self.target_field: stated.target,
        }
        return [
            (field.name, value)
            for field in self.fields
            if (value := said[field.name]) is not None and field.name not in unused
            if field.always or value != field.default
        ]

    def meaning(self, rule: R) -> Rule:
        """The rule with defaults for unused fields."""
        unused = self.unused(rule)
        return rule.with_values(
            **{field.name: field.default for field in self.fields if field.name in unused}
        )

    def in_words(self, field: str, value: Value) -> str:
        """The value of a field, for people."""
        found = self.field(field)
        return found.in_words(value) if found else str(value)

    def document(self, rule: R) -> dict[str, Any]:
        """One rule, complete: queues and groups as ids, shares in percent, times in seconds."""
        values = {name: getattr(rule, name) for name in field_names(self.record)}
        lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        return {"kind": self.name, **values, **lists}

    def of_document(self, document: Mapping[str, Any]) -> R:
        """The rule in a document. Raises KeyError, TypeError or ValueError if there is none."""
        values = {key: value for key, value in document.items() if key != "kind"}
        rule: R = self.record(**values)
        return rule

    def image_in_words(self, document: Mapping[str, Any], names: Mapping[str, str]) -> str:
        """A rule of the audit in words. An edited trail may contain anything."""
        values = {name: document.get(name) for name in field_names(self.record)}
        if "groups" in values:
            found = values["groups"]
            values["groups"] = tuple(map(str, found)) if isinstance(found, list) else ()
        rule: R = self.record(**values)
        return self.image.format(key=rule.key) + rule.settings(names)


@lru_cache
def _together(names: tuple[str, ...]) -> frozenset[str]:
    """These names; most rules state the same fields, and share one set."""
    return frozenset(names)
