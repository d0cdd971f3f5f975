"""The steps that apply and rollback share, under the lock: recover, refuse, ask, send."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from syncer.app.audit import ended_runs
from syncer.app.connection import FreshPlan, client_for
from syncer.app.notify import Notify, endpoint_for, notifying
from syncer.app.options import LiveTarget, RunOptions
from syncer.app.session import Session, interruptible
from syncer.applying.apply import ApplyContext, Result, apply_plan
from syncer.applying.engine import Stop
from syncer.applying.guard import held, refuse_compare, refuse_invalid, refuse_unsafe
from syncer.applying.recover import recover
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, origin, run_entry
from syncer.errors import PoliciesInvalid, Refused, SyncerError
from syncer.files import refuse_unwritable, write_whole
from syncer.live.client import Client
from syncer.net.timing import REAL_TIME, rfc3339
from syncer.planning.gather import OnDisk
from syncer.planning.saved_plan import SavedPlan
from syncer.report.views import Applied, CutOffRun, Planned, ReportOf


@dataclass(frozen=True, slots=True)
class LockedRun:
    """One run that may write, with all that it works with."""

    disk: OnDisk
    target: LiveTarget
    client: Client
    chain: Chain
    run: Run
    options: RunOptions
    session: Session
    notify: Notify

    def recover(self) -> tuple[CutOffRun, ...]:
        """Close what was cut off before, or ended without knowing all, and notify of all of it.

        Which messages went out is not known.
        """
        journals, silent = self.options.state_dir / "journal", Chain(self.chain.path.parent)
        ended = ended_runs(self.options.state_dir)
        closed = recover(
            journals,
            silent,
            self.client,
            lambda: rfc3339(self.session.now()),
            here=self.run.place,
            settle=self.disk.settings.retries.settle,
        )
        found = tuple(CutOffRun(run, tuple(outcomes), run.id in ended) for run, outcomes in closed)
        runs = {cut_off.run.id for cut_off in found}
        if runs:
            self.notify([entry for entry in self.chain.strictly() if entry.get("run") in runs])
        return found

    def stopped(self, recovered: tuple[CutOffRun, ...]) -> ReportOf[Applied]:
        """The report where a cut-off run was closed and nothing more was asked for."""
        error = Refused(
            "; ".join(f"run {each.run.id} {each.words}" for each in recovered)
            + ": what became of it is in the audit, and nothing more was sent",
            hint="Look at what became of it, then apply again.",
        )
        return ReportOf(self.run.verb, error.exit_code, Applied(None, None, recovered), error=error)

    def execute(
        self, fresh: FreshPlan, recovered: tuple[CutOffRun, ...], guard: Callable[[], None], *, ask: bool
    ) -> ReportOf[Applied]:
        """Refuse what must be refused, ask where it is to be asked, send, and report."""
        try:
            refuse_invalid(fresh.plan)
            guard()
            if self.options.require_etag:
                refuse_compare(fresh.plan)
            refuse_unsafe(fresh.plan, self.disk.settings.safety, self.run.overrides, self.session.now())
        except (Refused, PoliciesInvalid) as error:
            return self._refused(fresh, error)
        if not fresh.plan.changes:
            view = Applied(fresh.plan, None, recovered, "nothing to do: live is what it should be")
            return ReportOf(self.run.verb, 0, view, fresh.plan.findings, self.disk.sources)
        if ask:
            self._ask(fresh)
        waited = ask and not self.options.auto_approve
        try:
            result = self._send(fresh, waited=waited)
        except Refused as error:
            return self._refused(fresh, error)
        view, findings = Applied(fresh.plan, result, recovered), (*fresh.plan.findings, *result.findings)
        return ReportOf(self.run.verb, result.exit_code, view, findings, self.disk.sources)

    def _refused(self, fresh: FreshPlan, error: SyncerError) -> ReportOf[Applied]:
        """A refusal stands in the audit too."""
        entry = run_entry(
            self._run_of(fresh),
            rfc3339(self.session.now()),
            status="refused",
            validation_pass=fresh.plan.applicable,
            calls=self.client.calls(),
            detail=error.message,
        )
        self.chain.append([entry])
        return ReportOf(self.run.verb, error.exit_code, None, fresh.plan.findings, self.disk.sources, error)

    def _ask(self, fresh: FreshPlan) -> None:
        """Go on only when somebody agrees, or nobody is to be asked."""
        view = Planned(fresh.plan, fresh.document)
        plan = ReportOf("plan", 0, view, fresh.plan.findings, self.disk.sources)
        self.session.planned(plan)
        if not (self.options.auto_approve or self.session.approve(plan)):
            raise Refused("you said no, so nothing was applied")

    def _send(self, fresh: FreshPlan, *, waited: bool) -> Result:
        run = self._run_of(fresh)
        stop = Stop(on_failure=self.options.on_failure != "continue")
        self.session.started(run, fresh.plan)
        context = ApplyContext(
            api=self.client,
            chain=self.chain,
            journals=self.options.state_dir / "journal",
            settings=self.disk.settings,
            now=self.session.now,
            timing=REAL_TIME,
            stop=stop,
            parallel=self.options.parallel,
            seen=self.session.progress,
            listed=None if waited else fresh.listed,
        )
        with interruptible(stop):
            return apply_plan(fresh.plan, fresh.queues, run, context)

    def _run_of(self, fresh: FreshPlan) -> Run:
        if self.run.plan_digest:
            return self.run
        return replace(self.run, plan_digest=fresh.document["digest"])


@contextmanager
def locked_run(
    verb: str,
    disk: OnDisk,
    target: LiveTarget,
    options: RunOptions,
    session: Session,
    saved: SavedPlan | None = None,
) -> Iterator[LockedRun]:
    """Connect with the right to write, hold the lock, and see to it that the last message is delivered.

    Raises SyncerError, before anything is sent, where the head of the audit could not be written, and
    AuditError where the audit could not.
    """
    if options.audit_head is not None:
        refuse_unwritable(options.audit_head)
    state, endpoint = options.state_dir, endpoint_for(disk.settings.webhook, session.environ)
    with client_for(target, disk.settings, session, write=True, parallel=options.parallel) as client:
        run = new_run(verb, client, disk, options, session, saved)
        with (
            held(state, run, options.lock_timeout),
            notifying(endpoint, state, session.warnings.append) as notify,
        ):
            chain = Chain(state / "audit", told=notify)
            chain.make_ready()
            try:
                yield LockedRun(disk, target, client, chain, run, options, session, notify)
            finally:
                with interruptible(Stop()):  # what was done is reported all the same
                    _keep_head(options, chain, session)


def _keep_head(options: RunOptions, chain: Chain, session: Session) -> None:
    """Write the head where it is asked for; what was done is done, so a failure is a warning."""
    if options.audit_head is not None:
        try:
            write_whole(options.audit_head, chain.head() + "\n")
        except SyncerError as error:
            session.warnings.append(f"the audit head was not written: {error.message}")


def new_run(
    verb: str,
    client: Client,
    disk: OnDisk,
    options: RunOptions,
    session: Session,
    saved: SavedPlan | None = None,
) -> Run:
    """The run of a session that begins now, with where it is, and who and what it comes from."""
    return Run(
        id=session.run,
        started_at=rfc3339(session.now()),
        api=client.api,
        environment=disk.settings.environment.name,
        organization=client.organization(),
        plan_digest=saved.digest if saved else "",
        plan_created_at=saved.created_at if saved else "",
        verb=verb,
        overrides=options.overrides,
        origin=origin(session.environ),
    )
