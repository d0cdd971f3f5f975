"""What would be: one network before and after, queue by queue, and what the checks say of it.

Everything comes from the model of loads that the checks have, so it is as exact: the same loads, the same
limits, the same findings.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from syncer.checks import check_network, weigh
from syncer.checks.capacity import is_over
from syncer.checks.erlang import Service, service
from syncer.checks.loads import Full, bounds, headroom, known_capacity, limits_of
from syncer.checks.scenarios import in_scenario, out_of_order, scaled
from syncer.checks.since import MISSING, Before, Touched, held_against, solved
from syncer.live.analytics import GRANULARITY
from syncer.model.finding import Finding, Limit, Position
from syncer.model.network import Headroom, Load, Network, Node
from syncer.model.scenario import TODAY, Scenario
from syncer.model.settings import Settings


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue on one side, in contacts per interval.

    ``load`` is the most that it may be, ``least`` the least; both are the same where every share is exact,
    and None in or downstream of a loop. A queue that is ``out`` handles nothing. ``full_at`` is the factor of
    all base loads beyond which it is over its capacity, by what its ``limit`` says; None if nothing says so.
    ``service`` is known where its agents and the time that a contact takes are.
    """

    base_load: float
    capacity: float | None
    out: bool
    load: Load | None
    least: Load | None
    full_at: float | None
    limit: Limit | None
    service: Service | None

    @property
    def use(self) -> float | None:
        """The part of its capacity that it needs for what it keeps."""
        part = self.load.kept / self.capacity if self.load and self.capacity else math.inf
        return part if math.isfinite(part) else None

    @property
    def beyond(self) -> float | None:
        """What it keeps and can't handle: it waits, or is lost. None where nothing says how much that is."""
        if self.load is None or self.capacity is None:
            return None
        return self.load.kept - self.capacity if is_over(self.load.kept, self.capacity) else 0.0

    @property
    def over(self) -> bool:
        """Whether it takes in, or keeps, more than it can handle, at the most."""
        return self._is_over(self.load)

    @property
    def over_for_certain(self) -> bool:
        """The same at the least, whatever backup queues get."""
        return self._is_over(self.least)

    def _is_over(self, load: Load | None) -> bool:
        if load is None or self.capacity is None or self.out:
            return False
        return is_over(max(load.inflow, load.kept), self.capacity)

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON output has them."""
        return {
            "base_load": self.base_load,
            "capacity": self.capacity,
            "out": self.out,
            **{
                name: {"least": getattr(self.least, name), "most": getattr(self.load, name)}
                if self.load and self.least
                else None
                for name in ("offered", "inflow", "kept")
            },
            "use": self.use,
            "beyond": self.beyond,
            "over": self.over,
            "over_for_certain": self.over_for_certain,
            "full_at": self.full_at,
            "limit": self.limit.value if self.limit else None,
            "service": self.service.as_json() if self.service else None,
        }


@dataclass(frozen=True, slots=True)
class SimulatedQueue:
    """A queue before and after; ``queue`` is its key in the network."""

    queue: str
    name: str
    managed: bool
    position: Position | None
    before: QueueFigures
    after: QueueFigures


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would be, in the order of names.

    ``factor`` is what all base loads were multiplied by besides; ``headroom`` and ``full_at`` of a queue
    count from the loads without it. ``findings`` are those after, each with how it stands to before;
    ``solved`` are gone.
    """

    queues: tuple[SimulatedQueue, ...] = ()
    headroom_before: Headroom = field(default_factory=Headroom)
    headroom: Headroom = field(default_factory=Headroom)
    findings: tuple[Finding, ...] = ()
    solved: tuple[Finding, ...] = ()
    factor: float = 1.0

    @property
    def in_turn(self) -> tuple[SimulatedQueue, ...]:
        """The queues that more load makes full, in the order in which it does so."""
        known = [(each.after.full_at, each) for each in self.queues if each.after.full_at is not None]
        return tuple(each for _, each in sorted(known, key=lambda pair: pair[0]))

    @property
    def overflowing(self) -> tuple[SimulatedQueue, ...]:
        """Those that are over their capacity, in the same order."""
        return tuple(each for each in self.in_turn if each.after.over)


@dataclass(frozen=True, slots=True)
class Side:
    """A network of the simulation, and the keys of the queues that are out of service in it."""

    network: Network
    out: frozenset[str] = frozenset()

    @classmethod
    def of(cls, network: Network, scenario: Scenario = TODAY, *, changes: bool = False) -> "Side":
        """The network in a scenario. Unless it is that of a change, no rule of it is new."""
        edges = network.edges if changes else tuple(replace(edge, new=False) for edge in network.edges)
        then = in_scenario(replace(network, edges=edges), scenario)
        return cls(then, out_of_order(network, scenario))


def simulated(
    before: Side,
    after: Side,
    settings: Settings,
    *,
    touched: Touched | None = None,
    until_full: bool = False,
    together: bool = False,
    within: float = 20.0,
) -> Simulation:
    """Compare one side with the other.

    With ``until_full`` all base loads after grow, or shrink, until the first queue is exactly full; with
    ``together`` those before by the same factor. ``touched`` is what a change between both touches,
    ``within`` the seconds that contacts are to be answered in.
    """
    first, then = _Worked(before, settings), _Worked(after, settings)
    factor = then.headroom.factor if until_full and then.headroom.factor is not None else 1.0
    was, now = (first.times(factor) if together else first), then.times(factor)
    base = Before(was.findings, {node.key: node for node in was.network.nodes}, was.loads)
    findings = held_against(now.findings, base, now.loads, touched or Touched(), settings.strict)
    nodes = {node.key: node for node in was.network.nodes}
    return Simulation(
        queues=tuple(
            SimulatedQueue(
                *(node.key, node.name, node.managed, node.position),
                was.figures(nodes.get(node.key, node), first.full, within),
                now.figures(node, then.full, within),
            )
            for node in now.network.nodes
        ),
        headroom_before=first.headroom,
        headroom=then.headroom,
        findings=findings,
        solved=solved(findings, base, now.loads),
        factor=factor,
    )


class _Worked:
    """One side with all that the checks work out of it."""

    def __init__(self, side: Side, settings: Settings) -> None:
        self._side, self._settings = side, settings
        self.network = side.network
        self.loads = bounds(self.network)
        self.headroom = headroom(self.network, self.loads)
        self.full = _first_limits(limits_of(self.network, self.loads))
        self.findings = tuple(
            finding
            for finding in weigh(check_network(self.network, self.loads), settings)
            if not (finding.id == MISSING and finding.queue_id in side.out)
        )

    def times(self, factor: float) -> "_Worked":
        """The same side with so many times its base loads."""
        if factor == 1:
            return self
        return _Worked(Side(scaled(self.network, factor), self._side.out), self._settings)

    def figures(self, node: Node, full: dict[str, Full], within: float) -> QueueFigures:
        """Those of one queue; ``full`` are the limits of all."""
        out, reached = node.key in self._side.out, full.get(node.key)
        load = self.loads.most.of.get(node.key)
        return QueueFigures(
            base_load=node.base_load,
            capacity=0.0 if out else known_capacity(node),
            out=out,
            load=load,
            least=self.loads.least.of.get(node.key),
            full_at=reached.factor if reached else None,
            limit=reached.limit if reached else None,
            service=None if out else _service(node, load, self._settings.interval, within),
        )


def _first_limits(limits: Iterable[Full]) -> dict[str, Full]:
    """The limit of each queue that is reached first, by its key."""
    found: dict[str, Full] = {}
    for each in limits:
        known = found.get(each.node.key)
        if known is None or each.factor < known.factor:
            found[each.node.key] = each
    return found


def _service(node: Node, load: Load | None, interval: str, within: float) -> Service | None:
    """How the agents of a queue answer what it keeps; None where nobody knows of them."""
    if node.agents is None or node.aht is None or load is None:
        return None
    return service(load.kept, GRANULARITY[interval][1].total_seconds(), node.agents, node.aht, within)
