"""Audit: the trail of everything that was done, and the runs that did not finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.app.options import AuditOptions
from syncer.app.places import STATE
from syncer.app.session import Session, begun
from syncer.errors import AuditError
from syncer.report.lookups import AuditShown
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from syncer.audit.chain import Chain


def audit_show(
    state_dir: Path = STATE,
    run: str = "",
    options: AuditOptions = AuditOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[AuditShown]:
    """Return the audit entries that ``options`` select, oldest first, or those of one run: an ``AuditShown``.

    Raises AuditError if the trail can't be read or has no such run, WrongUsage for a value of ``options``
    that can't match anything in it.
    """
    from syncer.app.audit_scope import population_of
    from syncer.audit.chain import Chain
    from syncer.audit.population import Again

    session, chain = begun(session), Chain(state_dir / "audit")
    meant = population_of(chain, options, session.now(), run=run)
    if run and not meant.length:
        raise AuditError(f"the audit trail has no run {run}", hint="List all with: syncer audit show")
    view = AuditShown(Again(meant.entries), sample=meant.sample, filtered=bool(meant.filters))
    warnings = (*meant.warnings, *unfinished_runs(state_dir), *doubtful_trail(chain))
    return session.ended(ReportOf("audit show", view=view, warnings=warnings))


def doubtful_trail(chain: Chain) -> tuple[str, ...]:
    """A warning where a trail can't be trusted, or where there is none: another folder may be meant."""
    files = chain.files()
    return broken_trail(files) if files else (f"{no_trail(chain.path)} (--state-dir names another folder)",)


def no_trail(path: Path) -> str:
    """That there is no trail where its newest file would be."""
    return f"there is no audit trail at {path}"


def broken_trail(files: Sequence[Path]) -> tuple[str, ...]:
    """Return a warning if a trail can't be trusted because its chain of hashes is broken."""
    from syncer.audit.verify import verify_chain

    found = verify_chain(files, partial=True).breaks
    return (f"{found[0].path} was edited or damaged: see syncer audit verify",) if found else ()


def unfinished_runs(state_dir: Path) -> tuple[str, ...]:
    """Return a warning for each run whose journal still exists, or one if that can't be checked."""
    try:
        open_runs, ended = _open_runs(state_dir), ended_runs(state_dir)
    except OSError as error:
        return (f"{state_dir} can't be read ({error.strerror}), so whether a run was cut off is not known",)
    then = "the next apply or rollback reads the live queues and settles it"
    return tuple(
        f"run {run} finished without knowing the state of a queue: {then}"
        if run in ended
        else f"run {run} did not finish: it is in progress, or was cut off; {then}"
        for run in open_runs
    )


def _open_runs(state_dir: Path) -> list[str]:
    from syncer.applying.journal import SUFFIX, find_journals

    return [path.name.removesuffix(SUFFIX) for path in find_journals(state_dir / "journal")]


def ended_runs(state_dir: Path) -> frozenset[str]:
    """Return the finished runs whose journals still exist; none if the audit can't be read."""
    from syncer.applying.recover import has_ended
    from syncer.audit.chain import Chain

    open_runs = _open_runs(state_dir)
    try:
        entries = list(Chain(state_dir / "audit").entries()) if open_runs else []
    except AuditError:
        return frozenset()
    return frozenset(run for run in open_runs if has_ended(run, entries))
