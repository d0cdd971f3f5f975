from collections.abc import Callable, Iterable
from dataclasses import replace

from syncer.checks.capacity import check_capacity
from syncer.checks.loops import check_loops
from syncer.checks.watches import check_watches
from syncer.model.finding import Finding, in_order
from syncer.model.network import Network
from syncer.model.settings import Settings

CHECKS: tuple[Callable[[Network], tuple[Finding, ...]], ...] = (check_loops, check_watches, check_capacity)


def check_network(network: Network) -> tuple[Finding, ...]:
    """Everything that the checks find in ``network``."""
    return tuple(finding for check in CHECKS for finding in check(network))


def weigh(findings: Iterable[Finding], settings: Settings) -> tuple[Finding, ...]:
    """The findings in their order, with the severities of the settings; what is switched off is left out."""
    weighed = []
    for finding in findings:
        severity = settings.severities.get(finding.id, finding.severity)
        if severity is not None:
            weighed.append(replace(finding, severity=severity))
    return in_order(weighed)
