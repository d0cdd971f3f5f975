"""How a queue's JSON says overflow: entries of ``routingRules`` whose type is ``overflow``.

Every other entry belongs to somebody else and stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from syncer.errors import BadAnswer
from syncer.model.json_numbers import whole
from syncer.model.json_shapes import Reading
from syncer.model.rule import OverflowRule
from syncer.model.sanitize import shown

_LONGEST_DELAY = 3600


def read_overflow(raw: Mapping[str, Any]) -> list[Reading]:
    """The overflow rules of ``raw``.

    A missing threshold or delay is 0 and a missing ``enabled`` is False, for servers that leave out zero
    values. What is no whole number is read as what loads the network most: threshold 100, enabled; its
    delay reads as 0 and its target as "". Raises BadAnswer when ``routingRules`` is no list.
    """
    return [_Entry(entry).reading for entry in _entries(raw) if _is_overflow(entry)]


def write_overflow(written: dict[str, Any], rules: Sequence[OverflowRule]) -> None:
    """Replace the overflow rules in ``written`` by ``rules``, one a target (the first, if there are more).

    Other entries keep their order. The first entry of a wanted target keeps its place, its id and its
    unknown fields; other overflow entries are left out. New rules follow the last kept overflow entry, else
    they end the list. Raises BadAnswer when ``routingRules`` is no list.
    """
    wanted: dict[str, OverflowRule] = {}
    for rule in rules:
        wanted.setdefault(rule.target, rule)
    entries: list[Any] = []
    end_of_overflow: int | None = None
    for entry in _entries(written):
        if not _is_overflow(entry):
            entries.append(entry)
        elif kept := _taken(wanted, entry.get("overflowTarget")):
            entries.append(entry | _fields(kept))
            end_of_overflow = len(entries)
    new = [{"type": "overflow"} | _fields(rule) for rule in wanted.values()]
    at = len(entries) if end_of_overflow is None else end_of_overflow
    entries[at:at] = new
    if entries or written.get("routingRules"):
        written["routingRules"] = entries


def first_rules(raw: Mapping[str, Any]) -> list[Any]:
    """The entries of ``routingRules`` without second overflow rules with one target. Raises BadAnswer when it
    is no list."""
    seen: list[Any] = []
    entries: list[Any] = []
    for entry in _entries(raw):
        if _is_overflow(entry):
            if entry.get("overflowTarget") in seen:
                continue
            seen.append(entry.get("overflowTarget"))
        entries.append(entry)
    return entries


class _Entry:
    """An overflow entry as a rule, and what of it could not be understood."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._problems: list[str] = []
        self._assumed = False
        rule = OverflowRule(
            target=self._target(entry.get("overflowTarget")),
            threshold=self._number("threshold", entry.get("threshold"), most=100, otherwise=100),
            delay=self._number("overflowDelay", entry.get("overflowDelay"), most=_LONGEST_DELAY, otherwise=0),
            enabled=self._enabled(entry.get("enabled")),
        )
        self.reading = Reading(rule, "; ".join(self._problems), self._assumed)

    def _target(self, value: object) -> str:
        if isinstance(value, str) and value:
            return value
        self._problems.append(f"overflowTarget is {shown(value)}, not the id of a queue")
        self._assumed = True
        return ""

    def _number(self, name: str, value: object, *, most: int, otherwise: int) -> int:
        if value is None:
            return 0
        number = whole(value)
        if number is not None and number <= most:
            return number
        self._problems.append(f"{name} is {shown(value)}, not a whole number from 0 to {most}")
        self._assumed = self._assumed or number is None
        return otherwise if number is None else number

    def _enabled(self, value: object) -> bool:
        if value is None or isinstance(value, bool):
            return bool(value)
        self._problems.append(f"enabled is {shown(value)}, neither true nor false")
        self._assumed = True
        return True


def _entries(raw: Mapping[str, Any]) -> Iterable[Any]:
    entries = raw.get("routingRules")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise BadAnswer(f"The routingRules of the queue {shown(raw.get('id'))} are no list.")
    return entries


def _is_overflow(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("type") == "overflow"


def _taken(wanted: dict[str, OverflowRule], target: object) -> OverflowRule | None:
    """The rule for ``target``, taken out of ``wanted`` so that a second entry finds none."""
    return wanted.pop(target, None) if isinstance(target, str) else None


def _fields(rule: OverflowRule) -> dict[str, Any]:
    return {
        "overflowTarget": rule.target,
        "threshold": rule.threshold,
        "overflowDelay": rule.delay,
        "enabled": rule.enabled,
    }
