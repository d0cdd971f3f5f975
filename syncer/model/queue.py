"""Queues as live has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.model.rule import Kind, Rules


@dataclass(frozen=True, slots=True)
class LiveQueue:
    """A queue as it was read.

    ``rules`` are its rules of every kind, each kind in the order of the wire; ``problems`` names, per index
    of ``rules``, what of the wire could not be understood; ``raw`` is the JSON as it came, which a change is
    written into; ``etag`` is empty where the server has none.
    """

    id: str
    name: str
    etag: str = ""
    rules: Rules = ()
    problems: Mapping[int, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)

    def problems_of(self, kinds: Sequence[Kind]) -> tuple[str, ...]:
        """What of the rules of these kinds could not be understood."""
        return tuple(problem for place, problem in self.problems.items() if self.rules[place].kind in kinds)
