"""A network as a picture: that of the policies alone, or of the live queues. Nothing changes in it."""

from collections.abc import Iterable, Iterator

from syncer.checks.capacity import number
from syncer.checks.loads import Bounds, bounds
from syncer.model.finding import Finding
from syncer.model.network import FLOW, Edge, Network
from syncer.model.plan import QueueState
from syncer.report.picture import labels
from syncer.report.picture.model import Box, Link, Picture
from syncer.report.picture.of_plan import badges_of


def picture_of_network(network: Network, findings: Iterable[Finding] = (), interval: str = "") -> Picture:
    """Every queue of a network that a rule leads to or from, or that is managed, with its loads; ``findings``
    are those of the same network."""
    found, badges = bounds(network), badges_of(findings)
    links = tuple(_links(network, found))
    ends = {end for link in links for end in (link.source, link.target)}
    boxes = []
    for node in network.nodes:
        if node.managed or node.key in ends:
            state = QueueState(node.capacity, node.base_load, found.most.of.get(node.key))
            badge, _ = badges.get(node.key, (None, False))
            boxes.append(
                Box(
                    node.key,
                    node.name,
                    node.managed,
                    badge=badge,
                    caused=badge is not None,
                    before=state,
                    after=state,
                    at_most=found.most.of.get(node.key) != found.least.of.get(node.key),
                )
            )
    return Picture(tuple(boxes), links, interval, watches=sum(map(len, network.watches)))


def _links(network: Network, found: Bounds) -> Iterator[Link]:
    amounts = {id(flow.edge): flow.amount for flow in found.most.flows}
    for place, edge in enumerate(network.edges):
        if edge.role.moves and {edge.source, edge.target} <= network.index.keys():
            yield Link(
                f"{edge.source} = {place:06}",
                edge.source,
                edge.target,
                edge.kind,
                words := edge.role.arrow or edge.share,
                words,
                words,
                _moves(edge, amounts.get(id(edge), 0.0)),
                in_force=(edge.enabled, edge.enabled),
                position=edge.position,
            )
    for place, each in enumerate(network.transfers):
        if {each.source, each.target} <= network.index.keys():
            words = labels.transfer(each)
            yield Link(f"{FLOW} {place:06}", each.source, each.target, FLOW, words, words, words)


def _moves(edge: Edge, amount: float) -> str:
    """The contacts that move along an edge, in words."""
    if not amount:
        return ""
    return number(amount) if edge.role.exact else f"up to {number(amount)}"
