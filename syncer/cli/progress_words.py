"""The progress of work as text that fits on a line: count, rate, and the time left."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

RECENT: Final = 30.0
"""Seconds over which the rate is measured."""

_FEWEST_MARKS: Final = 3
_SHORTEST: Final = 2.0
"""With fewer counts or seconds than these, the time left isn't estimated."""

_OFTEN: Final = 0.1
"""Seconds; of counts that are closer together, only the newest is kept."""

_LONGEST: Final = 24 * 3600.0
_BAR: Final = 20


@dataclass
class Work:
    """Work with this ``name``, started at ``begun``; times are seconds on one clock."""

    name: str
    begun: float
    total: int | None = None
    done: int = 0
    _marks: deque[tuple[float, int]] = field(init=False)

    def __post_init__(self) -> None:
        self._marks = deque([(self.begun, 0)])

    def note(self, now: float, done: int, total: int | None) -> None:
        """Note how much is done now. A total below that counts as unknown."""
        self.done, self.total = done, total if total is not None and total >= done else None
        if done == self._marks[-1][1]:
            return
        marks = self._marks
        if len(marks) > 1 and now - marks[-2][0] < _OFTEN:
            marks.pop()
        marks.append((now, done))
        while len(marks) > _FEWEST_MARKS and now - marks[0][0] > RECENT:
            marks.popleft()

    @property
    def rate(self) -> float | None:
        """The recent rate per second; None if it isn't known."""
        (first, before), (last, done) = self._marks[0], self._marks[-1]
        return (done - before) / (last - first) if last - first >= 1.0 else None

    def left(self, now: float) -> float | None:
        """Seconds until everything is done at this rate; None if that would be a guess."""
        rate, last = self.rate, self._marks[-1][0]
        if not rate or self.total is None or len(self._marks) < _FEWEST_MARKS:
            return None
        left = (self.total - self.done) / rate - (now - last)
        return left if last - self.begun >= _SHORTEST and 0 < left <= _LONGEST else None

    @property
    def count(self) -> str:
        """``1,500 of 4,000``; empty as long as nothing is known."""
        if self.total is not None:
            return f"{self.done:,} of {self.total:,}"
        return f"{self.done:,}" if self.done else ""

    def pace(self, now: float, waiting: float) -> list[str]:
        """Rate and time left, or how long the run is ``waiting``."""
        if waiting > 0:
            return [f"waiting {span(waiting)}"]
        left = self.left(now)
        return [each for each in (in_words(self.rate), f"{span(left)} left" if left else "") if each]

    def line(self, now: float, waiting: float, width: int, marks: str = "━─") -> str:
        """The longest form that fits into ``width`` columns; the bar is made of the two ``marks``."""
        pace = self.pace(now, waiting)
        filled = int(_BAR * self.done / self.total) if self.total else 0
        bar = marks[0] * filled + marks[1] * (_BAR - filled) if self.total else ""
        forms = (
            (self.name, bar, self.count, *pace),
            (self.name, self.count, *pace),
            (self.name, self.count, *pace[-1:]),
            (self.name, self.count),
            (self.name,),
        )
        lines = ("  ".join(filter(None, parts)) for parts in forms)
        return next((line for line in lines if len(line) <= width), self.name[:width])

    def sentence(self, now: float, waiting: float) -> str:
        """The same for a log: ``reading queues: 1,500 of 4,000, 500/s, 5 s left``."""
        parts = ", ".join(filter(None, (self.count, *self.pace(now, waiting))))
        return f"{self.name}: {parts or span(now - self.begun)}"


def in_words(rate: float | None) -> str:
    """``500/s``, ``2.5/s``, ``12/min``; empty if the rate isn't known or is less than one per minute."""
    for unit, factor in (("s", 1), ("min", 60)):
        number = (rate or 0.0) * factor
        if number >= 1:
            return f"{number:,.0f}/{unit}" if number >= 9.95 or unit == "min" else f"{number:.1f}/{unit}"
    return ""


def span(seconds: float) -> str:
    """``42 s``, ``3 min 5 s``, ``1 h 20 min``: whole seconds, at least one."""
    whole = max(1, round(seconds))
    units = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    first = next(place for place, (number, _) in enumerate(units) if number)
    return " ".join(f"{number} {unit}" for number, unit in units[first : first + 2] if number)
