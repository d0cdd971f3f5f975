"""Rules as JSON, and back: plan, journal, audit and output have them in one form."""

from collections.abc import Mapping, Sequence
from typing import Any

from syncer.model.rule import BackupRule, GroupRule, Kind, OverflowRule, OwnerMark, Rule, Rules


def rule_document(rule: Rule) -> dict[str, Any]:
    """One rule, complete: queues and groups as ids, threshold in percent, times in seconds."""
    match rule:
        case OverflowRule():
            return {"kind": rule.kind.value, "target": rule.target, **rule.values()}
        case BackupRule():
            return {"kind": rule.kind.value, "target": rule.target, **rule.values()}
        case GroupRule():
            values = {**rule.values(), "groups": list(rule.groups)}
            return {"kind": rule.kind.value, "place": rule.place, "target": rule.target} | {
                key: value for key, value in values.items() if key != "queue"
            }
        case OwnerMark():
            return {"kind": rule.kind.value, **rule.values()}


def rules_of(documents: Sequence[Mapping[str, Any]]) -> Rules:
    """Rules read back from a document. Raises KeyError, TypeError or ValueError where they are none."""
    return tuple(_rule_of(document) for document in documents)


def _rule_of(document: Mapping[str, Any]) -> Rule:
    values = {key: value for key, value in document.items() if key != "kind"}
    match Kind(document["kind"]):
        case Kind.OVERFLOW:
            return OverflowRule(**values)
        case Kind.BACKUP:
            return BackupRule(**values)
        case Kind.GROUPS:
            return GroupRule(**{**values, "value": float(values["value"]), "groups": tuple(values["groups"])})
        case Kind.OWNER:
            return OwnerMark(**values)
