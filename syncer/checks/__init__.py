"""Checks over the whole set of rules, one a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from syncer.checks.capacity import check_capacity
from syncer.checks.flow_loops import check_flow_loops
from syncer.checks.loads import Bounds
from syncer.checks.loops import check_loops
from syncer.checks.scenarios import check_scenarios
from syncer.checks.watches import check_watches
from syncer.model.finding import Finding, in_order
from syncer.model.garbage import without_collection
from syncer.model.network import Network
from syncer.model.scenario import Scenario
from syncer.model.settings import Settings

CHECKS: tuple[Callable[[Network], tuple[Finding, ...]], ...] = (check_loops, check_flow_loops, check_watches)
"""The checks of rules alone; that of capacity has the loads too."""


def check_network(
    network: Network, found: Bounds | None = None, scenarios: Sequence[Scenario] = ()
) -> tuple[Finding, ...]:
    """Everything that the checks find in ``network``, as it is and in the ``scenarios``; ``found`` are its
    loads, where they are known."""
    with without_collection():
        findings = tuple(finding for check in CHECKS for finding in check(network))
        return (*findings, *check_capacity(network, found), *check_scenarios(network, scenarios))


def weigh(findings: Iterable[Finding], settings: Settings) -> tuple[Finding, ...]:
    """The findings in their order, with the severities of the settings; what is switched off is left out."""
    weighed = []
    for finding in findings:
        severity = settings.severities.get(finding.id, finding.severity)
        if severity is not None:
            weighed.append(replace(finding, severity=severity))
    return in_order(weighed)
