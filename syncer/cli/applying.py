"""The steps of an apply, in their order: recover, read, plan, compare, ask, run."""

import os
import sys
from dataclasses import dataclass
from typing import Any

import click

from syncer.applying.apply import Result, Surroundings, apply_plan, new_run_id
from syncer.applying.engine import Stop
from syncer.applying.guard import (
    Used,
    left_to_do,
    refuse_compare,
    refuse_invalid,
    refuse_moved,
    refuse_old,
    refuse_unsafe,
    used_before,
)
from syncer.applying.lock import held
from syncer.applying.recover import recover
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, run_entry
from syncer.audit.origin import origin
from syncer.cli.live import Fresh, client_for, fresh_plan
from syncer.cli.options import Output, Source, Target
from syncer.cli.present import show
from syncer.cli.running import Running, interruptible
from syncer.errors import PoliciesInvalid, Refused, SyncerError
from syncer.files import write_whole
from syncer.live.client import Client
from syncer.live.timing import REAL_TIME
from syncer.model.times import rfc3339, utc_now
from syncer.planning.document import plan_document
from syncer.planning.gather import OnDisk, read_disk
from syncer.planning.planfile import load_plan
from syncer.report.views import Applied, CutOffRun, Planned, Report


@dataclass(frozen=True, slots=True)
class _Apply:
    """One apply, with all that it works with."""

    disk: OnDisk
    client: Client
    chain: Chain
    run: Run
    running: Running
    output: Output
    saved: dict[str, Any] | None

    def proceed(self) -> Report:
        """Everything under the lock."""
        recovered = self._recover()
        if recovered and self.running.on_cut_off == "stop":
            return self._stopped(recovered)
        used = self._used()
        if self.saved is not None and used.queues >= {each["queue"]["id"] for each in self.saved["changes"]}:
            message = f"this plan was applied by run {used.run} at {used.timestamp}: nothing was sent"
            return Report("apply", 0, Applied(None, None, recovered, message))
        fresh = fresh_plan(self.disk, self.client)
        try:
            refuse_invalid(fresh.plan)
            self._guard(fresh, used)
        except (Refused, PoliciesInvalid) as error:
            return self._refused(fresh, error)
        if not fresh.plan.changes:
            view = Applied(fresh.plan, None, recovered, "nothing to do: live is what the policies say")
            return Report("apply", 0, view, fresh.plan.findings, self.disk.sources)
        if self.saved is None:
            self._ask(fresh)
        result = self._send(fresh)
        view = Applied(fresh.plan, result, recovered)
        return Report("apply", result.exit_code, view, fresh.plan.findings, self.disk.sources)

    def _recover(self) -> tuple[CutOffRun, ...]:
        found = recover(
            self.running.state_dir / "journal", self.chain, self.client, lambda: rfc3339(utc_now())
        )
        return tuple(CutOffRun(run, tuple(outcomes)) for run, outcomes in found)

    def _stopped(self, recovered: tuple[CutOffRun, ...]) -> Report:
        error = Refused(
            "a run was cut off; its audit is closed, and nothing more was sent",
            hint="Look at what became of it, then apply again.",
        )
        return Report("apply", error.exit_code, Applied(None, None, recovered), error=error)

    def _used(self) -> Used:
        if self.saved is None:
            return Used(frozenset())
        return used_before(self.chain.entries(), self.saved["digest"])

    def _guard(self, fresh: Fresh, used: Used) -> None:
        now = utc_now()
        if self.saved is not None:
            refuse_old(self.saved, self.running.max_age, now)
            refuse_moved(left_to_do(self.saved, used.queues), plan_document(fresh.plan))
        if self.running.require_etag:
            refuse_compare(fresh.plan)
        refuse_unsafe(fresh.plan, self.disk.settings.safety, self.run.overrides, now)

    def _refused(self, fresh: Fresh, error: SyncerError) -> Report:
        """A refusal stands in the audit too."""
        entry = run_entry(
            self.run,
            rfc3339(utc_now()),
            status="refused",
            validation_pass=fresh.plan.applicable,
            calls=self.client.calls(),
            detail=error.message,
        )
        self.chain.append([entry])
        findings = fresh.plan.findings
        return Report("apply", error.exit_code, None, findings, self.disk.sources, error)

    def _ask(self, fresh: Fresh) -> None:
        """Show the plan on stderr, and go on only when a person agrees."""
        view = Planned(fresh.plan, plan_document(fresh.plan))
        show(Report("plan", 0, view, fresh.plan.findings, self.disk.sources), self.output.aside())
        if self.running.auto_approve:
            return
        if not sys.stdin.isatty():
            raise Refused(
                "nobody is here to be asked, so nothing was applied",
                hint="Save a plan (sync plan --out plan.json) and apply it, or say --auto-approve.",
            )
        if not click.confirm("Apply this plan?", err=True):
            raise Refused("you said no, so nothing was applied")

    def _send(self, fresh: Fresh) -> Result:
        stop = Stop()
        around = Surroundings(
            api=self.client,
            chain=self.chain,
            journals=self.running.state_dir / "journal",
            settings=self.disk.settings,
            now=utc_now,
            timing=REAL_TIME,
            stop=stop,
            parallel=self.running.parallel,
        )
        with interruptible(stop):
            result = apply_plan(fresh.plan, fresh.live, self._run_of(fresh), around)
        if self.running.audit_head is not None:
            write_whole(self.running.audit_head, result.head + "\n")
        return result

    def _run_of(self, fresh: Fresh) -> Run:
        from dataclasses import replace

        return self.run if self.saved else replace(self.run, plan_digest=plan_document(fresh.plan)["digest"])


def apply(source: Source, target: Target, running: Running, output: Output) -> Report:
    """Read what was reviewed and what is wanted, then proceed under the lock."""
    saved = None
    if running.plan_file is not None:
        saved = load_plan(running.plan_file, os.environ.get("SYNCER_PLAN_KEY", ""))
    disk = read_disk(source.read, source.policies)
    if not disk.readable:
        return Report("apply", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    chain = Chain(running.state_dir / "audit")
    with client_for(target, disk.settings, write=True) as client:
        now = utc_now()
        run = Run(
            id=new_run_id(now),
            started_at=rfc3339(now),
            api=client.api,
            plan_digest=saved["digest"] if saved else "",
            overrides=running.overrides,
            origin=origin(os.environ),
        )
        with held(running.state_dir, run, running.lock_timeout):
            return _Apply(disk, client, chain, run, running, output, saved).proceed()
