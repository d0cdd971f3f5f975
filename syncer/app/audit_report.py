"""The report on the audit trail that an auditor files: one page, and the pages after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer import __version__
from syncer.app.audit import broken_trail, unfinished_runs
from syncer.app.audit_verify import refuse_no_entry, refuse_no_trail, verified
from syncer.app.options import AuditOptions
from syncer.app.places import STATE
from syncer.app.session import Session, begun
from syncer.errors import AuditError
from syncer.net.timing import rfc3339
from syncer.report.lookups import AuditFigures
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from syncer.audit.chain import Chain
    from syncer.audit.cover import Cover, TrailFile
    from syncer.audit.population import Population


def audit_report(
    state_dir: Path = STATE,
    options: AuditOptions = AuditOptions(),
    *,
    heads: Sequence[str] = (),
    session: Session | None = None,
) -> ReportOf[AuditFigures]:
    """Scope, verification, runs, exceptions, figures and changes: an ``AuditFigures``.

    ``heads`` were kept elsewhere, and each must be in the chain. The exit code is 1 if the chain is broken.
    With a sample, runs and changes are those of the sample, exceptions and figures those of the whole
    population. Raises AuditError if there is no trail, if it has no entries, can't be read or grows
    meanwhile, and WrongUsage like ``audit_show``.
    """
    from syncer.app.audit_scope import population_of
    from syncer.audit.chain import Chain
    from syncer.audit.cover import digests
    from syncer.audit.deviations import deviations, without_entry
    from syncer.audit.figures import figures
    from syncer.audit.population import Again

    session, chain = begun(session), Chain(state_dir / "audit")
    refuse_no_trail(chain.files(), state_dir)
    files = digests(chain.files())
    meant = population_of(chain, options, session.now())
    cover = _cover(chain, meant, files, heads, session)
    refuse_no_entry(cover.verification, chain.files())
    every = meant.undrawn()
    lost = without_entry(meant.whole)
    view = AuditFigures(
        figures(every.entries()),
        Again(meant.meant),
        cover,
        Again(meant.runs),
        Again(lambda: deviations(every.entries(), lost)),
    )
    if files != digests(chain.files()):
        raise AuditError(
            f"{chain.path} changed while it was read",
            hint="A run is in progress: make the report again when it has finished.",
        )
    broken = () if cover.trusted else broken_trail(chain.files())
    warnings = (*meant.warnings, *unfinished_runs(state_dir), *broken)
    return session.ended(ReportOf("audit report", 0 if cover.trusted else 1, view, warnings=warnings))


def _cover(
    chain: Chain, meant: Population, files: tuple[TrailFile, ...], heads: Sequence[str], session: Session
) -> Cover:
    """The first page. Who asked for it is taken from the environment variables, unverified."""
    from syncer.audit.cover import Cover, attested
    from syncer.audit.entries import origin

    maker = origin(session.environ)
    return Cover(
        rfc3339(session.now()),
        maker.user,
        maker.host,
        __version__,
        meant.filters,
        files,
        verified(chain.files(), heads)[0],
        attested(heads, meant.whole()),
        meant.changes,
        meant.sample,
        meant.undated,
    )
