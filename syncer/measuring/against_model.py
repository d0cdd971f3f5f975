"""Compares the model with the measurement: whether as many contacts flow as the rules predict.

An edge is off if the measurement is more than 20 % and more than one contact away from the model, given the
measured load of its source.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from syncer.measuring.outflow import How, Outflow, Stream

BEYOND: Final = 0.2
CONTACTS: Final = 1.0

UNSEEN: Final = "no known edge leads out: a flow that isn't visible, or a rule that was removed meanwhile"
MORE: Final = "a flow that isn't visible also sends, or the threshold was higher meanwhile"
LESS: Final = "a wrong threshold, a rule that was changed meanwhile, or a delay that contacts don't wait"
CONFLICT: Final = "a rule was added or changed meanwhile, or its delay is one that contacts don't wait"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way out of a queue: the model predicts ``low`` to ``high`` contacts (None: as many as there are),
    and ``measured`` were counted (None: not determined).

    ``target`` is empty if no edge leads out. ``cause`` is the likely reason why it is ``off``.
    """

    source: str
    target: str
    low: float
    high: float | None
    measured: float | None
    how: str
    cause: str = ""

    @property
    def off(self) -> bool:
        """Whether the model and the measurement differ by more than chance."""
        return bool(self.cause)

    @property
    def difference(self) -> float | None:
        """The number of contacts between the model and the measurement; None if that isn't determined."""
        if self.measured is None:
            return None
        if self.high is not None and self.measured > self.high:
            return self.measured - self.high
        return max(self.low - self.measured, 0.0)


def compare(out: Iterable[Outflow]) -> tuple[Comparison, ...]:
    """Compare each way out of each queue, in order."""
    return tuple(comparison for each in out for comparison in _of_source(each))


def _of_source(out: Outflow) -> Iterator[Comparison]:
    if out.unseen:
        cause = UNSEEN if out.unseen > CONTACTS else ""
        yield Comparison(out.source, "", 0.0, 0.0, out.unseen, "unseen", cause)
    for stream in out.streams:
        ends = (stream.low, stream.high, stream.amount, str(stream.how))
        yield Comparison(out.source, stream.target, *ends, cause=_cause(stream))


def _cause(stream: Stream) -> str:
    if stream.how is How.OPEN:
        return CONFLICT if stream.exact and stream.low > CONTACTS else ""
    measured = stream.amount or 0.0
    if stream.high is not None and measured > max(stream.high * (1 + BEYOND), stream.high + CONTACTS):
        return MORE
    if measured < min(stream.low * (1 - BEYOND), stream.low - CONTACTS):
        return LESS
    return ""
