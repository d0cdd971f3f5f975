"""Traffic: contacts that a contact center counted, by queue and interval."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """What one queue did in one interval, all media together. Contacts, but for ``handle_seconds``.

    ``within`` were answered within the service target; ``pressed``: fewer than the target asks for were.
    ``handle_seconds`` is the time that the ``handled`` contacts took in all.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    flowed_out: int = 0
    within: int = 0
    pressed: bool = False
    handled: int = 0
    handle_seconds: float = 0.0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.offered + other.offered,
            self.answered + other.answered,
            self.abandoned + other.abandoned,
            self.flowed_out + other.flowed_out,
            self.within + other.within,
            self.pressed or other.pressed,
            self.handled + other.handled,
            self.handle_seconds + other.handle_seconds,
        )


NOTHING = Counted()


@dataclass(frozen=True, slots=True)
class Period:
    """As many ``intervals`` of the length ``step`` from ``start`` on, which knows its time zone.

    An interval is meant by its place, from 0.
    """

    start: datetime
    step: timedelta
    intervals: int

    @property
    def end(self) -> datetime:
        """When the last interval ends."""
        return self.start + self.step * self.intervals

    def place(self, moment: datetime) -> int | None:
        """The place of the interval that begins at ``moment``; None where none does."""
        place, rest = divmod(moment - self.start, self.step)
        return place if not rest and 0 <= place < self.intervals else None

    def hour_of_week(self, place: int) -> tuple[int, int]:
        """The day of the week (Monday is 0) and the hour in which an interval begins."""
        moment = self.start + self.step * place
        return moment.weekday(), moment.hour

    def windows(self, most: int) -> Iterator["Period"]:
        """The same in pieces of at most ``most`` intervals, in their order."""
        for first in range(0, self.intervals, most):
            yield Period(self.start + self.step * first, self.step, min(most, self.intervals - first))


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was counted in a period: by the id of a queue and the place of an interval. What isn't there is
    nothing."""

    period: Period
    queues: Mapping[str, Mapping[int, Counted]]

    def of(self, queue: str, place: int) -> Counted:
        """What one queue did in one interval."""
        return self.queues.get(queue, {}).get(place, NOTHING)
