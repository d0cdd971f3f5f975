"""The terminal that a command runs in: what it shows meanwhile on stderr, and whom it asks."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from syncer.app import MetricsOptions, PolicySource, Session
from syncer.cli.options import LogOptions, Output, pick
from syncer.cli.output import show
from syncer.cli.progress_line import ProgressLine
from syncer.errors import Interrupted, Refused
from syncer.report.escape import plain

if TYPE_CHECKING:
    from syncer.audit.entries import Run
    from syncer.model.plan import Outcome, Plan
    from syncer.report.views import Planned, ReportOf

FINISHING = b"finishing the writes in flight; a second Ctrl-C ends at once\n"

_log = logging.getLogger(__name__)


@dataclass
class Terminal:
    """Where the report, logs and metrics of a command go, and the ``session`` of its use case.

    With ``auto_approve`` nobody is asked; ``hint`` begins the sentence that says what to do where nobody
    can be.
    """

    output: Output
    logs: LogOptions = field(default_factory=LogOptions)
    metrics: MetricsOptions = field(default_factory=MetricsOptions)
    auto_approve: bool = False
    hint: str = "Say"

    def __post_init__(self) -> None:
        self._total = self._settled = 0
        self.line = ProgressLine(
            self._progress, self._left_to_wait, off=self.output.quiet or self.logs.as_json
        )
        self.session = Session(
            environ=os.environ,
            message=self.message,
            planned=self.planned,
            approve=self.approve,
            approval="prompt",
            started=self.started,
            progress=self.progress,
            waiting=self.waiting,
            watching=self.watching,
            counting=self.line.count,
            interrupting=self.interrupting,
        )

    def message(self, text: str) -> None:
        """Say on stderr what is good to know."""
        if self.logs.as_json:
            _log.info("%s", text)
        else:
            with self.line.aside():
                click.echo(plain(text), err=True)

    def planned(self, plan: ReportOf[Planned]) -> None:
        """Show on stderr what is going to be applied."""
        self.line.end()
        if not (self.auto_approve and self.logs.as_json):
            show(plan, self.output.aside())

    def approve(self, plan: ReportOf[Planned]) -> bool:
        """Ask whether the plan that is shown may be applied, and say where. In production the name of the
        environment is typed. Raises Refused where nobody can be asked, Interrupted by Ctrl-C: no answer."""
        if not sys.stdin.isatty():
            raise Refused(
                "nobody is here to be asked, so nothing was applied", hint=f"{self.hint} --auto-approve."
            )
        try:
            return self._agreed(plan)
        except (click.Abort, KeyboardInterrupt) as error:
            raise Interrupted("interrupted at the question: nothing was sent") from error

    def _agreed(self, plan: ReportOf[Planned]) -> bool:
        if plan.view is None:
            return click.confirm("Apply this plan?", err=True)
        click.echo(f"This writes to {plain(place_in_words(plan.view.plan))}.", err=True)
        name = plan.view.plan.environment
        if not (plan.view.production and name):
            return click.confirm("Apply this plan?", err=True)
        asked = f"It is production. Apply this plan? Type {plain(name)} to go on"
        answer: str = click.prompt(asked, default="", show_default=False, err=True)
        return answer.strip() == name

    def started(self, run: Run, plan: Plan) -> None:
        """A run begins, with so much to do."""
        from syncer.report.text.paint import counted

        self._total, self._settled = len(plan.changes), 0
        steps = max(change.step for change in plan.changes)
        self._progress(f"run {run.id}: {counted(self._total, 'queue')} to write, in {counted(steps, 'step')}")
        self._written()

    def progress(self, outcome: Outcome) -> None:
        """Each outcome as it comes, so that a run that is killed leaves a trace."""
        from syncer.model.plan import LOOPED

        if outcome.status in LOOPED:  # it was counted when it was written
            self._progress(f"{outcome.status.value}: {plain(outcome.change.name)}: {plain(outcome.detail)}")
            return
        self._settled += 1
        place = f"[{self._settled}/{self._total}]"
        self._progress(f"{place} {outcome.status.value}: {plain(outcome.change.name)}")
        self._written()

    def _written(self) -> None:
        """Each queue has a line of its own: where no line stays in place, that is enough."""
        if self.line.in_place:
            self.line.count("writing queues", self._settled, self._total)

    def _left_to_wait(self) -> float:
        return self.session.waits.left()

    def waiting(self, text: str) -> None:
        """A longer wait begins, so that nobody takes it for a run that hangs."""
        if self.logs.as_json:
            _log.warning("%s", text)
        self._progress(text)

    def watching(self, text: str) -> None:
        """What a look at queues has shown."""
        if self.logs.as_json:
            _log.info("%s", text)
        self._progress(plain(text))

    def interrupting(self) -> None:
        """Ctrl-C is answered at once. A signal may come while a stream is written to, so none is used."""
        if not (self.output.quiet or self.logs.as_json):
            self.line.interrupted(FINISHING)

    def _progress(self, text: str) -> None:
        """Nobody who listens is no reason to stop."""
        if not (self.output.quiet or self.logs.as_json):
            with self.line.aside(), contextlib.suppress(OSError):
                click.echo(text, err=True)


def place_in_words(plan: Plan) -> str:
    """``Acme (3f2b…) at https://api.mypurecloud.de, environment prod``."""
    named = f", environment {plan.environment}" if plan.environment else ""
    return f"{plan.organization} at {plan.api}{named}"


def pick_terminal(options: dict[str, Any], hint: str = "Say") -> Terminal:
    """Take out of ``options`` where a command shows what, and whether anybody is asked."""
    return Terminal(
        pick(Output, options),
        pick(LogOptions, options),
        replace(pick(MetricsOptions, options), source=pick(PolicySource, dict(options))),
        auto_approve=options.get("auto_approve", False),
        hint=hint,
    )
