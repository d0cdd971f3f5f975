"""Queues as live has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class OverflowRule:
    """An overflow rule with its ``target`` as a queue id; ``threshold`` percent, ``delay`` seconds."""

    target: str
    threshold: int = 0
    delay: int = 0
    enabled: bool = False


@dataclass(frozen=True, slots=True)
class LiveQueue:
    """A queue as it was read.

    ``rules`` are its overflow rules in the order of the wire; ``problems`` names, per index of
    ``rules``, what of the wire could not be understood; ``raw`` is the JSON as it came, which a
    change is written into; ``etag`` is empty where the server has none.
    """

    id: str
    name: str
    etag: str = ""
    rules: tuple[OverflowRule, ...] = ()
    problems: Mapping[int, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)


def in_words(rules: Sequence[OverflowRule], names: Mapping[str, str]) -> str:
    """Rules on one line, for people; ``names`` gives the name of a queue by its id."""
    if not rules:
        return "no rules"
    return ", ".join(
        f"{rule.threshold} % to {names.get(rule.target, rule.target)} after {rule.delay} s"
        + ("" if rule.enabled else " (disabled)")
        for rule in rules
    )
