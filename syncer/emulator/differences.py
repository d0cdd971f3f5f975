"""What a write changed in a queue, for the history."""

from collections.abc import Mapping
from typing import Any

from syncer.emulator.documents import OWNED, Document, is_overflow, overflow_rules


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> Document:
    """The overflow rules before and after, and whether anything else changed but what the server owns."""
    return {
        "rulesBefore": overflow_rules(old),
        "rulesAfter": overflow_rules(new),
        "othersChanged": _others(old) != _others(new),
    }


def _others(document: Mapping[str, Any]) -> Document:
    rest = {key: value for key, value in document.items() if key not in OWNED}
    rules = rest.pop("routingRules", None)
    entries = rules if isinstance(rules, list) else []
    return {**rest, "otherEntries": [entry for entry in entries if not is_overflow(entry)]}
