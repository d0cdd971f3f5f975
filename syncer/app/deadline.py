"""The deadline of a run: after it nothing more is started, and the report shows how to continue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncer.applying.engine import INTERRUPTED
from syncer.model.finding import Severity
from syncer.model.plan import Status
from syncer.net.waits import Ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.applying.apply import Result
    from syncer.report.views import Applied, ReportOf


@dataclass(frozen=True, slots=True)
class Deadline:
    """``seconds`` after the start of the use case, as ``elapsed`` counts them; None: no deadline."""

    seconds: float | None
    elapsed: Callable[[], float]

    @property
    def left(self) -> float:
        """Seconds until then, at least 0."""
        return float("inf") if self.seconds is None else max(0.0, self.seconds - self.elapsed())

    def overdue(self) -> str:
        """The message that the deadline has passed; empty before."""
        return (
            "" if self.seconds is None or self.left else f"the deadline of {_span(self.seconds)} has passed"
        )

    def ending(self) -> Ending | None:
        """Why waits stop once it has passed."""
        return Ending(words, late=True) if (words := self.overdue()) else None


def going_on(report: ReportOf[Applied], command: str) -> ReportOf[Applied]:
    """Return the report of a run that its deadline or Ctrl-C stopped, with the ``command`` that continues
    it."""
    view = report.view
    why = _ended_by(view.result) if view is not None and view.result is not None else ""
    if view is None or view.result is None or not why:
        return report
    left = sum(outcome.status is Status.NOT_STARTED for outcome in view.result.outcomes)
    words = f"{why}, {left:,} not started: continue with {command}"
    return replace(report, view=replace(view, message="; ".join(filter(None, (view.message, words)))))


def _ended_by(result: Result) -> str:
    if result.late:
        return "the deadline has passed"
    return "interrupted" if result.status == INTERRUPTED else ""


def only_late(result: Result) -> bool:
    """Whether the deadline is the only reason why something was not started, the last look included."""
    left = {outcome.status for outcome in result.outcomes if not outcome.done}
    found = {finding.id for finding in result.findings if finding.severity is Severity.ERROR}
    return result.late and left == {Status.NOT_STARTED} and found <= {"loops.unchecked"}


def _span(seconds: float) -> str:
    """``15m``, ``90s``, ``2h``."""
    for unit, length in (("h", 3600), ("m", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds / length:.0f}{unit}"
    return f"{seconds:g}s"
