"""The overflow network: queues as nodes, rules as edges. Every check over the whole set reads this."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, Final

from syncer.model.finding import Limit, Position
from syncer.model.quick_dataclass import quick_dataclass
from syncer.model.rule import MEASURED, SHARE, Role, Rule


@quick_dataclass(frozen=True, slots=True)
class Node:
    """A queue in the network.

    ``key`` is the live id, or the name if the live queues were not read. ``capacity`` and ``base_load`` are
    contacts per interval; ``managed`` says whether the policies own its rules. ``agents`` answer its
    contacts, each of which takes ``aht`` seconds on average, where that is known. Where its rules are not
    known (``rules_known``), as offline for a queue that policies only describe, nothing says what it keeps.
    """

    key: str
    name: str
    managed: bool = False
    capacity: float | None = None
    base_load: float = 0.0
    position: Position | None = None
    agents: int | None = None
    aht: float | None = None
    rules_known: bool = True


@quick_dataclass(frozen=True, slots=True)
class Facts:
    """What policies know of a queue: contacts per interval that it can handle, and that come in directly."""

    capacity: float | None = None
    base_load: float = 0.0


@quick_dataclass(frozen=True, slots=True)
class Edge:
    """A rule in the network, from the key of its queue to the key of its target.

    ``threshold`` is the share of the load, in percent, of which its ``role`` says how exact it is.
    ``new`` says that this edge is not in force yet; without the live queues every managed edge is new.
    ``kind`` is the name of the kind of the rule; ``held`` has the share in words if the live one differs.
    """

    source: str
    target: str
    threshold: float = 0
    delay: int = 0
    enabled: bool = True
    new: bool = False
    position: Position | None = None
    role: Role = SHARE
    kind: str = ""
    held: str = field(default="", compare=False)

    @property
    def share(self) -> str:
        """The share in words: ``25 %``."""
        return self.held or f"{self.threshold:g} %"


@quick_dataclass(frozen=True, slots=True)
class Transfer:
    """A flow of Architect transfers contacts that wait in the queue ``source`` to the queue ``target``, both
    by their keys; they may be the same. No rule of a queue says so.

    ``flow`` is the name of the in-queue flow, ``version`` the published one that was read; both are empty
    where only policies tell of it. ``proven``: its configuration says that it transfers there; else it
    refers to the queue, and may. ``share`` is what all flows of the source were measured to transfer to the
    target, in percent of what the source is offered; None where nobody measured it.
    """

    source: str
    target: str
    flow: str = ""
    version: str = ""
    proven: bool = True
    share: float | None = None

    @property
    def label(self) -> str:
        """The flow in words, with its version."""
        return f"{self.flow} {self.version}".strip() or "that the policies state"

    def as_json(self) -> dict[str, Any]:
        """The transfer as plan and output have it."""
        return {
            "source": self.source,
            "target": self.target,
            "flow": self.flow,
            "version": self.version,
            "proven": self.proven,
            "share": self.share,
        }


FLOW: Final = "flow"
"""What stands in place of the kind of a rule where a flow moves contacts."""


def edges_of(
    source: str, rule: Rule, *, new: bool = False, position: Position | None = None, held: str = ""
) -> tuple[Edge, ...]:
    """The edge of a rule of the queue ``source``; none if it names no other queue."""
    target, role = rule.target, rule.role
    if not target or not role or (target == source and not role.to_itself):
        return ()
    about = (rule.share, rule.delay, rule.enabled, new, position, role, rule.kind, held)
    return (Edge(source, target, *about),)


@dataclass(frozen=True)
class Network:
    """Nodes in a stable order, and edges in the order of the rules of each queue.

    ``transfers`` are those of flows. They are load where their share was measured; else nobody knows how
    much they move.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    @cached_property
    def index(self) -> dict[str, int]:
        """The place of each node by its key."""
        return {node.key: place for place, node in enumerate(self.nodes)}

    @cached_property
    def in_force(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node its enabled edges that move contacts, in their order; edges to unknown nodes are left
        out."""
        return self._by_source([edge for edge in self.edges if edge.role.moves])

    @cached_property
    def watches(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node its edges to other queues whose metrics it watches; no contact moves along them."""
        watches = [edge for edge in self.edges if not edge.role.moves]
        return self._by_source([edge for edge in watches if edge.source != edge.target])

    def _by_source(self, edges: Sequence[Edge]) -> tuple[tuple[Edge, ...], ...]:
        if not edges:
            return ((),) * len(self.nodes)
        index = self.index
        found: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in edges:
            if edge.enabled and edge.target in index and edge.source in index:
                found[index[edge.source]].append(edge)
        return tuple(map(tuple, found))

    @cached_property
    def adjacency(self) -> list[list[int]]:
        """For each node the places of the targets of its enabled rules, each once, in their order."""
        index = self.index
        return [list(dict.fromkeys([index[edge.target] for edge in edges])) for edges in self.in_force]

    @cached_property
    def transfers_by_place(self) -> dict[tuple[int, int], list[Transfer]]:
        """The transfers between different nodes of this network, by the places of source and target."""
        return self._transfers(each for each in self.transfers if each.source != each.target)

    @cached_property
    def returns(self) -> dict[tuple[int, int], list[Transfer]]:
        """The transfers of nodes to themselves, by their places. They add no load: the contact was offered
        there already."""
        return self._transfers(each for each in self.transfers if each.source == each.target)

    def _transfers(self, transfers: Iterable[Transfer]) -> dict[tuple[int, int], list[Transfer]]:
        found: dict[tuple[int, int], list[Transfer]] = {}
        for transfer in transfers:
            if transfer.source in self.index and transfer.target in self.index:
                pair = self.index[transfer.source], self.index[transfer.target]
                found.setdefault(pair, []).append(transfer)
        return found

    @cached_property
    def ways(self) -> list[list[int]]:
        """The targets of rules with those of flows: every way that a contact may go from queue to queue."""
        return self._ways(self.transfers_by_place)

    @cached_property
    def proven_ways(self) -> list[list[int]]:
        """The same, of flows those alone whose configuration proves that they transfer."""
        pairs = self.transfers_by_place.items()
        return self._ways(pair for pair, transfers in pairs if any(each.proven for each in transfers))

    def _ways(self, by_flows: Iterable[tuple[int, int]]) -> list[list[int]]:
        flows = list(by_flows)
        if not flows:
            return self.adjacency
        found = [list(targets) for targets in self.adjacency]
        for source, target in flows:
            found[source].append(target)
        return [list(dict.fromkeys(targets)) for targets in found]

    @cached_property
    def measured(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node what its flows were measured to transfer, an edge for each target."""
        if not self.transfers_by_place:
            return ((),) * len(self.nodes)
        found: list[list[Edge]] = [[] for _ in self.nodes]
        for (source, target), transfers in self.transfers_by_place.items():
            share = transfers[0].share
            if share:
                keys = self.nodes[source].key, self.nodes[target].key
                found[source].append(Edge(*keys, share, role=MEASURED, kind=FLOW))
        return tuple(map(tuple, found))

    @cached_property
    def unmeasured(self) -> tuple[tuple[int, int], ...]:
        """The pairs of places between which flows transfer, and nobody measured how much."""
        return tuple(pair for pair, found in self.transfers_by_place.items() if found[0].share is None)

    @cached_property
    def onward(self) -> list[list[int]]:
        """For each node the places of the targets that its load goes on to, each once."""
        if not any(self.measured):
            return self.adjacency
        return [list(dict.fromkeys(self.index[edge.target] for edge in edges)) for edges in self.carrying]

    @cached_property
    def carrying(self) -> tuple[tuple[Edge, ...], ...]:
        """For each node the edges that are load: its rules in the order of their delays, then its flows."""
        delay = attrgetter("delay")
        in_turn = [tuple(sorted(edges, key=delay)) if len(edges) > 1 else edges for edges in self.in_force]
        if not any(self.measured):
            return tuple(in_turn)
        return tuple([(*edges, *flows) for edges, flows in zip(in_turn, self.measured, strict=True)])

    def names(self, places: Iterable[int]) -> list[str]:
        """The names of the nodes at ``places``."""
        return [self.nodes[place].name for place in places]


@quick_dataclass(frozen=True, slots=True)
class Load:
    """The load of a queue: ``offered`` is its own plus the ``inflow``; ``kept`` is what doesn't overflow.

    All are contacts per interval.
    """

    offered: float
    kept: float
    inflow: float

    def as_json(self) -> dict[str, float]:
        """The load as a plan has it."""
        return {"offered": self.offered, "kept": self.kept, "inflow": self.inflow}

    def of(self, limit: Limit) -> float:
        """The part of it that is compared with a limit."""
        return self.inflow if limit is Limit.INFLOW else self.kept


@quick_dataclass(frozen=True, slots=True)
class Headroom:
    """The factor of today's load at which the first queue is over its capacity, and where.

    ``limit`` says whether that queue takes in or keeps too much then. Less than 1: it is over today.
    ``factor`` takes rules that send "up to" a share at their most; at ``at_most``, which is as large or
    larger, a queue is over whatever they send. Each is None where nothing limits.
    """

    factor: float | None = None
    queue: str = ""
    queue_id: str = ""
    limit: Limit | None = None
    at_most: float | None = None

    def as_json(self) -> dict[str, Any]:
        """The headroom as plan and JSON output have it."""
        return {
            "factor": self.factor,
            "queue": self.queue,
            "queue_id": self.queue_id,
            "limit": self.limit.value if self.limit else None,
            "at_most": self.at_most,
        }
