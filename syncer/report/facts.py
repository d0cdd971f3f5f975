"""Capacities and loads that a run was the first to use, in words."""

from collections.abc import Mapping
from typing import Any

from syncer.model.json_values import mapping

_MOST = 3
MOST_NAMES = 20_000
"""The names of so many queues are known at once: those that were learned last."""


def learn_names(entry: Mapping[str, Any], names: dict[str, str]) -> None:
    """Take in the names of the queues that a change is about, by id; of more than ``MOST_NAMES`` the first
    is forgotten."""
    if entry.get("kind") == "change":
        names[str(entry.get("queueId"))] = str(entry.get("queueName"))
        names.setdefault(str(entry.get("targetQueue")), str(entry.get("targetName")))
        while len(names) > MOST_NAMES:
            del names[next(iter(names))]


def facts_in_words(entry: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """``; first used: Front capacity 100, base load 50``; nothing where a run used what was known before."""
    facts = mapping(entry.get("facts")) if entry.get("kind") == "run" else {}
    if not facts:
        return ""
    said = [
        f"{names.get(queue, queue)} capacity {_shown(mapping(each).get('capacity'))}, "
        f"base load {_shown(mapping(each).get('baseLoad'))}"
        for queue, each in list(facts.items())[:_MOST]
    ]
    more = f" and {len(facts) - _MOST:,} more queues" if len(facts) > _MOST else ""
    return f"; first used: {'; '.join(said)}{more}"


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else "unknown"
