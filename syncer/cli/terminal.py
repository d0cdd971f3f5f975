"""The terminal that a command runs in: progress and messages on stderr, and the approval."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from syncer.app import MetricsOptions, PolicySource, Session
from syncer.cli.options import LogOptions, pick
from syncer.cli.output import show
from syncer.cli.progress_line import ProgressLine
from syncer.cli.report_options import Output
from syncer.errors import Interrupted, Refused
from syncer.report.escape import plain

if TYPE_CHECKING:
    from syncer.audit.entries import Run
    from syncer.model.plan import Outcome, Plan
    from syncer.report.views import Planned, ReportOf

FINISHING = b"finishing the writes in flight; a second Ctrl-C stops at once\n"

_log = logging.getLogger(__name__)


@dataclass
class Terminal:
    """Where the report, logs and metrics of a command go, and the ``session`` of its use case.

    With ``auto_approve`` nobody is asked. Where nobody can be asked, ``hint`` starts the sentence on what to
    do.
    """

    output: Output
    logs: LogOptions = field(default_factory=LogOptions)
    metrics: MetricsOptions = field(default_factory=MetricsOptions)
    auto_approve: bool = False
    hint: str = "Use"

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
        """Show a message on stderr."""
        if self.logs.as_json:
            _log.info("%s", text)
        else:
            with self.line.aside():
                click.echo(plain(text), err=True)

    def planned(self, plan: ReportOf[Planned]) -> None:
        """Show the plan that is about to be applied on stderr; with --quiet only if somebody is asked."""
        self.line.end()
        if not (self.auto_approve and (self.logs.as_json or self.output.quiet)):
            show(plan, self.output.aside())

    def approve(self, plan: ReportOf[Planned]) -> bool:
        """Ask whether to apply the plan that was shown, and show where. In production the answer is the name
        of the environment. Raises Refused if nobody can be asked, Interrupted if Ctrl-C is the answer."""
        if not sys.stdin.isatty():
            raise Refused(
                "nobody can be asked for approval, so nothing was applied",
                hint=f"{self.hint} --auto-approve.",
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
        asked = f"It is production. Apply this plan? Type {plain(name)} to continue"
        answer: str = click.prompt(asked, default="", show_default=False, err=True)
        return answer.strip() == name

    def started(self, run: Run, plan: Plan) -> None:
        """Show that a run starts, and how much it has to do."""
        from syncer.report.text.paint import counted

        self._total, self._settled = len(plan.changes), 0
        steps = max(change.step for change in plan.changes)
        self._progress(f"run {run.id}: {counted(self._total, 'queue')} to write, in {counted(steps, 'step')}")
        self._written()

    def progress(self, outcome: Outcome) -> None:
        """Show each outcome at once, so that a run that is killed leaves a trace."""
        from syncer.model.plan import LOOPED

        if outcome.status in LOOPED:  # it was counted when it was written
            self._progress(f"{outcome.status.value}: {plain(outcome.change.name)}: {plain(outcome.detail)}")
            return
        self._settled += 1
        place = f"[{self._settled}/{self._total}]"
        self._progress(f"{place} {outcome.status.value}: {plain(outcome.change.name)}")
        self._written()

    def _written(self) -> None:
        """Count the queues on the line in place; without one, the line for each queue is enough."""
        if self.line.in_place:
            self.line.count("writing queues", self._settled, self._total)

    def _left_to_wait(self) -> float:
        return self.session.waits.left()

    def waiting(self, text: str) -> None:
        """Show that a longer wait starts, so that the run doesn't seem to hang."""
        if self.logs.as_json:
            _log.warning("%s", text)
        self._progress(text)

    def watching(self, text: str) -> None:
        """Show the result of a look at the watched queues."""
        if self.logs.as_json:
            _log.info("%s", text)
        self._progress(plain(text))

    def interrupting(self) -> None:
        """Answer Ctrl-C at once. A signal may come during a write to a stream, so no stream is used."""
        if not (self.output.quiet or self.logs.as_json):
            self.line.interrupted(FINISHING)

    def _progress(self, text: str) -> None:
        """Write a line to stderr; a closed stream must not stop the run."""
        if not (self.output.quiet or self.logs.as_json):
            with self.line.aside(), contextlib.suppress(OSError):
                click.echo(text, err=True)


def place_in_words(plan: Plan) -> str:
    """``Acme (3f2b…) at https://api.mypurecloud.de, environment prod``."""
    named = f", environment {plan.environment}" if plan.environment else ""
    return f"{plan.organization} at {plan.api}{named}"


def pick_terminal(options: dict[str, Any], hint: str = "Use") -> Terminal:
    """Take the options about output, logs, metrics and approval out of ``options``."""
    return Terminal(
        pick(Output, options),
        pick(LogOptions, options),
        replace(pick(MetricsOptions, options), source=pick(PolicySource, dict(options))),
        auto_approve=options.get("auto_approve", False),
        hint=hint,
    )
