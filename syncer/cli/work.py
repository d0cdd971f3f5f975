"""The steps that apply and rollback share, under the lock: recover, refuse, ask, send."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import click

from syncer.applying.apply import ApplyContext, Result, apply_plan
from syncer.applying.engine import Stop
from syncer.applying.guard import refuse_compare, refuse_invalid, refuse_unsafe
from syncer.applying.lock import held
from syncer.applying.recover import recover
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, run_entry
from syncer.audit.origin import origin
from syncer.cli.live import Fresh, client_for
from syncer.cli.options import Output, Target
from syncer.cli.present import show
from syncer.cli.progress import Progress
from syncer.cli.running import Running, interruptible
from syncer.cli.telling import Tell, telling, way_to
from syncer.cli.watch import Watch
from syncer.errors import PoliciesInvalid, Refused, SyncerError
from syncer.files import write_whole
from syncer.live.client import Client
from syncer.model.times import rfc3339, utc_now
from syncer.net.timing import REAL_TIME
from syncer.planning.document import plan_document
from syncer.planning.gather import OnDisk
from syncer.report.views import Applied, CutOffRun, Planned, Report


@dataclass(frozen=True, slots=True)
class Work:
    """One run that may write, with all that it works with."""

    disk: OnDisk
    target: Target
    client: Client
    chain: Chain
    run: Run
    running: Running
    output: Output
    watch: Watch
    tell: Tell

    def recover(self) -> tuple[CutOffRun, ...]:
        """Close what was cut off before, and tell all of it: which letters went out then is not known."""
        journals, silent = self.running.state_dir / "journal", Chain(self.chain.path.parent)
        closed = recover(
            journals,
            silent,
            self.client,
            lambda: rfc3339(utc_now()),
            here=self.run.place,
            settle=self.disk.settings.retries.settle,
        )
        found = tuple(CutOffRun(run, tuple(outcomes)) for run, outcomes in closed)
        runs = {cut_off.run.id for cut_off in found}
        if runs:
            self.tell([entry for entry in self.chain.entries() if entry.get("run") in runs])
        return found

    def stopped(self, recovered: tuple[CutOffRun, ...]) -> Report:
        """The report where a cut-off run was closed and nothing more was asked for."""
        error = Refused(
            "a run was cut off; its audit is closed, and nothing more was sent",
            hint="Look at what became of it, then apply again.",
        )
        return Report(self.run.verb, error.exit_code, Applied(None, None, recovered), error=error)

    def carry_out(
        self, fresh: Fresh, recovered: tuple[CutOffRun, ...], guard: Callable[[], None], *, ask: bool
    ) -> Report:
        """Refuse what must be refused, ask where it is to be asked, send, and report."""
        try:
            refuse_invalid(fresh.plan)
            guard()
            if self.running.require_etag:
                refuse_compare(fresh.plan)
            refuse_unsafe(fresh.plan, self.disk.settings.safety, self.run.overrides, utc_now())
        except (Refused, PoliciesInvalid) as error:
            return self._refused(fresh, error)
        if not fresh.plan.changes:
            view = Applied(fresh.plan, None, recovered, "nothing to do: live is what it should be")
            return Report(self.run.verb, 0, view, fresh.plan.findings, self.disk.sources)
        waited = ask and self._ask(fresh)
        try:
            result = self._send(fresh, waited=waited)
        except Refused as error:
            return self._refused(fresh, error)
        view, findings = Applied(fresh.plan, result, recovered), (*fresh.plan.findings, *result.findings)
        return Report(self.run.verb, result.exit_code, view, findings, self.disk.sources)

    def _refused(self, fresh: Fresh, error: SyncerError) -> Report:
        """A refusal stands in the audit too."""
        entry = run_entry(
            self._run_of(fresh),
            rfc3339(utc_now()),
            status="refused",
            validation_pass=fresh.plan.applicable,
            calls=self.client.calls(),
            detail=error.message,
        )
        self.chain.append([entry])
        return Report(self.run.verb, error.exit_code, None, fresh.plan.findings, self.disk.sources, error)

    def _ask(self, fresh: Fresh) -> bool:
        """Show the plan on stderr, and go on only when a person agrees; whether one was waited for."""
        if self.running.auto_approve and self.watch.as_json:
            return False
        view = Planned(fresh.plan, plan_document(fresh.plan))
        show(Report("plan", 0, view, fresh.plan.findings, self.disk.sources), self.output.aside())
        if self.running.auto_approve:
            return False
        if not sys.stdin.isatty():
            hint = "Say --auto-approve."
            if self.run.verb == "apply":
                hint = "Save a plan (syncer plan --out plan.json) and apply it, or say --auto-approve."
            raise Refused("nobody is here to be asked, so nothing was applied", hint=hint)
        if not click.confirm("Apply this plan?", err=True):
            raise Refused("you said no, so nothing was applied")
        return True

    def _send(self, fresh: Fresh, *, waited: bool) -> Result:
        run = self._run_of(fresh)
        stop = Stop(on_failure=self.running.on_failure != "continue")
        progress = Progress(run, fresh.plan, self.output.quiet or self.watch.as_json)
        progress.begin()
        context = ApplyContext(
            api=self.client,
            chain=self.chain,
            journals=self.running.state_dir / "journal",
            settings=self.disk.settings,
            now=utc_now,
            timing=REAL_TIME,
            stop=stop,
            parallel=self.running.parallel,
            seen=progress.seen,
            listed=None if waited else fresh.listed,
        )
        with interruptible(stop):
            return apply_plan(fresh.plan, fresh.live, run, context)

    def _run_of(self, fresh: Fresh) -> Run:
        if self.run.plan_digest:
            return self.run
        return replace(self.run, plan_digest=plan_document(fresh.plan)["digest"])


@contextmanager
def working(
    verb: str,
    disk: OnDisk,
    target: Target,
    running: Running,
    output: Output,
    watch: Watch,
    saved: Mapping[str, Any] | None = None,
) -> Iterator[Work]:
    """Connect with the right to write, hold the lock, and see to it that the last letter is delivered."""
    state, way = running.state_dir, way_to(disk.settings.webhook, os.environ)
    with client_for(target, disk.settings, write=True) as client:
        watch.calls = client.calls
        run = new_run(watch.run, verb, client, disk, running, saved)
        with (
            held(state, run, running.lock_timeout),
            telling(way, state, watch.warnings.append) as tell,
        ):
            chain = Chain(state / "audit", told=tell)
            try:
                yield Work(disk, target, client, chain, run, running, output, watch, tell)
            finally:
                with interruptible(Stop()):  # what was done is told all the same
                    _keep_head(running, chain, watch)


def _keep_head(running: Running, chain: Chain, watch: Watch) -> None:
    """Write the head where it is asked for; what was done is done, so a failure is a warning."""
    if running.audit_head is not None:
        try:
            write_whole(running.audit_head, chain.head() + "\n")
        except SyncerError as error:
            watch.warnings.append(f"the audit head was not written: {error.message}")


def new_run(
    run_id: str,
    verb: str,
    client: Client,
    disk: OnDisk,
    running: Running,
    saved: Mapping[str, Any] | None = None,
) -> Run:
    """A run that begins now, with where it is, and who and what it comes from."""
    return Run(
        id=run_id,
        started_at=rfc3339(utc_now()),
        api=client.api,
        environment=disk.settings.environment.name,
        organization=client.organization(),
        plan_digest=saved["digest"] if saved else "",
        plan_created_at=saved["created_at"] if saved else "",
        verb=verb,
        overrides=running.overrides,
        origin=origin(os.environ),
    )
