"""Loops that policies would have if they said what live has."""

from collections.abc import Iterator, Mapping, Sequence

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from syncer.adopting.adopt import Adopted
from syncer.adopting.circles import Moves, without_circles
from syncer.kinds.overflow import OverflowRule
from syncer.kinds.registry import OVERFLOW_RULES
from syncer.model.policy import PolicyQueue, QueueRef
from syncer.model.queue import LiveQueue
from syncer.planning.gather import Live
from tests.properties import examples

KEYS = "abcde"
Targets = Mapping[str, frozenset[str]]

targets = st.fixed_dictionaries({key: st.frozensets(st.sampled_from(KEYS), max_size=2) for key in KEYS})


def left(before: Targets, after: Targets) -> dict[str, str]:
    """Why each queue is left out, where policies have ``before`` and live ``after``."""

    def moves(adopted: Sequence[Adopted]) -> Iterator[Moves]:
        for each in adopted:
            key = each.queue.id
            yield Moves(key, before[key], before[key] if each.why_not else after[key])

    adopted = [Adopted(LiveQueue(key, key.upper()), PolicyQueue(QueueRef(key))) for key in after]
    live = Live("https://api", tuple(each.queue for each in adopted), "etag", OVERFLOW_RULES, ())
    found = without_circles(adopted, moves, live)
    assert all(each.policy is not None and each.policy.managed != bool(each.why_not) for each in found)
    return {each.queue.id: each.why_not for each in found if each.why_not}


def to(**targets: str) -> Targets:
    return {key: frozenset(found) for key, found in targets.items()}


def test_the_queues_that_close_a_loop_are_left_out_and_no_others() -> None:
    expected = {
        "a": "A → B → A would overflow in a circle: break the loop first",
        "b": "B → A → B would overflow in a circle: break the loop first",
    }
    assert expected == left(to(a="", b="", c=""), to(a="b", b="a", c="a"))


def test_a_queue_whose_policy_says_so_already_is_none_that_closes_it() -> None:
    assert ["b"] == list(left(to(a="b", b=""), to(a="b", b="a")))


def test_what_closes_a_loop_with_a_queue_that_is_left_out_is_left_out_too() -> None:
    # A and B turn round; then A keeps its rule to C, which begins to lead to A.
    assert ["a", "b", "c"] == list(left(to(a="c", b="", c=""), to(a="b", b="a", c="a")))


def test_a_loop_of_the_policies_is_theirs() -> None:
    assert {} == left(to(a="b", b="a"), to(a="b", b="a"))


def test_a_queue_that_no_policy_manages_closes_a_loop_by_what_live_has() -> None:
    """Two rules with one target can't be written: such a queue stays, and so do those in its loop."""
    twice = (OverflowRule("a", 5, 0, False), OverflowRule("a", 5, 0, True))
    queues = (LiveQueue("a", "A", rules=(OverflowRule("b", 5),)), LiveQueue("b", "B", rules=twice))
    adopted = [Adopted(queues[0], PolicyQueue(QueueRef("A")))]
    live = Live("https://api", queues, "etag", OVERFLOW_RULES, ())

    def moves(chosen: Sequence[Adopted]) -> Iterator[Moves]:
        return (Moves(each.queue.id, frozenset(), frozenset("b")) for each in chosen if not each.why_not)

    (found,) = without_circles(adopted, moves, live)
    assert "A → B → A would overflow in a circle: break the loop first" == found.why_not


def test_a_long_loop_is_not_shown_whole() -> None:
    ring = {str(number): frozenset({str((number + 1) % 30)}) for number in range(30)}
    reason = left(dict.fromkeys(ring, frozenset()), ring)["0"]
    assert reason.startswith("0 → 1 → ")
    assert "→ 19 → … 10 more … → 0 would overflow" in reason


@examples(100)
@given(targets, targets)
def test_nothing_that_is_written_closes_a_loop(before: Targets, after: Targets) -> None:
    out = left(before, after)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for key in KEYS:
        graph.add_edges_from(
            (key, target) for target in (before if key in out else after)[key] if target != key
        )
    tied = {key: component for component in nx.strongly_connected_components(graph) for key in component}
    for key in KEYS - out.keys():
        assert not any(target in tied.get(key, ()) for target in after[key] - before[key] - {key})
