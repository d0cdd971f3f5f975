"""Audit: the trail of all that was done, and the runs that did not end."""

from pathlib import Path

from syncer.app.options import STATE
from syncer.errors import AuditError
from syncer.report.views import AuditFigures, AuditShown, AuditVerified, ReportOf


def audit_show(state_dir: Path = STATE, run: str = "") -> ReportOf[AuditShown]:
    """All entries of the audit, oldest first, or those of one run: an ``AuditShown``.

    Raises AuditError where the trail can't be read, or knows no such run.
    """
    from syncer.audit.chain import Chain

    entries = [entry for entry in Chain(state_dir / "audit").entries() if run in ("", entry.get("run"))]
    if run and not entries:
        raise AuditError(f"the audit trail knows no run {run}", hint="List all with: syncer audit show")
    warnings = (*unfinished_runs(state_dir), *broken_trail(Chain(state_dir / "audit").path))
    return ReportOf("audit show", view=AuditShown(entries), warnings=warnings)


def broken_trail(path: Path) -> tuple[str, ...]:
    """A warning where what is shown of a trail can't be trusted, as its chain of hashes is broken."""
    from syncer.audit.verify import verify_chain

    if not path.exists() or verify_chain(path, "").whole:
        return ()
    return (f"{path} was edited or damaged: see syncer audit verify",)


def audit_verify(state_dir: Path = STATE, head: str = "") -> ReportOf[AuditVerified]:
    """Follow the chain of hashes: an ``AuditVerified``. The exit code is 1 where the chain is broken.

    ``head`` is one that was kept elsewhere and must be in the chain. Raises AuditError where there is no
    trail.
    """
    from syncer.audit.chain import Chain
    from syncer.audit.verify import verify_chain

    path = Chain(state_dir / "audit").path
    if not path.exists():
        raise AuditError(f"there is no audit trail at {path}", hint="Name its folder with --state-dir.")
    found = verify_chain(path, head)
    if found.entries == 0 and found.whole:
        raise AuditError(
            f"the audit trail {path} holds no entry", hint="Somebody emptied it, or nothing ran yet."
        )
    view = AuditVerified(str(path), found, head)
    return ReportOf("audit verify", 0 if found.whole else 1, view, warnings=unfinished_runs(state_dir))


def audit_report(state_dir: Path = STATE) -> ReportOf[AuditFigures]:
    """Counts, rates, latencies (ms) and calls, and the changes that were made: an ``AuditFigures``."""
    from syncer.audit.chain import Chain
    from syncer.audit.figures import figures

    entries = list(Chain(state_dir / "audit").entries())
    changes = [entry for entry in entries if entry.get("kind") == "change"]
    view = AuditFigures(figures(entries), changes)
    return ReportOf("audit report", view=view, warnings=unfinished_runs(state_dir))


def unfinished_runs(state_dir: Path) -> tuple[str, ...]:
    """A warning for each run whose journal is still there, or that nobody may look for them."""
    try:
        open_runs, ended = _open_runs(state_dir), ended_runs(state_dir)
    except OSError as error:
        return (f"{state_dir} can't be read ({error.strerror}), so it is not known if a run did not end",)
    then = "the next apply or rollback asks live what became of it"
    return tuple(
        f"run {run} ended without knowing what became of a queue: {then}"
        if run in ended
        else f"run {run} did not end: it is still going on, or was cut off; {then}"
        for run in open_runs
    )


def _open_runs(state_dir: Path) -> list[str]:
    from syncer.applying.journal import SUFFIX, find_journals

    return [path.name.removesuffix(SUFFIX) for path in find_journals(state_dir / "journal")]


def ended_runs(state_dir: Path) -> frozenset[str]:
    """The runs whose journals are still there although they ended: none where the audit can't be read."""
    from syncer.applying.recover import has_ended
    from syncer.audit.chain import Chain

    open_runs = _open_runs(state_dir)
    try:
        entries = list(Chain(state_dir / "audit").entries()) if open_runs else []
    except AuditError:
        return frozenset()
    return frozenset(run for run in open_runs if has_ended(run, entries))
