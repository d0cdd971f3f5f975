"""Samples that anybody can draw again: the population and a seed decide, and no luck.

Each change is ranked by the SHA-256 of ``SEED:HASH``, where HASH is the ``hash`` of its entry. The changes
that rank lowest are the sample. So a seed can't be chosen to miss an entry that was written later, and who
knows the trail and the seed draws the same with a few lines of their own.
"""

import hashlib
import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

METHOD = "the lowest SHA-256 of SEED:HASH, HASH being the hash of the entry"


@dataclass(frozen=True, slots=True)
class Sample:
    """How many changes of a population were to be drawn (``size``), how many were, and with which seed."""

    size: int
    seed: int
    population: int
    drawn: int

    def as_json(self) -> dict[str, Any]:
        """The sample as reports have it."""
        return {
            "of": "changes",
            "size": self.size,
            "drawn": self.drawn,
            "population": self.population,
            "seed": self.seed,
            "method": METHOD,
        }

    def __str__(self) -> str:
        return f"{self.drawn:,} of {self.population:,} changes, drawn with seed {self.seed}"


def rank(seed: int, entry: Mapping[str, Any]) -> int:
    """The place of a change in the order of a seed."""
    drawn = hashlib.sha256(f"{seed}:{entry.get('hash')}".encode("utf-8", "surrogatepass"))
    return int.from_bytes(drawn.digest())


class Draw:
    """Draws ``size`` of the changes that it is shown one by one, and remembers no more than these."""

    def __init__(self, size: int, seed: int) -> None:
        self.size, self._seed = size, seed
        self._lowest: list[tuple[int, int]] = []
        self._population = 0

    def show(self, place: int, entry: Mapping[str, Any]) -> None:
        """Show the change at ``place``; of two with one rank the first counts."""
        self._population += 1
        candidate = (-rank(self._seed, entry), -place)
        if len(self._lowest) < self.size:
            heapq.heappush(self._lowest, candidate)
        else:
            heapq.heappushpop(self._lowest, candidate)

    @property
    def places(self) -> frozenset[int]:
        """The places of the changes that are drawn."""
        return frozenset(-place for _, place in self._lowest)

    @property
    def sample(self) -> Sample:
        """What was drawn out of how many."""
        return Sample(self.size, self._seed, self._population, len(self._lowest))
