"""Where the contacts go that flow out of a queue: along its rules, its backup queue, its in-queue flow.

Analytics count how many flow out of a queue, and not to which other one. With ``offered`` and ``out`` of the
source, and ``share`` of offered that a rule sends by the model of :mod:`syncer.checks.loads`::

    one target                      all of ``out``
    exact shares alone              out · share / Σ share
    exact ones and one other        offered · share to each; the rest of ``out`` to the other
    several whose share isn't exact not determined

Edges of one source to one target count as one; its share is exact where all of theirs are.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from syncer.checks.loads import bounds
from syncer.model.network import Edge, Network, Node, Transfer

NOISE: Final = 0.02
LEAST_NOISE: Final = 0.5
"""The deviation that means nothing, as a fraction and as a minimum in contacts: one that waits across the end
of an interval is offered in one and flows out in the next."""


def noise(amount: float) -> float:
    """The amount by which ``amount`` may be off by chance."""
    return max(LEAST_NOISE, NOISE * amount)


@dataclass(frozen=True, slots=True)
class Mean:
    """The averages of a queue in a busy interval, in contacts. ``handle_seconds`` is the average time that a
    contact took, None if none was counted."""

    offered: float = 0.0
    answered: float = 0.0
    abandoned: float = 0.0
    flowed_out: float = 0.0
    handle_seconds: float | None = None


class How(StrEnum):
    """How the amount of a stream is known."""

    ALL = "all that flows out"
    SPLIT = "split as the rules are"
    RULE = "as the rule says"
    REST = "what the rules leave"
    OPEN = "not determined"


@dataclass(frozen=True, slots=True)
class Stream:
    """What goes from one queue to another, along all ``edges`` and ``transfers`` between them.

    ``amount`` is in contacts per busy interval, None if it is not determined. The model predicts ``low`` to
    ``high``; None: as much as there is.
    """

    source: str
    target: str
    edges: tuple[Edge, ...]
    transfers: tuple[Transfer, ...]
    low: float
    high: float | None
    amount: float | None = None
    how: How = How.OPEN

    @property
    def exact(self) -> bool:
        """Whether the model predicts an exact amount."""
        return not self.transfers and all(edge.role.exact for edge in self.edges)

    @property
    def most(self) -> float:
        """The upper bound of what its rules send: that of exact ones if nothing takes contacts before
        them."""
        return self.high or 0.0


@dataclass(frozen=True, slots=True)
class Outflow:
    """What flows out of a queue: along which ``streams``, and the ``unseen`` rest, which no edge explains.

    ``why_open`` is the reason why a stream is not determined, if one isn't.
    """

    source: str
    flowed_out: float
    streams: tuple[Stream, ...] = ()
    unseen: float = 0.0
    why_open: str = ""


def outflows(network: Network, means: Mapping[str, Mean]) -> tuple[Outflow, ...]:
    """What flows out of each queue that was measured, in the order of the network."""
    return tuple(
        _outflow(network, place, means[node.key])
        for place, node in enumerate(network.nodes)
        if node.key in means
    )


def upstream(network: Network, keys: Iterable[str]) -> tuple[str, ...]:
    """Return these queues and all that contacts may come from, by rules or flows, in the order of the
    network."""
    sources: dict[int, list[int]] = {}
    for source, targets in enumerate(network.ways):
        for target in targets:
            sources.setdefault(target, []).append(source)
    waiting = [network.index[key] for key in keys if key in network.index]
    seen = set(waiting)
    while waiting:
        new = [source for source in sources.get(waiting.pop(), ()) if source not in seen]
        seen.update(new)
        waiting += new
    return tuple(node.key for place, node in enumerate(network.nodes) if place in seen)


def _outflow(network: Network, place: int, mean: Mean) -> Outflow:
    source, out = network.nodes[place].key, mean.flowed_out
    streams = _streams(network, place, mean.offered)
    if not streams:
        return Outflow(source, out, unseen=out)
    amounts, why = _amounts(streams, out)
    found = (_known(stream, amount, streams) for stream, amount in zip(streams, amounts, strict=True))
    return Outflow(source, out, tuple(found), why_open=why)


def _streams(network: Network, place: int, offered: float) -> list[Stream]:
    """The ways out of one queue, with the prediction of the model for each, none determined yet."""
    source, edges = network.nodes[place].key, network.in_force[place]
    limits = _limits(edges, offered)
    found = []
    for target in network.ways[place]:
        key = network.nodes[target].key
        numbers = [number for number, edge in enumerate(edges) if edge.target == key]
        transfers = tuple(network.transfers_by_place.get((place, target), ()))
        low = math.fsum(limits[number][0] for number in numbers)
        high: float | None = (most := math.fsum(limits[number][1] for number in numbers))
        if transfers:
            share = transfers[0].share
            low += offered * (share or 0.0) / 100
            high = None if share is None else most + offered * share / 100
        found.append(Stream(source, key, tuple(edges[n] for n in numbers), transfers, low, high))
    return found


def _limits(edges: Sequence[Edge], offered: float) -> dict[int, tuple[float, float]]:
    """The lower and upper bound of what each edge of a queue sends by the model, by its number."""
    own = [replace(edge, source="", target=str(number)) for number, edge in enumerate(edges)]
    nodes = (Node("", "", base_load=offered), *(Node(edge.target, "") for edge in own))
    found = bounds(Network(nodes, tuple(own)))
    least = {int(flow.edge.target): flow.amount for flow in found.least.flows}
    return {int(flow.edge.target): (least[int(flow.edge.target)], flow.amount) for flow in found.most.flows}


def _amounts(streams: Sequence[Stream], out: float) -> tuple[list[float | None], str]:
    """How much of ``out`` goes along each way, and why that is not determined, if it isn't."""
    if len(streams) == 1 or not out:
        return [out] * len(streams), ""
    exact = math.fsum(stream.most for stream in streams if stream.exact)
    others = sum(not stream.exact for stream in streams)
    if not others:
        if not exact:
            return [None] * len(streams), "by the model none of its rules sends anything"
        return [out * stream.most / exact for stream in streams], ""
    if exact > out + noise(out):
        return [None] * len(streams), f"{_n(out)} flow out of it, and its rules alone would send {_n(exact)}"
    if others == 1:
        return [stream.most if stream.exact else max(out - exact, 0.0) for stream in streams], ""
    why = f"how {_n(out - exact)} contacts divide between {others} ways out of it is not known"
    return [stream.most if stream.exact else None for stream in streams], why


def _known(stream: Stream, amount: float | None, beside: Sequence[Stream]) -> Stream:
    if amount is None:
        return stream
    if len(beside) == 1:
        how = How.ALL
    elif all(each.exact for each in beside):
        how = How.SPLIT
    else:
        how = How.RULE if stream.exact else How.REST
    return replace(stream, amount=amount, how=how)


def _n(amount: float) -> str:
    return f"{amount:.1f}"
