"""Rollback: what a run changed, whether that is still so, and how to undo it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.options import RollbackOptions, RunOptions
from syncer.app.session import Session, begun
from syncer.errors import WrongUsage

if TYPE_CHECKING:
    from syncer.app.attempt import Attempt
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.planning.saved_plan import SavedPlan
    from syncer.report.views import Applied, ReportOf

IGNORE = "--ignore-checks"
_LIMITS = ("--allow-mass-change", "--allow-protected", "--allow-frozen", "--allow-delete")


def rollback(
    run: str,
    source: PolicySource,
    target: LiveTarget,
    options: RunOptions = RunOptions(),
    how: RollbackOptions = RollbackOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Applied]:
    """Undo ``run``, an id, the beginning of one, or ``last`` (the newest apply), from the images in its
    audit; or, if it is empty, the plan file in ``how``.

    The view is an ``Applied``; its exit code is that of the report. If the run was undone already, nothing is
    sent. If one of its rules was changed since, that is a conflict, and nothing is changed at all. The
    current files refuse nothing: settings and policies that can't be read are a warning, and so is a capacity
    that is too small; a loop refuses. The session approves what is sent. A refusal is recorded in the audit,
    and is the error of the report. Raises Refused if the plan is not approved, AuditError, WrongUsage,
    ConfigError, AuthError, LiveError.
    """
    session = begun(session)
    return session.ended(_rollback(run, source, target, options, how, session))


def _rollback(
    run: str,
    source: PolicySource,
    target: LiveTarget,
    options: RunOptions,
    how: RollbackOptions,
    session: Session,
) -> ReportOf[Applied]:
    from syncer.app.attempt import attempt
    from syncer.app.locked_run import locked_run
    from syncer.app.rollback_files import files_for_undo
    from syncer.app.undo import Undo
    from syncer.app.witness import with_earlier

    if [bool(run), bool(how.plan_file), bool(how.lift)].count(True) != 1:
        raise WrongUsage(
            "name exactly one: the run to undo, the plan file, or the rollback to lift",
            hint="syncer rollback last, rollback RUN, rollback --plan FILE, or rollback --lift RUN.",
        )
    if how.lift:
        from syncer.app.holds import lifted

        return lifted(how.lift, source, target, options, session)
    with attempt("rollback", source, options, session) as begun:
        saved = _loaded(how, begun)
        files = files_for_undo(_meant(source, saved))
        session.warnings.extend(files.warnings)
        if how.ignore_checks:
            _note_ignored(begun, how.ignore_checks)
        with locked_run(begun, files.disk, target, options, session) as locked:
            recovered = locked.recover()
            if recovered and options.on_cut_off == "stop":
                return with_earlier(locked.stopped(recovered), begun.witness)
            undo = Undo(locked, how)
            report = undo.of_plan(saved, recovered) if saved else undo.of_run(run, recovered)
            return with_earlier(report, begun.witness)


def _loaded(how: RollbackOptions, begun: Attempt) -> SavedPlan | None:
    from syncer.app.apply import KEY
    from syncer.planning.saved_plan import read_plan

    if how.plan_file is None:
        return None
    begun.presented(how.plan_file)
    return read_plan(how.plan_file, begun.session.environ.get(KEY, ""))[0]


def _meant(source: PolicySource, saved: SavedPlan | None) -> PolicySource:
    """The source with the environment of the plan, if there is one."""
    from syncer.app.apply import environment_of_plan

    return replace(source, environment=environment_of_plan(source, saved))


def _note_ignored(begun: Attempt, reason: str) -> None:
    """Lift all limits, and record the reason in the entry of the run."""
    run = begun.run
    lifted = tuple(dict.fromkeys((*run.overrides, *_LIMITS, IGNORE)))
    begun.run = replace(run, overrides=lifted, evidence={**run.evidence, "justification": reason})
