"""A queue's JSON as the model has it, and back: the rules are ours, everything else stays as it is."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, Literal

from syncer.errors import BadAnswer
from syncer.kinds.activation import read_watched
from syncer.kinds.backup import names_backup, read_backup, read_wait, write_backup
from syncer.kinds.conditional_groups import read_groups, without_own_queue, write_groups
from syncer.kinds.overflow import first_rules, read_overflow, write_overflow
from syncer.kinds.owner import read_owner, write_owner
from syncer.live.groups import read_groups_told, read_members
from syncer.live.merge import merged
from syncer.model.canonical import canonical, digest
from syncer.model.change import QueueChange
from syncer.model.dialect import BRIEF, GENESYS, MIXED, Dialect
from syncer.model.group import Group
from syncer.model.json_shapes import Reading
from syncer.model.queue import LiveQueue
from syncer.model.rule import (
    SPOKEN,
    BackupRule,
    GroupRule,
    Kind,
    OverflowRule,
    OwnerMark,
    Rule,
    Rules,
    mean_the_same,
    of_kinds,
)
from syncer.model.sanitize import shown
from syncer.model.written import Written

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


_FIELDS = {
    Kind.OVERFLOW: "routingRules",
    Kind.BACKUP: "directRouting",
    Kind.GROUPS: "conditionalGroupRouting",
}


def read_queue(raw: Mapping[str, Any]) -> LiveQueue:
    """The queue that ``raw`` is, with its rules of every kind.

    What can't be understood is named in ``problems``. Raises BadAnswer without an id or a name, or when
    ``routingRules`` is no list.
    """
    id_, name = raw.get("id"), raw.get("name")
    if not isinstance(id_, str) or not id_:
        raise BadAnswer(f"A queue without an id came from live (its name is {shown(name)}).")
    if not isinstance(name, str) or not name:
        raise BadAnswer(f"The queue with the id {shown(id_)} came from live without a name.")
    readings = _readings(raw)
    return LiveQueue(
        id=id_,
        name=name,
        etag=_etag(raw),
        rules=tuple(reading.rule for reading in readings),
        problems={place: reading.problem for place, reading in enumerate(readings) if reading.problem},
        assumed=frozenset(place for place, reading in enumerate(readings) if reading.assumed),
        agent_wait=read_wait(raw),
        raw=raw,
        watches=read_watched(raw),
        groups=read_groups_told(raw),
        members=read_members(raw),
    )


def read_group(raw: Mapping[str, Any]) -> Group:
    """The ordinary group that ``raw`` is. Raises BadAnswer without an id or a name."""
    id_, name = raw.get("id"), raw.get("name")
    if not (isinstance(id_, str) and id_ and isinstance(name, str) and name):
        raise BadAnswer(f"A group came from live with the id {shown(id_)} and the name {shown(name)}.")
    return Group(id_, name)


def write_rules(
    raw: Mapping[str, Any], rules: Sequence[Rule], kinds: Sequence[Kind] = (Kind.OVERFLOW,)
) -> dict[str, Any]:
    """A copy of ``raw`` whose rules of ``kinds`` are ``rules``; everything else stays as it is."""
    written = deepcopy(dict(raw))
    if Kind.OVERFLOW in kinds:
        write_overflow(written, [rule for rule in rules if isinstance(rule, OverflowRule)])
    if Kind.BACKUP in kinds:
        write_backup(written, [rule for rule in rules if isinstance(rule, BackupRule)])
    if Kind.GROUPS in kinds:
        write_groups(written, [rule for rule in rules if isinstance(rule, GroupRule)])
    if Kind.OWNER in kinds:
        write_owner(written, [rule for rule in rules if isinstance(rule, OwnerMark)])
    return written


def write_change(raw: Mapping[str, Any], change: QueueChange) -> dict[str, Any]:
    """A copy of ``raw`` with ``change`` made in it, as it may be sent.

    A change that takes a PUT back restores its fields exactly, as far as nobody changed them since; where
    that would not give the rules that are wanted, the rules alone are written.
    """
    if change.back is not None:
        marks = [kind for kind in change.kinds if kind not in SPOKEN]
        exact = write_rules(take_back(raw, change.back, change.kinds), change.after, marks)
        if mean_the_same(of_kinds(read_queue(exact).rules, change.kinds), change.after):
            return dict(without_own_queue(exact))
    return dict(without_own_queue(write_rules(raw, change.after, change.kinds)))


def rule_fields(raw: Mapping[str, Any], kinds: Sequence[Kind]) -> dict[str, Any]:
    """The fields of ``raw`` that hold rules of ``kinds``, whole; those that are not there are left out.

    A mark of an owner is a line of a text, which is no field of rules.
    """
    names = [_FIELDS[kind] for kind in kinds if kind in SPOKEN]
    return deepcopy({name: raw[name] for name in names if name in raw})


def take_back(raw: Mapping[str, Any], written: Written, kinds: Sequence[Kind]) -> dict[str, Any]:
    """A copy of ``raw`` in which the fields of ``kinds`` are as before that PUT; what others did to them
    since stays."""
    now = rule_fields(raw, kinds)
    others = {key: value for key, value in raw.items() if key not in now}
    fields: dict[str, Any] = merged(
        rule_fields(written.after, kinds), now, rule_fields(written.before, kinds)
    )
    return deepcopy(others) | fields


def without_seconds(written: Written) -> Written:
    """The same, as if there had been no second overflow rules with one target before the PUT."""
    if not written.before.get("routingRules"):
        return written
    return replace(written, before={**written.before, "routingRules": first_rules(written.before)})


def rules_in(fields: Mapping[str, Any], queue_id: str) -> Rules:
    """The rules of every kind in such fields of a queue. Raises BadAnswer when ``routingRules`` is no
    list."""
    return tuple(reading.rule for reading in _readings({**fields, "id": queue_id}))


def changed_kinds(written: Written) -> list[Kind]:
    """The kinds whose field a PUT changed, be it that only a number is written in another way."""
    return [
        kind
        for kind in SPOKEN
        if canonical(rule_fields(written.before, [kind])) != canonical(rule_fields(written.after, [kind]))
    ]


def lock_kind(raw: Mapping[str, Any]) -> Literal["etag", "compare"]:
    """How a change of ``raw`` is locked: by its etag, or where it has none by comparing before writing."""
    return "etag" if _etag(raw) else "compare"


def spoken_dialect(raws: Iterable[Mapping[str, Any]], otherwise: Dialect) -> Dialect:
    """The dialect that live speaks: etags or overflow rules tell of one, backup queues (be it the queue
    itself) and conditional groups of the other; where live shows neither, ``otherwise``."""
    brief = genesys = False
    for raw in raws:
        brief = brief or bool(_etag(raw)) or bool(read_overflow(raw))
        genesys = genesys or names_backup(raw) or bool(read_groups(raw))
    if brief and genesys:
        return MIXED
    if brief or genesys:
        return BRIEF if brief else GENESYS
    return otherwise


def state_digest(raw: Mapping[str, Any]) -> str:
    """``sha256:<hex>`` of a queue's JSON without what moves by itself, such as counts and dates."""
    return digest({key: value for key, value in raw.items() if key not in _VOLATILE})


def _readings(raw: Mapping[str, Any]) -> list[Reading]:
    """The rules of every kind."""
    return [*read_overflow(raw), *read_backup(raw), *read_groups(raw), *read_owner(raw)]


def _etag(raw: Mapping[str, Any]) -> str:
    """The etag as text; some servers count with numbers."""
    value = raw.get("_etag")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)
