"""Queues whose load has outgrown the figures in their policies."""

from collections.abc import Iterable

from syncer.checks.capacity import number
from syncer.measuring.proposals import Proposal
from syncer.model.finding import Finding, Severity


def outgrown(proposals: Iterable[Proposal], percent: float, weeks: int) -> tuple[Finding, ...]:
    """Return a finding for each queue whose measured base load is more than ``percent`` percent over the
    stated one.

    ``weeks`` is the length of the measurement. A queue without a stated load has no finding.
    """
    return tuple(
        Finding(
            "load.outgrown",
            Severity.WARNING,
            f"{each.figures.name} is offered {number(measured)} directly, as measured over {weeks} weeks: "
            f"{100 * (measured / each.stated_base_load - 1):.0f} % more than its base load of "
            f"{number(each.stated_base_load)}",
            each.position,
            tip="write it into the policies (syncer measure): plans then show where it is too much",
            queue=each.figures.name,
            queue_id=each.figures.key,
        )
        for each in proposals
        if (measured := each.figures.base_load) is not None
        and each.stated_base_load > 0
        and measured > each.stated_base_load * (1 + percent / 100)
    )
