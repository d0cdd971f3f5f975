"""Numbers as spans without a gap: those of a trail are few, however many entries it has."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class NumberSpans:
    """Numbers that were seen, in the order in which they came."""

    _spans: list[list[int]] = field(default_factory=list)

    def add(self, number: int) -> None:
        """One more."""
        if self._spans and number == self._spans[-1][1] + 1:
            self._spans[-1][1] = number
        else:
            self._spans.append([number, number])

    def all(self) -> tuple[tuple[int, int], ...]:
        """First and last number of each span, in the order in which they came."""
        return tuple((first, last) for first, last in self._spans)

    def among(self, numbers: Iterable[int]) -> frozenset[int]:
        """Those of the ``numbers`` that were seen."""
        ends = list[tuple[int, int]]()
        for first, last in sorted(self.all()):
            if ends and first <= ends[-1][1]:
                ends[-1] = (ends[-1][0], max(last, ends[-1][1]))
            else:
                ends.append((first, last))
        firsts = [first for first, _ in ends]
        places = ((number, bisect_right(firsts, number) - 1) for number in numbers)
        return frozenset(number for number, place in places if place >= 0 and number <= ends[place][1])
