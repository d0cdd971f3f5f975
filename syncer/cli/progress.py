"""Progress on stderr: each outcome as it comes, so that a run that is killed leaves a trace."""

import contextlib
from dataclasses import dataclass

import click

from syncer.audit.entries import Run
from syncer.model.outcome import LOOPED, Outcome
from syncer.model.plan import Plan
from syncer.report.escape import plain
from syncer.report.text.paint import counted


@dataclass
class Progress:
    """Says where a run stands; ``quiet`` says nothing."""

    run: Run
    plan: Plan
    quiet: bool = False
    done: int = 0

    def begin(self) -> None:
        """The run, and how much it has to do."""
        steps = max(change.step for change in self.plan.changes)
        queues = counted(len(self.plan.changes), "queue")
        self._say(f"run {self.run.id}: {queues} to write, in {counted(steps, 'step')}")

    def seen(self, outcome: Outcome) -> None:
        """One queue is settled."""
        if outcome.status in LOOPED:  # it was counted when it was written
            self._say(f"{outcome.status.value}: {plain(outcome.change.name)}: {plain(outcome.detail)}")
            return
        self.done += 1
        place = f"[{self.done}/{len(self.plan.changes)}]"
        self._say(f"{place} {outcome.status.value}: {plain(outcome.change.name)}")

    def _say(self, text: str) -> None:
        """Nobody who listens is no reason to stop."""
        if not self.quiet:
            with contextlib.suppress(OSError):
                click.echo(text, err=True)
