"""Which figures of a measurement belong in the policies, and why one is left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.checks.loads import bounds
from syncer.measuring.figures import Figures, Measurement
from syncer.measuring.write import Wanted
from syncer.model.finding import Limit, Position
from syncer.model.network import Network, Transfer
from syncer.model.policy import PolicyQueue, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.settings import Override
from syncer.resolving.groups import QueueIndex


@dataclass(frozen=True, slots=True)
class Proposal:
    """The figures of one queue that a policy describes, what the policy states so far, and what is ``wanted``
    instead. ``left`` lists what isn't written, and why."""

    figures: Figures
    position: Position | None
    stated_base_load: float
    stated_capacity: float | None
    wanted: Wanted
    left: tuple[str, ...] = ()
    stated_shares: tuple[tuple[QueueRef, float], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether a figure differs from the policy."""
        wanted = self.wanted
        base_load = wanted.base_load is not None and wanted.base_load != self.stated_base_load
        capacity = wanted.as_value and wanted.capacity is not None
        other = capacity and wanted.capacity and wanted.capacity.contacts != self.stated_capacity
        return bool(base_load or other or set(wanted.shares) - set(self.stated_shares))


@dataclass(frozen=True, slots=True)
class Proposing:
    """The input of proposals: the ``live`` queues, the measurement, and the settings' ``overrides`` for this
    environment. With ``as_values`` capacities are written as values; ``too_low`` are, by the key of a queue,
    the contacts that come in if they are more than the measured capacity. Queues that only apply to another
    ``environment`` have no proposal."""

    live: QueueIndex
    found: Measurement
    overrides: Sequence[Override] = ()
    as_values: bool = False
    too_low: Mapping[str, float] | None = None
    environment: str = ""

    def of_file(self, policies: Sequence[PolicyQueue]) -> Mapping[int, Proposal]:
        """The proposals for the queues of one file, by their position in it. A queue that the organization
        doesn't have, or has twice, has none."""
        figures, seen = self.found.by_key, set[str]()
        proposals = {}
        for place, policy in enumerate(policies):
            queues = self.live.find(policy.queue) if policy.counts_in(self.environment) else ()
            if len(queues) == 1 and queues[0].id in figures and queues[0].id not in seen:
                seen.add(queues[0].id)
                proposals[place] = self._of(policy, queues[0], figures[queues[0].id])
        return proposals

    def _of(self, policy: PolicyQueue, queue: LiveQueue, figures: Figures) -> Proposal:
        own = next((each for each in self.overrides if each.queue == policy.queue), None)
        wanted = Wanted(
            figures.base_load, figures.capacity, self.as_values, tuple(self._shares(policy, queue))
        )
        left = []
        if figures.why_not:
            left.append(f"base_load: {figures.why_not}")
        if own and own.base_load is not None:
            wanted = replace(wanted, base_load=None)
            left.append(f"base_load: the settings state {own.base_load:g} for this environment")
        if figures.why_no_capacity and figures.mean.offered:
            left.append(f"capacity: {figures.why_no_capacity}")
        if not self.as_values and figures.capacity and figures.capacity.contacts == policy.capacity:
            wanted = replace(wanted, capacity=None)
        if why := self._why_no_value(figures, own) if self.as_values and figures.capacity else "":
            wanted = replace(wanted, as_value=False)
            left.append(f"capacity: {why}; it is a comment")
        stated = tuple((each.target, each.share) for each in policy.transfers)
        about = (policy.position, policy.base_load, policy.capacity, wanted, tuple(left), stated)
        return Proposal(figures, *about)

    def _why_no_value(self, figures: Figures, own: Override | None) -> str:
        """Why the measured capacity isn't written as a value."""
        if own and own.capacity is not None:
            return f"the settings state {own.capacity:g} for this environment"
        inflow = (self.too_low or {}).get(figures.key)
        if inflow is not None and figures.capacity:
            return f"{inflow:.1f} overflow into it, more than the {figures.capacity.contacts} measured"
        return ""

    def _shares(self, policy: PolicyQueue, queue: LiveQueue) -> Iterator[tuple[QueueRef, float]]:
        """What flows transfer; each target as the policy already names it, else by its name if that is
        unique."""
        stated: dict[str, QueueRef] = {}
        for each in policy.transfers:
            found = self.live.find(each.target)
            if len(found) == 1:
                stated.setdefault(found[0].id, each.target)
        for share in self.found.shares:
            if share.source == queue.id:
                yield stated.get(share.target) or self._reference(share.target), share.percent

    def _reference(self, id_: str) -> QueueRef:
        name = self.live.by_id[id_].name
        named = QueueRef(name=name)
        fits = name.strip() == name and name.isprintable() and len(self.live.find(named)) == 1
        return named if fits else QueueRef(id=id_)


def too_low(network: Network, found: Measurement) -> dict[str, float]:
    """What certainly overflows into a queue, by the model with the measured loads, if that is more than the
    measured capacity: a policy with that capacity would be an error without any change."""
    figures = found.by_key
    nodes = []
    for node in network.nodes:
        base_load = figures[node.key].base_load if node.key in figures else None
        nodes.append(node if base_load is None else replace(node, base_load=base_load))
    shares = {(each.source, each.target): each.percent for each in found.shares}
    transfers = tuple(_measured(each, shares) for each in network.transfers)
    loads = bounds(Network(tuple(nodes), network.edges, transfers))
    inflows = {key: loads.low(key, Limit.INFLOW) or 0.0 for key in figures}
    return {
        key: inflow
        for key, inflow in inflows.items()
        if (capacity := figures[key].capacity) and inflow > capacity.contacts
    }


def _measured(transfer: Transfer, shares: Mapping[tuple[str, str], float]) -> Transfer:
    pair = transfer.source, transfer.target
    return replace(transfer, share=shares[pair]) if pair in shares else transfer
