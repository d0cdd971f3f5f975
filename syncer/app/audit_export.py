"""Export: the changes of the audit as rows, for a spreadsheet or a system that collects events."""

from pathlib import Path

from syncer.app.audit import doubtful_trail, unfinished_runs
from syncer.app.options import AuditOptions
from syncer.app.places import STATE
from syncer.app.session import Session, begun
from syncer.report.lookups import AuditExported
from syncer.report.views import ReportOf


def audit_export(
    state_dir: Path = STATE, options: AuditOptions = AuditOptions(), *, session: Session | None = None
) -> ReportOf[AuditExported]:
    """Return one row for each change that ``options`` select, with who ran it and why.

    Rows are read from the trail while they are written, so that few are in memory at a time. The session's
    ``message`` reports the sample. Raises AuditError if the trail can't be read, and WrongUsage like
    ``audit_show``.
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
    warnings = (*meant.warnings, *unfinished_runs(state_dir), *doubtful_trail(chain))
    return session.ended(ReportOf("audit export", view=view, warnings=warnings))
