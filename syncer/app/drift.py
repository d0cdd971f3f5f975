"""Drift: what somebody changed in the live queues, and what waits to be applied."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from syncer.app.audit import unfinished_runs
from syncer.app.options import DriftOptions
from syncer.app.session import Session, begun
from syncer.errors import PoliciesInvalid
from syncer.report.views import Drifted, ReportOf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.app.connection import FreshPlan
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.witness import WitnessOfRuns
    from syncer.live.client import Client
    from syncer.model.plan import Plan
    from syncer.model.window import Overwritten
    from syncer.planning.disk import OnDisk


def drift(
    source: PolicySource,
    target: LiveTarget,
    options: DriftOptions = DriftOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Drifted]:
    """Find where the organization and the policies differ; the organization is only read.

    A change that was made in the policies only is pending, not drift. Drift is remembered in the state
    folder, and the webhook is notified of drift that persists. The view is a ``Drifted``; it is None if a
    policy file can't be read (the findings give the reason). The exit code is 3 if a finding is an error. A
    failure with a merge request is the error of the report. Raises WrongUsage, ConfigError, AuthError,
    LiveError.
    """
    session = begun(session)
    session.warnings.extend(unfinished_runs(options.state_dir))
    return session.ended(_drift(source, target, options, session))


def _drift(
    source: PolicySource, target: LiveTarget, options: DriftOptions, session: Session
) -> ReportOf[Drifted]:
    """Read, list, compare, check, remember, and write back if that is asked for."""
    from syncer.app.connection import client_for, fresh_plan
    from syncer.app.editors import Editors
    from syncer.app.flows import reading_flows
    from syncer.app.holds import holds_in
    from syncer.app.known_exceptions import ending_soon, exceptions_in
    from syncer.app.names_before import names_in
    from syncer.app.open_runs import warn_of_open_runs
    from syncer.app.outgrown import outgrown_loads
    from syncer.app.record_store import bring_record
    from syncer.app.same_options import apply_options, export_options
    from syncer.app.witness import with_earlier
    from syncer.drift.found import nothing_compared
    from syncer.model.finding import has_errors
    from syncer.model.settings import ApiLocation
    from syncer.net.timing import rfc3339
    from syncer.planning.disk import read_disk
    from syncer.resolving.select import narrowed, refuse_unfit

    disk = read_disk(source.folder, source.paths, source.environment)
    if not disk.readable:
        return ReportOf("drift", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    listing_from = rfc3339(session.now())
    with client_for(target, disk.settings, session) as client:
        known = bring_record(options, client, disk, session)
        warn_of_open_runs(options.state_dir, client, session)
        fresh = fresh_plan(
            disk,
            client,
            target,
            session,
            selected=options.queues,
            with_groups=options.unmanaged,
            exceptions=exceptions_in(options.state_dir, session.warnings.append),
            holds=holds_in(options.state_dir, session.warnings.append),
            names=names_in(options.state_dir),
            flows=reading_flows(client, disk.settings, options.state_dir),
        )
        place = ApiLocation(fresh.plan.api, fresh.plan.organization)
        session.warnings.extend(ending_soon(fresh.exceptions, place, session.now()))
        witness = _witness(disk, client, fresh, options, session)
        if witness:
            witness.settle()
        refuse_unfit(disk.policies, options.queues, fresh.read.queues)
        view = _found(disk, fresh, listing_from, options, session, source.policy_set)
        view = replace(
            view,
            drift=Editors(client, disk.settings, session).of_drift(
                view.drift, partial(_last_written, fresh.plan, options, session)
            ),
            older=_is_older(view, source),
            apply_options=apply_options(source, target, options, session.environ),
            export_options=export_options(source, target, options, session.environ),
        )
        outgrown = outgrown_loads(disk, fresh.read, client, session, options.queues)
    asked_for = narrowed(disk.policies, options.queues, fresh.read.queues)
    nothing = nothing_compared(view.drift, asked_for.queues, len(fresh.queues))
    findings = (*fresh.plan.findings, *nothing, *outgrown)
    code = 2 if options.detailed_exitcode and view.drift.is_off else 0
    if has_errors(findings):
        code = PoliciesInvalid.exit_code
    report = ReportOf("drift", code, view, findings, disk.sources)
    lost = witness.earlier.overwritten if witness else ()
    if disk.settings.audit.record_checks or lost:
        _record(report, fresh, options, session, lost)
    report = with_earlier(report, witness)
    if not options.open_mr:
        return report
    from syncer.app.drift_merge_request import with_merge_request
    from syncer.app.exception_request import held_back_of, with_exception_request

    held, own = held_back_of(disk, fresh), source.policy_set
    report = with_merge_request(report, options.mr_labels, disk, fresh, view.drift, held, session, own)
    return with_exception_request(report, own, options, disk, fresh, held, session) if known else report


def _last_written(plan: Plan, options: DriftOptions, session: Session) -> dict[str, str]:
    """When each queue was last written by a run that is known here (RFC 3339), by its id."""
    from syncer.app.last_applied import LastApplied, trail_in
    from syncer.model.settings import ApiLocation
    from syncer.net.timing import rfc3339

    last = LastApplied(options.state_dir, rfc3339(session.now()), session.warnings.append)
    trail = trail_in(options.state_dir, lambda _: None)
    return last.sources(plan, trail).written(ApiLocation(plan.api, plan.organization))


def _is_older(view: Drifted, source: PolicySource) -> bool:
    """Whether something differs, and the clone shows that its commit is older than the last applied one."""
    from syncer.policy.ancestry import Ancestry, ancestry

    ours, last = view.drift.plan.source.commit, view.applied.commit if view.applied else ""
    if not (view.drift.pending and ours and last):
        return False
    return ancestry(source.folder, ours, last) is Ancestry.OLDER


def _witness(
    disk: OnDisk, client: Client, fresh: FreshPlan, options: DriftOptions, session: Session
) -> WitnessOfRuns | None:
    """The witness that checks what earlier runs of the state folder may have overwritten."""
    from syncer.app.restore_plans import RestorePlans
    from syncer.app.witness import witness_of
    from syncer.model.settings import ApiLocation
    from syncer.net.timing import rfc3339
    from syncer.planning.gather import inputs_of

    place = ApiLocation(fresh.plan.api, fresh.plan.organization)
    restore = RestorePlans(
        lambda: inputs_of(disk, fresh.read),
        options.state_dir / "audit",
        rfc3339(session.now()),
        session.warnings.append,
    )
    return witness_of(client, disk.settings, session, options.state_dir, place, restore)


def _record(
    report: ReportOf[Drifted],
    fresh: FreshPlan,
    options: DriftOptions,
    session: Session,
    lost: Sequence[Overwritten],
) -> None:
    """Write an entry into the trail: that the check ran, over what, and what it found.

    If it can't be written, that is a warning.
    """
    from syncer.audit.chain import Chain
    from syncer.audit.entries import Run, check_entry, origin
    from syncer.errors import SyncerError
    from syncer.net.timing import rfc3339

    view, now = report.view, rfc3339(session.now())
    if view is None:
        return
    plan, drift = fresh.plan, view.drift
    run = Run(session.run, now, plan.api, plan.environment, origin=origin(session.environ))
    entry = check_entry(
        replace(run, organization=plan.organization),
        now,
        status="drift" if drift.is_off else "clean" if drift.compared and not lost else "failed",
        detail="; ".join(each.edit.in_words(fresh.read.names) for each in lost),
        validation_pass=plan.applicable,
        scope={"queues": drift.compared, "rules": plan.managed_rules, "only": list(options.queues)},
        counts={"drifted": len(drift.rules), "pending": len(drift.pending)},
        calls=session.calls(),
        duration_ms=session.duration * 1000,
        overwritten=lost,
    )
    try:
        Chain(options.state_dir / "audit").append([entry])
    except SyncerError as error:
        session.warnings.append(f"the audit has no entry for this check: {error.message}")


def _found(
    disk: OnDisk,
    fresh: FreshPlan,
    listing_from: str,
    options: DriftOptions,
    session: Session,
    policy_set: str,
) -> Drifted:
    """What drifted, with what is remembered of it. Policies with errors, or a run that could compare nothing,
    leave the memory unchanged."""
    from syncer.app.drift_memory import Memory
    from syncer.app.last_applied import LastApplied, trail_in
    from syncer.audit.entries import origin
    from syncer.drift.alerts import Around
    from syncer.drift.episodes import Step
    from syncer.drift.found import drift_of
    from syncer.drift.three_way import Comparison
    from syncer.live.queues import last_edit
    from syncer.model.settings import ApiLocation
    from syncer.planning.live_loops import live_loops

    edits = {queue.id: last_edit(queue.raw) for queue in fresh.queues.values()}
    drift, step = drift_of(fresh.plan, edits), Step()
    plan, warn = fresh.plan, session.warnings.append
    here = ApiLocation(plan.api, plan.organization)
    last = LastApplied(options.state_dir, listing_from, warn)
    trail = last.with_foreseen(trail_in(options.state_dir, warn), fresh.queues, here)
    sources = last.sources(plan, trail)
    comparison = Comparison(drift, fresh.queues, listing_from, sources, disk.settings.ignore)
    places = {str(queue.queue): queue.position for queue in disk.policies.queues if queue.position}
    alert_after = options.alert_after or disk.settings.drift.alert_after
    memory = Memory(options.state_dir, alert_after, disk.settings.webhook, session)
    loops = live_loops(fresh.read.queues, here, lambda: trail)
    around = Around(session.run, origin(session.environ), places, edits, plan.api, plan.environment)
    if fresh.plan.applicable and drift.compared:
        drift, step = memory.remember(comparison, around, loops)
    elif fresh.queues:
        drift, step = memory.remember(comparison, around, loops, compared=False)
    else:
        drift = memory.told_apart(comparison)
    applied = last.known().place(here, plan.environment).sets.get(policy_set)
    return Drifted(drift, places, step.resolved, fresh.unmanaged(options.unmanaged), loops, applied)
