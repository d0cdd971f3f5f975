"""Time the checks and the ordering on 10,000 queues: ``python tests/bench/bench_graph.py``.

Prints counts and times, and each time as a multiple of one bare pass over all edges on this machine; it
judges nothing.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from syncer.checks.capacity import check_capacity
from syncer.checks.loads import loads
from syncer.checks.loops import check_loops
from syncer.graph.updates import Updates, updates
from syncer.model.network import Edge, Network, Node

QUEUES = 10_000
RULES_A_QUEUE = 3
T = TypeVar("T")


@dataclass(frozen=True)
class Bench:
    """A stopwatch that knows how long one bare pass over the edges takes."""

    unit: float

    def measure(self, what: str, work: Callable[[], T], count: Callable[[T], int]) -> None:
        seconds, result = timed(work)
        print(f"{what:<46}{count(result):>8}{seconds * 1000:>12.1f}{seconds / self.unit:>10.0f}")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def network(chance: random.Random, *, looped: bool) -> Network:
    """Random rules; without loops they lead to later queues only."""
    nodes = tuple(
        Node(str(number), f"Queue {number}", True, 100, chance.randrange(200)) for number in range(QUEUES)
    )
    edges = tuple(
        Edge(str(source), str(chance.randrange(0 if looped else source + 1, QUEUES)), 10, new=place == 0)
        for source in range(QUEUES - 1)
        for place in range(RULES_A_QUEUE)
    )
    return Network(nodes, edges)


def order_of(new: list[list[int]], share: float, chance: random.Random) -> Updates:
    """Order the updates of a share of the queues."""
    return updates(new, new, chance.sample(range(QUEUES), int(QUEUES * share)))


def main() -> None:
    chance = random.Random(1)
    straight, looped = network(chance, looped=False), network(chance, looped=True)
    for each in (straight, looped):
        print(f"{len(each.nodes)} queues, {sum(map(len, each.adjacency))} edges in force")
    bench = Bench(timed(lambda: sum(w for targets in straight.adjacency for w in targets))[0])
    print(f"\n{'':<46}{'count':>8}{'ms':>12}{'passes':>10}")
    bench.measure("loops, none: findings", lambda: check_loops(straight), len)
    bench.measure("loops, one large component: findings", lambda: check_loops(looped), len)
    bench.measure("loads: queues", lambda: loads(straight), lambda found: len(found.of))
    bench.measure("capacity: findings", lambda: check_capacity(straight), len)
    for share in (0.1, 1.0):
        work = partial(order_of, straight.adjacency, share, chance)
        bench.measure(
            f"order of updates, {share:.0%} of the queues changed: queues",
            work,
            lambda plan: len(plan.order),
        )


if __name__ == "__main__":
    main()
