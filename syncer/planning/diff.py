"""What differs between the rules a queue has and the rules it should have."""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.model.change import Action, FieldChange, RuleChange
from syncer.model.queue import LiveQueue, OverflowRule

SECOND = "a second rule with this target; the first one is kept"
FIELDS = ("threshold", "delay", "enabled")


def diff_rules(
    live: LiveQueue, desired: Sequence[OverflowRule], names: Mapping[str, str]
) -> tuple[RuleChange, ...]:
    """The changes that turn the overflow rules of ``live`` into ``desired``, key by key.

    A rule's key is its target. Order is no difference. Of several live rules with one target the first
    counts and the others are deleted. ``names`` gives the name of a queue by its id, for people to read.

    Returns creations and updates in the order of ``desired``, then deletions in the order of live.
    """
    if live.rules == tuple(desired) and not live.problems:
        return ()
    kept = _first_by_target(live.rules)
    wanted = {rule.target: rule for rule in desired}
    fields = _field_changes(live.rules, kept, wanted)
    changes = []
    for target, rule in wanted.items():
        name = names.get(target, target)
        if target not in kept:
            changes.append(RuleChange(Action.CREATE, target, name, after=rule))
            continue
        before, note = live.rules[kept[target]], live.problems.get(kept[target], "")
        if fields.get(target) or note:
            changes.append(
                RuleChange(Action.UPDATE, target, name, before, rule, tuple(fields.get(target, ())), note)
            )
    return (*changes, *_deletions(live, kept, wanted, names))


def _first_by_target(rules: Sequence[OverflowRule]) -> dict[str, int]:
    """The place of the first rule of each target."""
    return {rule.target: place for place, rule in reversed(list(enumerate(rules)))}


def _deletions(
    live: LiveQueue,
    kept: Mapping[str, int],
    wanted: Mapping[str, OverflowRule],
    names: Mapping[str, str],
) -> list[RuleChange]:
    deletions = []
    for place, rule in enumerate(live.rules):
        second = kept[rule.target] != place
        if rule.target in wanted and not second:
            continue
        note = live.problems.get(place, "") or (SECOND if second else "")
        name = names.get(rule.target, rule.target)
        deletions.append(RuleChange(Action.DELETE, rule.target, name, before=rule, note=note))
    return deletions


def _field_changes(
    rules: Sequence[OverflowRule], kept: Mapping[str, int], wanted: Mapping[str, OverflowRule]
) -> dict[str, list[FieldChange]]:
    """The changed fields of the rules that both sides have, by target."""
    both = [target for target in wanted if target in kept]
    before = {target: _fields(rules[kept[target]]) for target in both}
    after = {target: _fields(wanted[target]) for target in both}
    if before == after:
        return {}
    from deepdiff import DeepDiff

    found: dict[str, list[FieldChange]] = {}
    tree = DeepDiff(before, after, view="tree", ignore_type_in_groups=[(bool, int)])
    for level in tree.get("values_changed", ()):
        target, field = level.path(output_format="list")
        found.setdefault(target, []).append(FieldChange(field, level.t1, level.t2))
    for fields in found.values():
        fields.sort(key=lambda change: FIELDS.index(change.field))
    return found


def _fields(rule: OverflowRule) -> dict[str, Any]:
    return {field: getattr(rule, field) for field in FIELDS}
