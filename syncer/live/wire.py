"""A queue's JSON as the model has it, and back: the rules are ours, everything else stays as it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from syncer.errors import BadAnswer
from syncer.kinds.field import RuleReading
from syncer.kinds.registry import DIALECTS, KINDS, MIXED, OVERFLOW_RULES, POLICY_KINDS
from syncer.live.merge import merged
from syncer.model.change import QueueChange, Written
from syncer.model.json_values import canonical, digest, id_in, items, shown
from syncer.model.packed import Packed
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM, Group, LiveQueue
from syncer.model.rule import Dialect, Rule, Rules, mean_the_same, of_kinds

VOLATILE = frozenset(
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

_FIELDS = {kind.name: kind.wire_field for kind in KINDS if kind.wire_field}

_NONE: Final = frozenset[Any]()
_NO_VALUES: Final[Mapping[int, Any]] = MappingProxyType({})
"""Most queues have neither groups nor unclear values: they share these."""

RULE_FIELDS = frozenset(_FIELDS.values())
"""The fields of a queue's JSON that have rules."""


def read_queue(raw: Mapping[str, Any]) -> LiveQueue:
    """The queue in ``raw``, with its rules of every kind.

    Values that can't be understood are named in ``problems``. Raises BadAnswer without an id or a name, or
    when a kind's field has no rules in it.
    """
    id_, name = raw.get("id"), raw.get("name")
    if not isinstance(id_, str) or not id_:
        raise BadAnswer(f"The API returned a queue without an id (its name is {shown(name)}).")
    if not isinstance(name, str) or not name:
        raise BadAnswer(f"The API returned the queue with the id {shown(id_)} without a name.")
    readings = _readings(raw)
    return LiveQueue(
        id=id_,
        name=name,
        etag=_etag(raw),
        rules=tuple(reading.rule for reading in readings),
        problems={place: reading.problem for place, reading in enumerate(readings) if reading.problem}
        or _NO_VALUES,
        assumed=frozenset(place for place, reading in enumerate(readings) if reading.assumed) or _NONE,
        held={place: reading.held for place, reading in enumerate(readings) if reading.held} or _NO_VALUES,
        raw=Packed(raw),
        groups=read_groups_told(raw),
        members=read_members(raw),
    )


def read_group(raw: Mapping[str, Any]) -> Group:
    """The group in ``raw``, an ordinary one unless its type is that of a team or a skill group.
    Raises BadAnswer without an id or a name."""
    id_, name = raw.get("id"), raw.get("name")
    if not (isinstance(id_, str) and id_ and isinstance(name, str) and name):
        raise BadAnswer(f"The API returned a group with the id {shown(id_)} and the name {shown(name)}.")
    return Group(id_, name, raw["type"] if raw.get("type") in (TEAM, SKILL_GROUP) else GROUP)


def write_rules(raw: Mapping[str, Any], rules: Sequence[Rule], kinds: Collection[str]) -> dict[str, Any]:
    """A copy of ``raw`` whose rules of ``kinds`` are ``rules``; everything else stays as it is.

    Members are written first: rules take the types of their groups from them.
    """
    written = deepcopy(dict(raw))
    for kind in sorted(KINDS, key=lambda kind: not kind.switch):
        if kind.name in kinds:
            kind.write(written, of_kinds(rules, [kind.name]))
    return written


def switched_off(raw: Mapping[str, Any], kinds: Collection[str], targets: Collection[str]) -> dict[str, Any]:
    """A copy of ``raw`` whose rules of ``kinds`` to ``targets`` are out of force: disabled, or removed if
    their kind has no switch. Everything else stays as it is."""
    written = deepcopy(dict(raw))
    for kind in KINDS:
        if kind.name in kinds:
            kind.switch_off(written, targets)
    return written


def write_change(raw: Mapping[str, Any], change: QueueChange) -> dict[str, Any]:
    """A copy of ``raw`` with ``change`` made in it, as it may be sent.

    A change that takes a PUT back restores its fields exactly, unless they were changed since; if that
    would not give the desired rules, only the rules are written.
    """
    if change.back is not None:
        marks = [kind for kind in change.kinds if kind not in POLICY_KINDS]
        exact = write_rules(take_back(raw, change.back, change.kinds), change.after, marks)
        if mean_the_same(of_kinds(read_queue(exact).rules, change.kinds), change.after):
            return _sendable(exact)
    return _sendable(write_rules(raw, change.after, change.kinds))


def _sendable(raw: Mapping[str, Any]) -> dict[str, Any]:
    for kind in KINDS:
        raw = kind.sendable(raw)
    return dict(raw)


def rule_fields(raw: Mapping[str, Any], kinds: Collection[str]) -> dict[str, Any]:
    """The whole fields of ``raw`` with rules of ``kinds``; missing ones are left out.

    An owner's mark is a line of a text, not a field of rules.
    """
    names = [_FIELDS[kind] for kind in kinds if kind in _FIELDS]
    return deepcopy({name: raw[name] for name in names if name in raw})


def rule_field_names(kinds: Collection[str]) -> frozenset[str]:
    """The names of the fields with rules of ``kinds``."""
    return frozenset(_FIELDS[kind] for kind in kinds if kind in _FIELDS)


def is_whole(raw: Mapping[str, Any]) -> bool:
    """Whether a body shows what every whole queue shows."""
    return all(kind.wire_field in raw for kind in KINDS if kind.always_shown)


def shows_less(raw: Mapping[str, Any], shown: Collection[str]) -> bool:
    """Whether a body is without a field of rules that was ``shown`` before."""
    return any(name in shown and name not in raw for name in _FIELDS.values())


def take_back(raw: Mapping[str, Any], written: Written, kinds: Collection[str]) -> dict[str, Any]:
    """A copy of ``raw`` in which the fields of ``kinds`` are as before that PUT; later changes by others
    stay."""
    now = rule_fields(raw, kinds)
    others = {key: value for key, value in raw.items() if key not in now}
    fields: dict[str, Any] = merged(
        rule_fields(written.after, kinds), now, rule_fields(written.before, kinds)
    )
    return deepcopy(others) | fields


def without_seconds(written: Written) -> Written:
    """The same, as if there had been no second rules with one target before the PUT."""
    before = written.before
    for kind in KINDS:
        before = kind.without_seconds(before)
    return replace(written, before=before)


def rules_in(fields: Mapping[str, Any], queue_id: str) -> Rules:
    """The rules of every kind in such fields of a queue. Raises BadAnswer like ``read_queue``."""
    return tuple(reading.rule for reading in _readings({**fields, "id": queue_id}))


def changed_kinds(written: Written) -> list[str]:
    """The kinds whose field a PUT changed, even if a number is only written differently."""
    return [
        kind
        for kind in _FIELDS
        if canonical(rule_fields(written.before, [kind])) != canonical(rule_fields(written.after, [kind]))
    ]


def lock_kind(raw: Mapping[str, Any]) -> Literal["etag", "compare"]:
    """How a change of ``raw`` is locked: by its etag, or without one by comparing before writing."""
    return "etag" if _etag(raw) else "compare"


def shown_dialects(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the dialects that a queue's JSON shows: an etag or overflow rules indicate one, a backup
    queue (even the queue itself) and conditional groups the other. Raises BadAnswer as ``read_queue``."""
    shown = [OVERFLOW_RULES.name] if _etag(raw) else []
    for kind in KINDS:
        if kind.dialect and kind.dialect not in shown and kind.is_shown(raw):
            shown.append(kind.dialect)
    return tuple(shown)


def spoken_dialect(raws: Iterable[Mapping[str, Any]], otherwise: Dialect) -> Dialect:
    """The dialect of the API, as the JSON of its queues shows it; ``otherwise`` if none shows any."""
    return dialect_of(map(shown_dialects, raws), otherwise)


def dialect_of(shown: Iterable[Sequence[str]], otherwise: Dialect) -> Dialect:
    """The same, from the ``shown_dialects`` of each queue."""
    spoken = {name for each in shown for name in each}
    if len(spoken) > 1:
        return MIXED
    return DIALECTS[spoken.pop()] if spoken else otherwise


def state_digest(raw: Mapping[str, Any]) -> str:
    """``sha256:<hex>`` of a queue's JSON without values that change by themselves, such as counts and
    dates."""
    return digest({key: value for key, value in raw.items() if key not in VOLATILE})


def _readings(raw: Mapping[str, Any]) -> list[RuleReading]:
    """The rules of every kind."""
    return [reading for kind in KINDS for reading in kind.read(raw)]


def _etag(raw: Mapping[str, Any]) -> str:
    """The etag as text; some servers count with numbers."""
    value = raw.get("_etag")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def read_groups_told(raw: Mapping[str, Any]) -> tuple[Group, ...]:
    """All groups in ``raw``, each once: members first, then those of rules.

    A group of the wire has an id and a type (GROUP, TEAM or SKILLGROUP), often a name too.
    """
    lists = [raw.get("memberGroups"), *(groups for kind in KINDS for groups in kind.groups_in(raw))]
    told: dict[str, Group] = {}
    for entry in (entry for groups in lists for entry in items(groups)):
        if id_ := id_in(entry):
            told.setdefault(id_, _group(id_, _text(entry, "name", ""), _text(entry, "type", GROUP)))
    return tuple(told.values())


@lru_cache(maxsize=1 << 14)
def _group(id_: str, name: str, type_: str) -> Group:
    """The group; the queues that tell of it share it."""
    return Group(id_, name, type_)


def read_members(raw: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the groups that are members of the queue ``raw``."""
    return frozenset(id_ for entry in items(raw.get("memberGroups")) if (id_ := id_in(entry))) or _NONE


def _text(entry: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) and value else otherwise
