"""A three-way merge of JSON: undoes the changes of one writer, and keeps all later changes by others.

::

    base  = what the writer left      theirs = what is there now      ours = what was there before the writer

    theirs is base                    → ours, exactly
    ours is base                      → theirs: the writer did nothing here
    objects and lists                 → member by member
    anything else                     → theirs: a later change is not overwritten
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from syncer.kinds.registry import KINDS
from syncer.model.json_values import canonical

ABSENT = object()
"""Stands for a member that is not there."""


def merged(base: Any, theirs: Any, ours: Any) -> Any:
    """The merge of three JSON values, each of which may be ABSENT; so may the result."""
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    if _id(base) is not None and _id(base) != _id(ours):  # a reference to something else, not another name
        return ours if _id(theirs) == _id(base) else theirs
    return _members(base, theirs, ours)


def _members(base: Any, theirs: Any, ours: Any) -> Any:
    """The merge of objects or of lists, where what is not there counts as an empty one; else ``theirs``."""
    found: dict[str, Any] | list[Any]
    if _may_be(dict, base, theirs, ours):
        found = _objects(_or(base, {}), theirs, _or(ours, {}))
    elif _may_be(list, base, theirs, ours):
        found = _lists(_or(base, []), theirs, _or(ours, []))
    else:
        return theirs
    return ours if not found and _nothing(ours) else found


def _may_be(kind: type, base: Any, theirs: Any, ours: Any) -> bool:
    return isinstance(theirs, kind) and all(isinstance(side, kind) or _nothing(side) for side in (base, ours))


def _or(side: Any, empty: Any) -> Any:
    return empty if _nothing(side) else side


def _objects(base: Mapping[str, Any], theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        key: merged(base.get(key, ABSENT), theirs.get(key, ABSENT), ours.get(key, ABSENT))
        for key in (*theirs, *(key for key in ours if key not in theirs))
    }
    return {key: value for key, value in found.items() if value is not ABSENT}


def _lists(base: Sequence[Any], theirs: Sequence[Any], ours: Sequence[Any]) -> list[Any]:
    """``theirs`` without what the writer added; what it removed returns to its former place."""
    left, now, before = _keyed(base), _keyed(theirs), _keyed(ours)
    found = {
        key: _entry(left[key], entry, before[key]) if key in left and key in before else entry
        for key, entry in now.items()
        if key in before or key not in left
    }
    order, behind = list(found), 0
    for key in before:
        if key not in now and key not in left:
            order.insert(behind, key)
        behind = order.index(key) + 1 if key in order else behind
    return [found.get(key, before.get(key)) for key in order]


def _entry(base: Any, theirs: Any, ours: Any) -> Any:
    """Like ``merged``, but a new id from the server doesn't make it another entry."""
    if theirs in (base, ours) or ours == base:
        return merged(base, theirs, ours)
    return _members(base, theirs, ours)


def _keyed(entries: Sequence[Any]) -> dict[tuple[Hashable, int], Any]:
    """The entries of a list by their identity; the second of equal ones has the number 1."""
    seen: Counter[Hashable] = Counter()
    found = {}
    for entry in entries:
        key = _key(entry)
        found[key, seen[key]] = entry
        seen[key] += 1
    return found


def _key(entry: Any) -> Hashable:
    """Rules are identified by their kind's key, groups by their id, and everything else by its content."""
    if not isinstance(entry, dict):
        return canonical(entry)
    keys = (kind.entry_key(entry) for kind in KINDS)
    return next((key for key in keys if key is not None), None) or _id(entry) or canonical(entry)


def _id(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _nothing(value: Any) -> bool:
    return value is None or value is ABSENT
