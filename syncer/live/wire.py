"""How a queue's JSON says overflow: entries of ``routingRules`` whose type is ``overflow``.

Every other entry and every other field belongs to somebody else and stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Literal

from syncer.errors import BadAnswer
from syncer.live.numbers import whole
from syncer.model.canonical import digest
from syncer.model.queue import LiveQueue, OverflowRule

_VOLATILE = frozenset(
    {
        "_etag",
        "dateModified",
        "joinedMemberCount",
        "memberCount",
        "modifiedBy",
        "selfUri",
        "userMemberCount",
        "version",
    }
)
_LONGEST_DELAY = 3600


def read_queue(raw: Mapping[str, Any]) -> LiveQueue:
    """The queue that ``raw`` is.

    A missing threshold or delay is 0 and a missing ``enabled`` is False, for servers that leave out zero
    values. What can't be understood is named in ``problems`` and read as what loads the network most:
    threshold 100, enabled; its delay reads as 0 and its target as "". Raises BadAnswer without an id or
    a name, or when ``routingRules`` is no list.
    """
    id_, name = raw.get("id"), raw.get("name")
    if not isinstance(id_, str) or not id_:
        raise BadAnswer(f"A queue without an id came from live (its name is {_shown(name)}).")
    if not isinstance(name, str) or not name:
        raise BadAnswer(f"The queue with the id {_shown(id_)} came from live without a name.")
    readings = [_Reading(entry) for entry in _entries(raw) if _is_overflow(entry)]
    return LiveQueue(
        id=id_,
        name=name,
        etag=_etag(raw),
        rules=tuple(reading.rule for reading in readings),
        problems={place: reading.problem for place, reading in enumerate(readings) if reading.problem},
        raw=raw,
    )


def write_rules(raw: Mapping[str, Any], rules: Sequence[OverflowRule]) -> dict[str, Any]:
    """A copy of ``raw`` whose overflow rules are ``rules``, one a target (the first, if there are more).

    Other entries keep their order. The first entry of a wanted target keeps its place, its id and its
    unknown fields; other overflow entries are left out. New rules follow the last kept overflow entry, else
    they end the list. Raises BadAnswer when ``routingRules`` is no list.
    """
    written = deepcopy(dict(raw))
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
    return written


def lock_kind(raw: Mapping[str, Any]) -> Literal["etag", "compare"]:
    """How a change of ``raw`` is locked: by its etag, or where it has none by comparing before writing."""
    return "etag" if _etag(raw) else "compare"


def state_digest(raw: Mapping[str, Any]) -> str:
    """``sha256:<hex>`` of a queue's JSON without what moves by itself, such as counts and dates."""
    return digest({key: value for key, value in raw.items() if key not in _VOLATILE})


class _Reading:
    """An overflow entry as a rule, and what of it could not be understood."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._problems: list[str] = []
        self.rule = OverflowRule(
            target=self._target(entry.get("overflowTarget")),
            threshold=self._number("threshold", entry.get("threshold"), most=100, otherwise=100),
            delay=self._number("overflowDelay", entry.get("overflowDelay"), most=_LONGEST_DELAY, otherwise=0),
            enabled=self._enabled(entry.get("enabled")),
        )
        self.problem = "; ".join(self._problems)

    def _target(self, value: object) -> str:
        if isinstance(value, str) and value:
            return value
        self._problems.append(f"overflowTarget is {_shown(value)}, not the id of a queue")
        return ""

    def _number(self, name: str, value: object, *, most: int, otherwise: int) -> int:
        if value is None:
            return 0
        number = whole(value)
        if number is not None and number <= most:
            return number
        self._problems.append(f"{name} is {_shown(value)}, not a whole number from 0 to {most}")
        return otherwise

    def _enabled(self, value: object) -> bool:
        if value is None or isinstance(value, bool):
            return bool(value)
        self._problems.append(f"enabled is {_shown(value)}, neither true nor false")
        return True


def _entries(raw: Mapping[str, Any]) -> Iterable[Any]:
    entries = raw.get("routingRules")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise BadAnswer(f"The routingRules of the queue {_shown(raw.get('id'))} are no list.")
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


def _etag(raw: Mapping[str, Any]) -> str:
    """The etag as text; some servers count with numbers."""
    value = raw.get("_etag")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _shown(value: object) -> str:
    text = ascii(value) if not isinstance(value, int) or abs(value) < 10**20 else "a huge number"
    return text if len(text) <= 80 else f"{text[:79]}…"
