"""Transfers of in-queue flows: those that were read, with the measured shares that policies state."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.model.finding import Finding, Severity, quoted
from syncer.model.network import Transfer
from syncer.model.policy import PolicyQueue, PolicySet, StatedTransfer
from syncer.model.queue import LiveQueue
from syncer.resolving.groups import QueueIndex

Pair = tuple[str, str]

if TYPE_CHECKING:
    from syncer.live.flows import FlowsRead


def offline_transfers(policies: PolicySet) -> tuple[Transfer, ...]:
    """The transfers that the policies state, by the names (or ids) that they use."""
    found: dict[Pair, Transfer] = {}
    for queue in policies.queues:
        for stated in queue.transfers:
            source, target = str(queue.queue), str(stated.target)
            if source != target:
                found.setdefault((source, target), _told(source, target, stated))
    return tuple(found.values())


def measured_transfers(
    policies: PolicySet, live: Sequence[LiveQueue], flows: "FlowsRead", *, read: bool
) -> tuple[tuple[Transfer, ...], tuple[Finding, ...]]:
    """The transfers that were read, each with its share where the policies state one.

    A stated transfer that no flow has still counts as load if not all flows could be ``read``; otherwise it
    is a finding, ``flows.gone``.
    """
    index = QueueIndex(live)
    stated = dict(_stated(policies.queues, index))
    shares = {pair: transfer.share for pair, (_, transfer) in stated.items()}
    known = {(each.source, each.target) for each in flows.transfers}
    joined = tuple(replace(each, share=shares.get((each.source, each.target))) for each in flows.transfers)
    missing = {pair: found for pair, found in stated.items() if pair not in known}
    whole = read and flows.served and not flows.not_known
    if whole:
        names = {queue.id: queue.name for queue in live}
        return joined, tuple(_gone(pair, *found, names) for pair, found in missing.items())
    unread = tuple(_told(*pair, transfer) for pair, (_, transfer) in missing.items())
    return (*joined, *unread), ()


def _told(source: str, target: str, stated: StatedTransfer) -> Transfer:
    """A transfer that only a policy states; no configuration proves it."""
    return Transfer(source, target, proven=False, share=stated.share)


def _stated(
    queues: Iterable[PolicyQueue], index: QueueIndex
) -> Iterator[tuple[Pair, tuple[PolicyQueue, StatedTransfer]]]:
    """The stated transfers by the ids of both queues; the first of two, and only of live queues."""
    seen: set[Pair] = set()
    for queue in queues:
        for transfer in queue.transfers:
            source, target = index.find(queue.queue), index.find(transfer.target)
            if len(source) == len(target) == 1 and source != target:
                pair = source[0].id, target[0].id
                if pair not in seen:
                    seen.add(pair)
                    yield pair, (queue, transfer)


def _gone(pair: Pair, queue: PolicyQueue, stated: StatedTransfer, names: Mapping[str, str]) -> Finding:
    return Finding(
        "flows.gone",
        Severity.WARNING,
        f"no in-queue flow of {quoted(names[pair[0]])} transfers to {quoted(names[pair[1]])}: the "
        f"measured {stated.share:g} % no longer count as load",
        stated.position,
        "remove it from 'transfers:', or measure again with syncer measure",
        queue=str(queue.queue),
    )
