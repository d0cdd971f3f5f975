"""The steps that apply and rollback share, under the lock: recover, refuse, ask, send."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from syncer.app.attempt import Attempt, attempt
from syncer.app.audit import ended_runs
from syncer.app.connection import FreshPlan
from syncer.app.deadline import Deadline
from syncer.app.editors import Editors
from syncer.app.flows import reading_flows
from syncer.app.keep_record import KeptRecord, facts_document, lost_entry, moved_since
from syncer.app.known_run import refuse_unproved
from syncer.app.notify import Notify
from syncer.app.open_runs import lost_run
from syncer.app.options import RunOptions
from syncer.app.places import LiveTarget
from syncer.app.session import Session, ending_waits, interruptible
from syncer.applying.apply import ApplyContext, Result, apply_plan
from syncer.applying.engine import INTERRUPTED, Stop
from syncer.applying.guard import refuse_compare, refuse_invalid, refuse_unsafe
from syncer.applying.journal import SUFFIX, find_journals, read_journal
from syncer.applying.lock import note_holder
from syncer.applying.recover import recover
from syncer.audit.applied_set import AppliedSet
from syncer.audit.chain import Chain
from syncer.audit.entries import Run, intended
from syncer.checks.freeze import EXEMPT as EXEMPT_FREEZE
from syncer.checks.freeze import declared_freezes, is_frozen
from syncer.checks.safety import EXEMPT, objections
from syncer.errors import PoliciesInvalid, Refused, SyncerError
from syncer.live.client import Client
from syncer.live.flows import ReadFlows
from syncer.model.network import Facts
from syncer.model.plan import Plan
from syncer.model.settings import Safety
from syncer.net.timing import rfc3339
from syncer.net.waits import Ending
from syncer.planning.before import stated_facts
from syncer.planning.causes import hand_edits
from syncer.planning.disk import OnDisk
from syncer.planning.document import plan_text
from syncer.planning.kept_plan import keep_plan, many_plans
from syncer.report.views import Applied, CutOffRun, Planned, ReportOf


@dataclass(frozen=True, slots=True)
class LockedRun:
    """One run that may write, and all it needs; ``before_writes`` is called with its plan before the first
    PUT."""

    disk: OnDisk
    target: LiveTarget
    client: Client
    attempt: Attempt
    options: RunOptions
    session: Session
    notify: Notify
    kept: KeptRecord
    before_writes: Callable[[Plan], None] = lambda _: None

    @property
    def run(self) -> Run:
        """The run, as far as it is known now."""
        return self.attempt.run

    @property
    def chain(self) -> Chain:
        """The trail."""
        return self.attempt.chain

    @property
    def deadline(self) -> Deadline:
        """The time after which nothing more is started."""
        return Deadline(self.options.deadline, lambda: self.session.duration)

    @contextmanager
    def again(self, verb: str) -> Iterator["LockedRun"]:
        """Provide another run under the same lock, by the same person and for the same reason."""
        self.session.next_run()
        with attempt(verb, self.attempt.source, self.options, self.session) as begun:
            begun.chain, begun.clock_offset = self.chain, self.client.clock_offset
            begun.evidence, begun.counted = self.attempt.evidence, self.client.calls()
            begun.witness = self.attempt.witness
            begun.run = replace(
                begun.run,
                api=self.run.api,
                environment=self.run.environment,
                organization=self.run.organization,
                origin=self.run.origin,
                evidence=self.run.evidence,
            )
            note_holder(self.options.state_dir, begun.run)
            yield replace(self, attempt=begun)

    @property
    def reading_flows(self) -> ReadFlows | None:
        """The reader of the in-queue flows; None if the settings turn it off."""
        return reading_flows(self.client, self.disk.settings, self.options.state_dir)

    @property
    def facts_before(self) -> dict[str, Facts]:
        """The capacities and loads that were last applied here, by queue id."""
        return self.kept.record.place(self.run.place, self.run.environment).facts

    @property
    def applied_before(self) -> AppliedSet:
        """What this policy set was last applied from."""
        place = self.kept.record.place(self.run.place, self.run.environment)
        return place.sets.get(self.kept.policy_set, AppliedSet(self.kept.policy_set))

    def recover(self) -> tuple[CutOffRun, ...]:
        """Close runs that were cut off or finished with unknown queues, and send all notifications about
        them.

        Which messages were sent is not known.
        """
        journals, silent = self.options.state_dir / "journal", Chain(self.chain.path.parent)
        ended = ended_runs(self.options.state_dir)
        self._ask_about_cut_off(ended)
        closed = recover(
            journals,
            silent,
            self.client,
            lambda: rfc3339(self.session.now()),
            by=self.run,
            settle=self.disk.settings.retries.settle,
            timing=self.session.waits.timing,
        )
        found = tuple(CutOffRun(run, tuple(outcomes), run.id in ended) for run, outcomes in closed)
        runs = {cut_off.run.id for cut_off in found}
        if runs:
            self.notify([entry for entry in self.chain.strictly() if entry.get("run") in runs])
        self._note_lost()
        if self.attempt.witness:
            done = {
                (each.run.id, outcome.change.queue)
                for each in found
                for outcome in each.outcomes
                if outcome.done
            }
            self.attempt.witness.assure(done)
            self.attempt.witness.settle()
        return found

    def _ask_about_cut_off(self, ended: Collection[str]) -> None:
        """Keep the windows of runs that were cut off here, before their journals are removed."""
        witness, here = self.attempt.witness, self.run.place
        paths = find_journals(self.options.state_dir / "journal") if witness else []
        for journal in filter(None, map(read_journal, paths)):
            if witness and journal.run.id not in ended and journal.run.place.is_as(here):
                witness.add(journal.windows)

    def _note_lost(self) -> None:
        """Close the runs at this place that vanished, so that the trail has no gap."""
        self.kept.fold()
        journals = find_journals(self.options.state_dir / "journal")
        lost = self.kept.lost(self.run, frozenset(path.name.removesuffix(SUFFIX) for path in journals))
        if lost:
            now, entries = rfc3339(self.session.now()), list(self.chain.entries())
            self.chain.append([lost_entry(intent, self.run, now, entries) for intent in lost])
            self.session.findings.extend(map(lost_run, lost))

    def stopped(self, recovered: tuple[CutOffRun, ...]) -> ReportOf[Applied]:
        """Return the report if a cut-off run was closed and nothing more was asked for."""
        error = Refused(
            "; ".join(f"run {each.run.id} {each.words}" for each in recovered)
            + ": its result is in the audit, and nothing more was sent",
            hint="Look at its result, then apply again.",
            reason="run-cut-off",
        )
        self.attempt.leave(error)
        return ReportOf(self.run.verb, error.exit_code, Applied(None, None, recovered), error=error)

    def execute(
        self,
        fresh: FreshPlan,
        recovered: tuple[CutOffRun, ...],
        guard: Callable[[], None] = lambda: None,
        *,
        ask: bool,
    ) -> ReportOf[Applied]:
        """Refuse what must be refused, ask for approval if needed, send, and report."""
        try:
            refuse_invalid(fresh.plan)
            guard()
            refuse_unproved(self.attempt, self.disk)
            if self.options.require_etag:
                refuse_compare(fresh.plan)
            self._refuse_unsafe(fresh)
        except (Refused, PoliciesInvalid) as error:
            return self._refused(fresh, error)
        if not fresh.plan.changes:
            return self._nothing_to_do(fresh, recovered)
        if ask:
            self._ask(fresh)
        waited = ask and not self.options.auto_approve
        try:
            result = self._send(fresh, waited=waited)
        except Refused as error:
            return self._refused(fresh, error)
        editors = Editors(self.client, self.disk.settings, self.session)
        result = editors.of_conflicts(result, fresh.plan, fresh.read.names)
        view, findings = Applied(fresh.plan, result, recovered), (*fresh.plan.findings, *result.findings)
        return ReportOf(self.run.verb, result.exit_code, view, findings, self.disk.sources)

    def _refuse_unsafe(self, fresh: FreshPlan) -> None:
        """Raise Refused for what settings or a freeze forbid. They only apply to an apply: a run that undoes
        one continues, and the audit records that."""
        safety, environ, now = self.disk.settings.safety, self.session.environ, self.session.now()
        declared, allowed = declared_freezes(environ, now), self.run.overrides
        if self.run.verb != "apply":
            if fresh.plan.changes and is_frozen(safety, environ, now):
                self.attempt.run = replace(self.run, overrides=(*self.run.overrides, EXEMPT_FREEZE))
                self.session.warnings.append(f"a freeze is in force, and a {self.run.verb} is exempt from it")
            safety, declared = replace(safety, freeze=()), ()
            self._note_exempt(fresh, safety)
            allowed = (*allowed, *EXEMPT)
        refuse_unsafe(fresh.plan, safety, allowed, now, declared)

    def _note_exempt(self, fresh: FreshPlan, safety: Safety) -> None:
        """Warn of what would refuse an apply, but doesn't refuse a run that undoes another."""
        allowed, now = self.run.overrides, self.session.now()
        found = [each for each in objections(fresh.plan, safety, now) if each.override not in allowed]
        if found:
            exempt = dict.fromkeys(EXEMPT[each.override] for each in found)
            self.attempt.run = replace(self.run, overrides=(*allowed, *exempt))
            words = "; ".join(each.message for each in found)
            self.session.warnings.append(f"{words}: a {self.run.verb} is exempt from that")

    def _nothing_to_do(self, fresh: FreshPlan, recovered: tuple[CutOffRun, ...]) -> ReportOf[Applied]:
        self.note_as_wanted(fresh)
        view = Applied(fresh.plan, None, recovered, "nothing to do: the live queues are as they should be")
        return ReportOf(self.run.verb, 0, view, fresh.plan.findings, self.disk.sources)

    def note_as_wanted(self, fresh: FreshPlan, detail: str = "") -> None:
        """Write an entry that the live queues are as they should be, and start the record with it."""
        self._note_plan(fresh)
        self.attempt.close("done", reason="nothing-to-do", detail=detail)
        self.kept.end(self.run, fresh.plan, self._facts(fresh), None)

    def _refused(self, fresh: FreshPlan, error: SyncerError) -> ReportOf[Applied]:
        """Record the refusal in the audit too."""
        self._note_plan(fresh)
        self.attempt.close("refused", reason=error.reason, detail=error.message)
        return ReportOf(self.run.verb, error.exit_code, None, fresh.plan.findings, self.disk.sources, error)

    def _ask(self, fresh: FreshPlan) -> None:
        """Continue only if somebody approves, or nobody needs to be asked."""
        production = self.disk.settings.environment.production
        view = Planned(fresh.plan, fresh.document, production=production)
        plan = ReportOf("plan", 0, view, fresh.plan.findings, self.disk.sources)
        self.session.planned(plan)
        self._note_plan(fresh)
        if not (self.options.auto_approve or self.session.approve(plan)):
            raise Refused("you did not approve, so nothing was applied", reason="declined")
        self.attempt.agreed("auto-approve" if self.options.auto_approve else self.session.approval)

    def _send(self, fresh: FreshPlan, *, waited: bool) -> Result:
        self._note_plan(fresh)
        self._keep_plan(fresh)
        self.before_writes(fresh.plan)
        run = self.run
        stop = Stop(on_failure=self.options.on_failure != "continue", overdue=self.deadline.overdue)
        self.session.started(run, fresh.plan)
        self.session.expect(fresh.plan.cost.calls)
        context = ApplyContext(
            api=self.client,
            chain=self.chain,
            journals=self.options.state_dir / "journal",
            settings=self.disk.settings,
            now=self.session.now,
            timing=self.session.waits.timing,
            stop=stop,
            parallel=self.options.parallel,
            seen=self.session.progress,
            listed=None if waited else fresh.listed,
            clock_offset=self.client.clock_offset,
            counted=self.attempt.counted,
            witness=self.attempt.witness,
        )
        self.kept.begin(run, fresh.plan)
        with (
            interruptible(stop, self.session.interrupting),
            ending_waits(self.session.waits, lambda: _ending(stop)),
        ):
            result = apply_plan(fresh.plan, fresh.queues, run, context)
            self.attempt.recorded.add(run.id)
            self.kept.end(run, fresh.plan, self._facts(fresh), result)
        return result

    def _note_plan(self, fresh: FreshPlan) -> None:
        """Note the plan in the entry of the run."""
        place, facts = self.kept.record.place(self.run.place, self.run.environment), self._facts(fresh)
        self.attempt.validated = fresh.plan.applicable
        self.attempt.run = replace(
            self.run,
            plan_digest=self.run.plan_digest or fresh.document["digest"],
            intended=intended(fresh.plan.changes),
            facts=facts_document(moved_since(place.facts, facts)),
            hand_edits=tuple(hand_edits(fresh.plan)),
        )

    def _keep_plan(self, fresh: FreshPlan) -> None:
        """Keep the plan next to the trail, under its digest."""
        content = self.attempt.content or plan_text(fresh.document).encode()
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.attempt.run = replace(self.run, plan_presented=digest)
        keep_plan(self.chain.folder, content, self.run.plan_digest)
        if words := many_plans(self.chain.folder):
            self.session.warnings.append(words)

    def _facts(self, fresh: FreshPlan) -> dict[str, Facts]:
        return stated_facts(self.disk.policies, fresh.read.queues)


def _ending(stop: Stop) -> Ending | None:
    """Why waits are cut short if the run is to start nothing more.

    After a failure other PUTs are still in flight: their waits are not cut short.
    """
    reason = stop.asked()
    return Ending(reason, late=stop.late) if stop.late or reason == INTERRUPTED else None
