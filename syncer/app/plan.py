"""Plan: what would change."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncer.app.audit import unfinished_runs
from syncer.app.options import PlanOptions
from syncer.app.session import Session, begun
from syncer.errors import ConfigError, PoliciesInvalid, WrongUsage
from syncer.report.views import Planned, ReportOf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from syncer.app.connection import FreshPlan
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.model.change import Unmanaged
    from syncer.model.plan import Plan
    from syncer.model.policy import PolicyFile
    from syncer.planning.before import Base
    from syncer.planning.build import Inputs
    from syncer.planning.disk import OnDisk


MERGE_BASE = "CI_MERGE_REQUEST_DIFF_BASE_SHA"
"""The variable with the commit where a merge request left its target branch, in GitLab."""


def plan(
    source: PolicySource,
    target: LiveTarget,
    options: PlanOptions = PlanOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Planned]:
    """Return what would change in the organization, checked over all policies. The organization is only read.

    The view is a ``Planned``; it is None if a policy file can't be read (the findings give the reason). The
    exit code is 3 if a finding refuses it: such a plan can't be applied. Raises WrongUsage if the plan would
    be saved over a policy file or no queue matches the selection, ConfigError, AuthError, LiveError.
    """
    session = begun(session)
    session.warnings.extend(unfinished_runs(options.state_dir))
    return session.ended(_plan(source, target, options, session))


@dataclass(frozen=True)
class _Made:
    """A plan with what its report needs beside it. The policies and live queues that it was made of are not
    held: a large organization needs their memory for the document."""

    plan: Plan
    unmanaged: tuple[Unmanaged, ...] | None
    sources: Mapping[str, Sequence[str]]


def _plan(
    source: PolicySource, target: LiveTarget, options: PlanOptions, session: Session
) -> ReportOf[Planned]:
    """Make the plan, save it, and return it as a report."""
    from syncer.app.same_options import apply_options
    from syncer.planning.document import plan_document
    from syncer.planning.saved_plan import save_plan

    made = _made(source, target, options, session)
    if isinstance(made, ReportOf):
        return made
    plan, document = made.plan, plan_document(made.plan)
    if options.out is not None:
        save_plan(document, options.out, session.environ.get("SYNCER_PLAN_KEY", ""))
    code = 2 if options.detailed_exitcode and plan.changes else 0
    if not plan.applicable:
        code = PoliciesInvalid.exit_code
    saved_to = str(options.out) if options.out else ""
    again = apply_options(source, target, options, session.environ)
    view = Planned(plan, document, saved_to, made.unmanaged, again)
    return ReportOf("plan", code, view, plan.findings, made.sources)


def _made(
    source: PolicySource, target: LiveTarget, options: PlanOptions, session: Session
) -> _Made | ReportOf[Planned]:
    """Read, list, compare, check; a report without a plan if a policy file can't be read."""
    from syncer.app.planned_source import lacking, reading, source_of
    from syncer.checks.freeze import declared_freezes, over
    from syncer.checks.safety import warnings_ahead
    from syncer.files import refuse_unwritable
    from syncer.planning.disk import read_disk
    from syncer.resolving.select import refuse_unfit

    session.source = source_of(session.environ, source)
    with reading(source, session, merge=options.merge_target) as where:
        disk = read_disk(source.folder, source.paths, source.environment, where.root)
    if options.out is not None:
        refuse_overwriting(options.out, disk.files)
        refuse_unwritable(options.out)
    if not disk.readable:
        return ReportOf("plan", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    base = _base(source, options, where.base, session)
    if words := lacking(session.environ):
        session.warnings.append(words)
    fresh = _fresh(disk, target, options, base, session)
    refuse_unfit(disk.policies, options.queues, fresh.read.queues)
    declared = declared_freezes(session.environ, session.now())
    if words := over(session.environ, session.now()):
        session.warnings.append(words)
    ahead = warnings_ahead(fresh.plan, disk.settings.safety, session.now(), declared)
    plan = replace(fresh.plan, findings=(*fresh.plan.findings, *ahead))
    return _Made(plan, fresh.unmanaged(options.unmanaged), disk.sources)


def _fresh(
    disk: OnDisk,
    target: LiveTarget,
    options: PlanOptions,
    base: Callable[[Inputs], Base],
    session: Session,
) -> FreshPlan:
    """List the live queues and compare, with what the state folder knows."""
    from syncer.app.connection import client_for, fresh_plan
    from syncer.app.flows import reading_flows
    from syncer.app.holds import holds_in
    from syncer.app.known_exceptions import exceptions_in
    from syncer.app.last_applied import LastApplied
    from syncer.app.names_before import names_in
    from syncer.app.open_runs import warn_of_open_runs
    from syncer.app.record_store import bring_record
    from syncer.net.timing import rfc3339

    last = LastApplied(options.state_dir, rfc3339(session.now()), session.warnings.append)
    with client_for(target, disk.settings, session) as client:
        bring_record(options, client, disk, session)
        warn_of_open_runs(options.state_dir, client, session)
        return fresh_plan(
            disk,
            client,
            target,
            session,
            selected=options.queues,
            with_groups=options.unmanaged,
            base=base,
            exceptions=exceptions_in(options.state_dir, session.warnings.append),
            holds=holds_in(options.state_dir, session.warnings.append),
            names=names_in(options.state_dir),
            flows=reading_flows(client, disk.settings, options.state_dir),
            causes=last.causes(disk.settings),
        )


def _base(
    source: PolicySource, options: PlanOptions, target: str, session: Session
) -> Callable[[Inputs], Base]:
    """The facts before the change: from the policies of the requested revision.

    In a merge request pipeline, that is where it left the target branch, or the tip of that, ``target``, if
    the plan is of the merged result. Without one it is what was last applied, from the record of the state
    folder.
    """
    from syncer.app.keep_record import applied_before
    from syncer.planning.before import NO_BASE
    from syncer.planning.build import base_of
    from syncer.planning.disk import read_base

    revision = options.base or target or session.environ.get(MERGE_BASE, "")
    if not revision:
        return applied_before(options.state_dir, session.warnings.append)
    try:
        policies = read_base(source.folder, revision, source.environment, folders=bool(options.base))
    except ConfigError as error:
        if options.base:
            raise
        session.warnings.append(f"capacities and loads of the target branch are not known: {error.message}")
        return lambda _: NO_BASE
    if not policies.queues:
        session.warnings.append(
            f"{revision} has no policies in {source.folder}: there is nothing to compare with"
        )
        return lambda _: NO_BASE
    return lambda inputs: base_of(policies, inputs)


def refuse_overwriting(out: Path, files: Sequence[PolicyFile]) -> None:
    """Raise WrongUsage if ``out`` is one of the files that were read."""
    place = os.path.realpath(out)
    if any(place == os.path.realpath(file.path) for file in files):
        raise WrongUsage(f"{out} is a file of the policies", hint="Name another file for the plan.")
