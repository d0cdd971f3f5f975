"""Check policies without live: what can be known from the files alone."""

from syncer.checks.capacity import headroom, loads
from syncer.checks.constructs import check_constructs
from syncer.checks.references import check_references
from syncer.checks.run import check_network, weigh
from syncer.model.finding import Finding
from syncer.model.headroom import Headroom
from syncer.planning.gather import OnDisk
from syncer.policy.ignore import unmatched, without_ignored
from syncer.policy.resolve import resolve_offline


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
