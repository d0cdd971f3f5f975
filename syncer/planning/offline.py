"""Check policies without live: what can be known from the files alone."""

import math
from collections import Counter
from dataclasses import replace

from syncer.checks.capacity import headroom, loads
from syncer.checks.constructs import check_constructs
from syncer.checks.references import check_references
from syncer.checks.run import check_network, weigh
from syncer.model.finding import Finding, in_order
from syncer.model.network import Headroom
from syncer.planning.gather import OnDisk, in_environment
from syncer.resolving.ignore import unmatched, without_ignored
from syncer.resolving.resolve import resolve_offline


def check_everywhere(disk: OnDisk) -> tuple[tuple[Finding, ...], Headroom]:
    """What ``check_offline`` finds in the environment that was chosen, or else in each that there is.

    A finding that not every environment has says which one has it; the headroom is the least of all.
    """
    if disk.settings.environment.name or not disk.environments or not disk.readable:
        return check_offline(disk)
    found = {name: check_offline(in_environment(disk, name)) for name in disk.environments}
    times = Counter(finding for findings, _ in found.values() for finding in dict.fromkeys(findings))
    everywhere = [finding for finding, times in times.items() if times == len(found)]
    own = [
        replace(finding, message=f"in {name}: {finding.message}")
        for name, (findings, _) in found.items()
        for finding in findings
        if times[finding] < len(found)
    ]
    least = min((headroom for _, headroom in found.values()), key=_factor)
    return in_order((*everywhere, *own)), least


def _factor(headroom: Headroom) -> float:
    return math.inf if headroom.factor is None else headroom.factor


def check_offline(disk: OnDisk) -> tuple[tuple[Finding, ...], Headroom]:
    """All findings, and the headroom of the network as far as the policies tell it.

    Where a file can't be read, the network is not whole: then what was read wrong is all there is to say.
    """
    if not disk.readable:
        return weigh(disk.findings, disk.settings), Headroom()
    ignores = disk.settings.ignore
    policies = without_ignored(disk.policies, ignores)
    network, findings = resolve_offline(policies)
    found = (
        *disk.findings,
        *(() if disk.paths else unmatched(disk.policies, ignores)),
        *check_references(policies),
        *check_constructs(policies),
        *findings,
        *check_network(network),
    )
    return weigh(found, disk.settings), headroom(network, loads(network))
