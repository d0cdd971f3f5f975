"""What differs between the rules a queue has and the rules it should have."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from syncer.kinds.registry import kind_of
from syncer.model.change import Action, FieldChange, RuleChange
from syncer.model.queue import Group, LiveQueue
from syncer.model.rule import Rule, Value

SECOND = "a second rule with this target; the first one is kept"
AGAIN = "a second rule with this target, as there was one before"

NO_GROUPS: Final[Mapping[str, Group]] = MappingProxyType({})

RuleKey = tuple[str, str, int]
"""The third is 0 for the first rule with its target, 1 for the second."""


def diff_rules(
    live: LiveQueue,
    desired: Sequence[Rule],
    names: Mapping[str, str],
    kinds: Collection[str],
    groups: Mapping[str, Group] = NO_GROUPS,
) -> tuple[RuleChange, ...]:
    """The changes that turn the rules of ``live`` that are of ``kinds`` into ``desired``, key by key.

    Order is no difference. Of several live rules with one target the first counts and the others
    are deleted, unless as many are desired. ``names`` gives the name of a queue or group by its id, for
    people to read, and ``groups`` what is known of a group.

    Returns creations and updates in the order of ``desired``, then deletions in the order of the
    organization.
    """
    own = {place: rule for place, rule in enumerate(live.rules) if rule.kind in kinds}
    if tuple(own.values()) == tuple(desired) and not live.problems.keys() & own.keys():
        return ()
    kept = dict(zip(_keys(own.values()), own, strict=True))
    wanted = dict(zip(_keys(desired), desired, strict=True))
    fields = _field_changes({key: live.rules[place] for key, place in kept.items()}, wanted, names)
    changes = []
    for key, rule in wanted.items():
        if key not in kept:
            changes.append(_change(Action.CREATE, None, rule, names, note=AGAIN if key[2] else ""))
            continue
        before, note = live.rules[kept[key]], live.problems.get(kept[key], "")
        if key in fields or note:
            held = live.held.get(kept[key], {})
            own_fields = _as_held(rule, fields.get(key, ()), held)
            change = _change(Action.UPDATE, before, rule, names, own_fields, note)
            changes.append(replace(change, held=tuple(held.items())))
    deletions = [
        replace(
            _change(
                Action.DELETE, rule, None, names, note=live.problems.get(place, SECOND if key[2] else "")
            ),
            held=tuple(live.held.get(place, {}).items()),
        )
        for (key, place), rule in zip(kept.items(), own.values(), strict=True)
        if key not in wanted
    ]
    return tuple(_with_groups(change, groups) for change in (*changes, *deletions))


def _keys(rules: Iterable[Rule]) -> Iterator[RuleKey]:
    """What tells each rule from the others."""
    seen: Counter[tuple[str, str]] = Counter()
    for rule in rules:
        yield (rule.kind, rule.key, seen[rule.kind, rule.key])
        seen[rule.kind, rule.key] += 1


def _change(
    action: Action,
    before: Rule | None,
    after: Rule | None,
    names: Mapping[str, str],
    fields: tuple[FieldChange, ...] = (),
    note: str = "",
) -> RuleChange:
    sides = [rule for rule in (before, after) if rule is not None]
    target = sides[-1].target
    return RuleChange(action, target, names.get(target, target), before, after, fields, note)


def _with_groups(change: RuleChange, groups: Mapping[str, Group]) -> RuleChange:
    """The change with the groups that it mentions; one without a name is called by its id."""
    sides = [rule for rule in (change.before, change.after) if rule is not None]
    ids = dict.fromkeys(id_ for rule in sides for id_ in rule.groups)
    found = [groups.get(id_, Group(id_, "")) for id_ in ids]
    return replace(change, groups=tuple(replace(group, name=group.name or group.id) for group in found))


def _field_changes(
    kept: Mapping[RuleKey, Rule], wanted: Mapping[RuleKey, Rule], names: Mapping[str, str]
) -> dict[RuleKey, list[FieldChange]]:
    """The changed fields of the rules that both sides have, in the order that their kind gives them."""
    found = {}
    for key in wanted.keys() & kept.keys():
        before, after = kept[key].values(), wanted[key].values()
        if before != after:
            changed = {field for field, value in after.items() if value != before[field]}
            found[key] = _in_words(wanted[key], changed, before, names)
    return found


def _as_held(rule: Rule, found: Iterable[FieldChange], held: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """The changed fields, with what the organization holds in place of a value that had to be assumed."""
    changes = {change.field: change for change in found}
    for field, value in rule.values().items():
        if field in held:
            changes[field] = FieldChange(
                field, held[field], changes[field].after if field in changes else value
            )
    return tuple(changes[field] for field in rule.values() if field in changes)


def _in_words(
    rule: Rule, fields: set[str], before: Mapping[str, Value], names: Mapping[str, str]
) -> list[FieldChange]:
    """The fields with names in place of ids: they are for people, the images of the rules are exact."""

    references = {field.name for field in kind_of(rule).references}
    after = rule.values()

    def named(field: str, value: Value) -> Value:
        if field not in references:
            return value
        ids = value if isinstance(value, tuple) else (str(value),)
        return ", ".join(names.get(each, each) for each in ids)

    return [
        FieldChange(field, named(field, before[field]), named(field, after[field]))
        for field in after
        if field in fields
    ]
