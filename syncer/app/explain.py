"""What a finding means and what to do about it: no policies, no network."""

from syncer.errors import WrongUsage
from syncer.report.lookups import Explained
from syncer.report.views import ReportOf


def explain(finding: str = "") -> ReportOf[Explained]:
    """Explain the finding with this id, or all that start with it or match it as a glob.

    The view is an ``Explained``; without an id it lists every finding. Raises WrongUsage if none matches.
    """
    from syncer.checks.explanations import explanations, nearest, selected
    from syncer.model.finding import quoted

    known = explanations()
    found = selected(known, finding)
    if not found:
        near = " or ".join(nearest(known, finding))
        meant = f"Did you mean {near}? " if near else ""
        raise WrongUsage(
            f"no finding has the id {quoted(finding)}", hint=f"{meant}Run syncer explain to list them all."
        )
    return ReportOf("explain", 0, Explained(found, listed=not finding))
