"""Overflow rules: a percentage of the load of a queue goes to another queue.

On the wire they are the entries of ``routingRules`` whose type is ``overflow``. Other entries aren't managed
and stay as they are.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from syncer.errors import BadAnswer
from syncer.kinds.field import Flag, QueueField, Record, RuleReading, Whole
from syncer.kinds.kind import Kind
from syncer.kinds.wire import Reader
from syncer.model.json_values import shown
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import SHARE, Role, Value

NAME = "overflow"

_TARGET = QueueField(
    name="target",
    required=True,
    title="Name or id of the target",
    description="The queue that takes the overflow: its exact name, or {id: ...}.",
)
_THRESHOLD = Whole(
    name="threshold",
    required=True,
    most=100,
    unit=" %",
    title="Threshold",
    description="Percent of the load that overflows, a whole number.",
    meaning="Percent of the load that overflows.",
    example=25,
)
_DELAY = Whole(
    name="delay",
    most=3600,
    unit=" s",
    title="Delay",
    description="Seconds before a contact overflows, a whole number.",
    meaning="Seconds before a contact overflows.",
    example=120,
)
_ENABLED = Flag(
    name="enabled",
    otherwise=True,
    always=False,
    title="Enabled",
    description="Whether the rule is in force.",
    meaning="Whether the rule is in force.",
)


@quick_dataclass(frozen=True, slots=True)
class OverflowRule(Record):
    """``threshold`` percent of the load goes to ``target`` after ``delay`` seconds."""

    kind: ClassVar[str] = NAME
    role: ClassVar[Role] = SHARE
    groups: ClassVar[tuple[str, ...]] = ()

    target: str
    threshold: int = 0
    delay: int = 0
    enabled: bool = False

    @property
    def key(self) -> str:
        """Identifies it among the rules of its kind in one queue."""
        return self.target

    @property
    def share(self) -> int:
        """Percent of the load that goes to the target: at most 100, even if the live rule has more."""
        return min(self.threshold, 100)

    @property
    def percent(self) -> int:
        """The same as the rule states it."""
        return self.threshold

    def values(self) -> dict[str, Value]:
        """The fields that may change while it stays the same rule."""
        return {"threshold": self.threshold, "delay": self.delay, "enabled": self.enabled}

    def subject(self, names: Mapping[str, str]) -> str:
        """``overflow to Tier 2``."""
        return f"overflow {self.which(names)}" if self.target else "overflow"

    def label(self, target_name: str) -> str:
        """``→ Tier 2``."""
        return f"→ {target_name}"

    def which(self, names: Mapping[str, str]) -> str:
        """``to Tier 2``."""
        return f"to {names.get(self.target, self.target)}"

    def settings(self, _names: Mapping[str, str]) -> str:
        """``25 % after 120 s``."""
        return self._words("")

    def in_words(self, names: Mapping[str, str]) -> str:
        """``25 % to Tier 2 after 120 s``."""
        return self._words(f"{self.which(names)} ")

    def _words(self, to: str) -> str:
        return f"{self.threshold} % {to}after {self.delay} s" + ("" if self.enabled else ", disabled")


class Overflow(Kind[OverflowRule]):
    """Entries of ``routingRules``, one per target."""

    name = NAME
    record = OverflowRule
    fields = (_TARGET, _THRESHOLD, _DELAY, _ENABLED)
    share_field = _THRESHOLD.name

    noun = "OVERFLOW_RULE"
    plural = "overflow rules"
    all_of_them = "all overflow rules"

    dialect = "overflow-rules"
    not_held = "dialect.overflow"
    otherwise = "use 'backup:' or 'conditional_groups:' instead, or choose another --dialect"
    wire_field = "routingRules"
    always_shown = True

    definition = "overflowRule"
    policy_definition = "rule"
    title = "Overflow rule"
    description = "Sends a part of the load of a queue to another queue."
    key_title = "Overflow rules"
    key_description = "All overflow rules of the queue, each with a different target. [] means none."
    examples = ({"target": "Support Tier 2", "threshold": 25, "delay": 120, "enabled": True},)

    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The overflow rules of ``raw``.

        A missing threshold or delay is 0 and a missing ``enabled`` is False, for servers that leave out zero
        values. A value that can't be understood reads as the highest load: threshold 100, enabled; a delay
        reads as 0 and a target as "". Raises BadAnswer when ``routingRules`` is not a list.
        """
        return [_read(entry) for entry in _entries(raw) if is_overflow(entry)]

    def write(self, written: dict[str, Any], rules: Sequence[OverflowRule]) -> None:
        """Replace the overflow rules in ``written`` by ``rules``, one per target (the first of several).

        Other entries keep their order. The first entry of a wanted target keeps its place, its id and its
        unknown fields; other overflow entries are left out. New rules follow the last kept overflow entry,
        else they end the list. Raises BadAnswer when ``routingRules`` is not a list.
        """
        wanted: dict[str, OverflowRule] = {}
        for rule in rules:
            wanted.setdefault(rule.target, rule)
        entries: list[Any] = []
        end_of_overflow: int | None = None
        for entry in _entries(written):
            if not is_overflow(entry):
                entries.append(entry)
            elif kept := _taken(wanted, entry.get("overflowTarget")):
                entries.append(entry | _fields(kept))
                end_of_overflow = len(entries)
        new = [{"type": "overflow"} | _fields(rule) for rule in wanted.values()]
        at = len(entries) if end_of_overflow is None else end_of_overflow
        entries[at:at] = new
        if entries or written.get("routingRules"):
            written["routingRules"] = entries

    def switch_off(self, written: dict[str, Any], targets: Collection[str]) -> None:
        """Disable the rules to ``targets``, second ones with one target too. Raises like ``read``."""
        entries = list(_entries(written))
        off = [
            entry | {"enabled": False}
            if is_overflow(entry) and any(entry.get("overflowTarget") == each for each in targets)
            else entry
            for entry in entries
        ]
        if off != entries:
            written["routingRules"] = off

    def without_seconds(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same without second rules with one target. Raises BadAnswer like ``read``."""
        if not fields.get("routingRules"):
            return fields
        seen: list[Any] = []
        entries: list[Any] = []
        for entry in _entries(fields):
            if is_overflow(entry):
                if entry.get("overflowTarget") in seen:
                    continue
                seen.append(entry.get("overflowTarget"))
            entries.append(entry)
        return {**fields, "routingRules": entries}

    def entry_key(self, entry: Mapping[str, Any]) -> Hashable | None:
        """Its target."""
        if not is_overflow(entry):
            return None
        target = entry.get("overflowTarget")
        return ("overflow", target if isinstance(target, str) else "")

    def itself(self, queue: str, target: str = "") -> str:
        """A queue that overflows to itself."""
        return (
            f"{queue} overflows to {target}, which is the same queue"
            if target
            else f"{queue} overflows to itself"
        )


def _read(entry: Mapping[str, Any]) -> RuleReading:
    """An overflow entry as a rule, with the parts that could not be understood."""
    read = Reader()
    rule = OverflowRule(
        target=read.queue_id("overflowTarget", entry.get("overflowTarget")),
        threshold=read.bounded("threshold", entry.get("threshold"), _THRESHOLD, otherwise=100),
        delay=read.bounded("overflowDelay", entry.get("overflowDelay"), _DELAY, otherwise=0),
        enabled=read.flag("enabled", entry.get("enabled"), _ENABLED, otherwise=True),
    )
    return read.reading(rule)


def _entries(raw: Mapping[str, Any]) -> Iterable[Any]:
    entries = raw.get("routingRules")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise BadAnswer(f"The routingRules of the queue {shown(raw.get('id'))} are not a list.")
    return entries


def is_overflow(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("type") == "overflow"


def _taken(wanted: dict[str, OverflowRule], target: object) -> OverflowRule | None:
    """The rule for ``target``, removed from ``wanted`` so that a second entry finds none."""
    return wanted.pop(target, None) if isinstance(target, str) else None


def _fields(rule: OverflowRule) -> dict[str, Any]:
    return {
        "overflowTarget": rule.target,
        "threshold": rule.threshold,
        "overflowDelay": rule.delay,
        "enabled": rule.enabled,
    }
