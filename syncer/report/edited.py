"""What an edit in the organization's own audit changed, in words: rule by rule if its values are rules."""

from collections.abc import Mapping, Sequence
from typing import Final

from syncer.errors import BadAnswer
from syncer.kinds.registry import KINDS
from syncer.live.audited_values import is_of_rules, steps_of, with_values
from syncer.live.wire import read_queue
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.change import Action, RuleChange
from syncer.model.queue import LiveQueue
from syncer.planning.diff import diff_rules
from syncer.report.text.plan import rule_in_words

_KINDS: Final = frozenset(kind.name for kind in KINDS)
_DONE: Final = {Action.CREATE: "created", Action.DELETE: "deleted"}


def edit_in_words(edit: AuditedEdit, names: Mapping[str, str]) -> str:
    """``Ada at 2026-03-01T08:30:00.000Z (client c): overflow to Back: delay 120 s → 60 s``."""
    return edit.in_words(names, moved_in_words)


def moved_in_words(change: PropertyChange, names: Mapping[str, str]) -> str:
    """The rules that a change of a field moved, or its values from and to if these can't be read as rules."""
    rules = _rules_moved(change, names)
    return "; ".join(_rule_in_words(rule, names) for rule in rules) or change.in_words(names)


def _rule_in_words(rule: RuleChange, names: Mapping[str, str]) -> str:
    subject, words = rule.rule.subject({**names, **rule.names}), rule_in_words(rule)
    if rule.action is Action.UPDATE:
        return f"{subject}: {words}"
    return f"{subject} {_DONE[rule.action]} ({words})"


def _rules_moved(change: PropertyChange, names: Mapping[str, str]) -> Sequence[RuleChange]:
    """The differences between both values of a whole field of rules; none if a value is something else."""
    if not is_of_rules(change) or len(steps_of(change.property)) != 1:
        return ()
    before, after = (_queue(change.property, values) for values in (change.old, change.new))
    if before is None or after is None:
        return ()
    return diff_rules(before, after.rules, names, _KINDS)


def _queue(name: str, values: tuple[str, ...]) -> LiveQueue | None:
    """A queue that has these values in one field, and nothing else; None if they can't be read as rules."""
    raw = with_values({"id": "-", "name": "-"}, [PropertyChange(name, new=values)])
    found = (raw or {}).get(name) or []
    parts = found if isinstance(found, list) else [found]
    if raw is None or not all(isinstance(each, Mapping) for each in parts):
        return None
    try:
        queue = read_queue(raw)
    except BadAnswer:
        return None
    return None if queue.problems else queue
