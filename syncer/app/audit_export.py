"""Export: the changes of the audit as rows, for a spreadsheet or for a system that gathers events."""

from pathlib import Path

from syncer.app.audit import broken_trail, unfinished_runs
from syncer.app.options import AuditOptions
from syncer.app.places import STATE
from syncer.app.session import Session, begun
from syncer.report.lookups import AuditExported
from syncer.report.views import ReportOf


def audit_export(
    state_dir: Path = STATE, options: AuditOptions = AuditOptions(), *, session: Session | None = None
) -> ReportOf[AuditExported]:
    """One row for each change that ``options`` mean, with who stands behind its run and why.

    They are read from the trail as they are written out, so that few are in memory at once. The session's
    ``message`` hears of the sample. Raises AuditError where the trail can't be read, WrongUsage as
    ``audit_show`` does.
    """
    from syncer.app.audit_scope import population_of
    from syncer.audit.chain import Chain
    from syncer.audit.joined import Runs, rows
    from syncer.audit.population import Again

    session, chain = begun(session), Chain(state_dir / "audit")
    meant = population_of(chain, options, session.now())
    runs = Runs(meant.whole())
    if meant.sample:
        session.message(f"sample: {meant.sample}")
    view = AuditExported(Again(lambda: rows(meant.meant(), runs)), meant.sample)
    warnings = (*meant.warnings, *unfinished_runs(state_dir), *broken_trail(chain.files()))
    return session.ended(ReportOf("audit export", view=view, warnings=warnings))
