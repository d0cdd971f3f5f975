"""Every state that an apply can pass through, by brute force on small networks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from syncer.graph.cycles import components
from syncer.graph.updates import Updates, sinks_first, updates
from tests.properties import examples

Adjacency = list[list[int]]


@dataclass(frozen=True)
class Change:
    old: Adjacency
    new: Adjacency
    changed: tuple[int, ...]

    @property
    def plan(self) -> Updates:
        return updates(self.old, self.new, self.changed)

    def after(self, updated: Iterable[int]) -> Adjacency:
        done = frozenset(updated)
        return [self.new[v] if v in done else self.old[v] for v in range(len(self.old))]

    def has_new_loop(self, updated: Iterable[int]) -> bool:
        """Whether a cycle uses an edge that the network did not have before."""
        return has_loop_beyond(self.old, self.after(updated))


def has_loop_beyond(old: Adjacency, now: Adjacency) -> bool:
    home = {node: number for number, component in enumerate(components(now)) for node in component}
    return any(
        home[node] == home[target] and target not in old[node] for node in home for target in now[node]
    )


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """A network and a new one without a new rule in a loop; loops that stay are drawn too."""
    size = draw(st.integers(1, 7))
    targets = st.lists(st.integers(0, size - 1), unique=True, max_size=3)
    old = [draw(targets) for _ in range(size)]
    changed = sorted(draw(st.sets(st.integers(0, size - 1), min_size=1)))
    line = draw(st.permutations(range(size)))
    new = [list(targets) for targets in old]
    for node in changed:
        kept = [target for target in old[node] if draw(st.booleans())]
        forward = [target for target in draw(targets) if line.index(target) > line.index(node)]
        new[node] = list(dict.fromkeys([*kept, *forward]))
    assume(not has_loop_beyond(old, new))
    return Change(old, new, tuple(changed))


def subsets(nodes: Iterable[int]) -> Iterator[frozenset[int]]:
    pool = sorted(nodes)
    for size in range(len(pool) + 1):
        yield from map(frozenset, combinations(pool, size))


def reachable(plan: Updates) -> Iterator[frozenset[int]]:
    """Every set of updates that some interleaving of the scheduler passes through."""
    return (done for done in subsets(plan.order) if all(done.issuperset(plan.waits_for[v]) for v in done))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            [[], [], []],
            [[1], [2], []],
            Updates({0: (), 1: ()}, (1, 0)),
            id="no loop can come up: one round",
        ),
        pytest.param(
            [[1], []],
            [[], [0]],
            Updates({0: (), 1: (0,)}, (0, 1)),
            id="a rule turns round",
        ),
        pytest.param(
            [[], [2], [0]],
            [[1], [2], []],
            Updates({0: (2,), 2: ()}, (2, 0)),
            id="a circle turns round through an unchanged queue",
        ),
        pytest.param(
            [[], [2], []],
            [[1], [2], []],
            Updates({0: ()}, (0,)),
            id="nothing to wait for",
        ),
        pytest.param(
            [[], [2], [3], []],
            [[1], [2], [], []],
            Updates({0: (), 2: ()}, (2, 0)),
            id="a rule that only goes delays nobody",
        ),
        pytest.param(
            [[1, 2], [0], []],
            [[1], [0], []],
            Updates({0: ()}, (0,)),
            id="a live loop that stays",
        ),
    ],
)
def test_updates(old: Adjacency, new: Adjacency, expected: Updates) -> None:
    changed = [node for node in range(len(old)) if old[node] != new[node]]
    assert expected == updates(old, new, changed)


def test_queues_of_one_loop_wait_for_the_same_and_not_for_each_other() -> None:
    new = [[1], [0, 2], [3], []]
    assert sinks_first(new, [0, 1, 2]).waits_for == {0: (2,), 1: (2,), 2: ()}


def test_who_gets_a_rule_waits_for_all_below_it_that_wait_for_nobody() -> None:
    """1 only loses a rule and waits for nobody, so 0 waits for 2 itself too."""
    old = [[], [0, 2], [0]]
    new = [[1], [2], []]
    assert {0: (1, 2), 1: (), 2: ()} == updates(old, new, [0, 1, 2]).waits_for


def test_ten_thousand_thresholds_are_one_step() -> None:
    chain = [[number + 1] for number in range(9_999)] + [[]]
    assert all(not waits for waits in updates(chain, chain, range(0, 10_000, 10)).waits_for.values())


@examples(150)
@given(changes())
def test_no_interleaving_makes_a_loop(change: Change) -> None:
    assert [done for done in reachable(change.plan) if change.has_new_loop(done)] == []


@given(changes())
def test_each_changed_queue_once_and_after_what_it_waits_for(change: Change) -> None:
    plan = change.plan
    assert list(change.changed) == sorted(plan.order)
    assert list(change.changed) == list(plan.waits_for)
    turn = {node: number for number, node in enumerate(plan.order)}
    assert all(turn[other] < turn[node] for node in plan.order for other in plan.waits_for[node])


@given(changes())
def test_sinks_first_waits_for_every_changed_queue_below(change: Change) -> None:
    """Said without the algorithm: whoever reaches a changed queue waits for it, be it through others."""
    plan = sinks_first(change.new, change.changed)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(change.new)))
    graph.add_edges_from((v, w) for v, targets in enumerate(change.new) for w in targets)
    waits: nx.DiGraph[int] = nx.DiGraph([(v, w) for v in plan.order for w in plan.waits_for[v]])
    waits.add_nodes_from(plan.order)
    for node in plan.order:
        below = nx.descendants(graph, node)
        apart = {v for v in below.intersection(plan.order) if node not in nx.descendants(graph, v)}
        assert apart == nx.descendants(waits, node)


@given(changes())
def test_only_queues_of_one_component_of_old_and_new_wait_for_each_other(change: Change) -> None:
    together = [[*old, *new] for old, new in zip(change.old, change.new, strict=True)]
    home = {node: number for number, component in enumerate(components(together)) for node in component}
    for node, others in change.plan.waits_for.items():
        assert all(home[node] == home[other] for other in others)
        assert not others or any(
            target not in change.old[node] and home[target] == home[node] for target in change.new[node]
        )


@given(changes())
def test_a_new_plan_from_any_state_works(change: Change) -> None:
    for done in reachable(change.plan):
        left = tuple(node for node in change.changed if node not in done)
        rest = Change(change.after(done), change.new, left)
        assert left == tuple(sorted(rest.plan.order))
        assert [part for part in reachable(rest.plan) if rest.has_new_loop(part)] == []


@given(changes())
def test_same_input_same_order(change: Change) -> None:
    backwards = updates(change.old, change.new, change.changed[::-1])
    assert change.plan == backwards
    assert list(change.plan.waits_for) == list(backwards.waits_for)
