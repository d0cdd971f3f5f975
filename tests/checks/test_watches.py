from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.watches import check_watches
from syncer.kinds.backup import BACKED
from syncer.model.finding import Finding, Loop, LoopRule, Note, Position, Severity
from syncer.model.network import Edge, Network, Node
from syncer.model.rule import SHARE, WATCH


def at(line: int) -> Position:
    return Position("policies/x.yaml", line, 9)


def network_of(*edges: Edge) -> Network:
    keys = sorted({key for edge in edges for key in (edge.source, edge.target)})
    return Network(tuple(Node(key, f"Queue {key}") for key in keys), edges)


def watch(source: str, target: str, line: int = 0) -> Edge:
    return Edge(source, target, role=WATCH, position=at(line) if line else None, kind="conditional_groups")


def test_a_circle_of_watches_is_one_warning_with_all_its_rules() -> None:
    network = network_of(watch("a", "b"), watch("b", "c", 4), watch("c", "a", 9), watch("a", "d"))
    expected = Finding(
        "loops.watch",
        Severity.WARNING,
        "Queue a → Queue b → Queue c → Queue a watch each other in a circle",
        at(4),
        "Let one of them watch no queue, or a queue outside the circle",
        (
            Note("Queue a watches Queue b"),
            Note("Queue b watches Queue c", at(4)),
            Note("Queue c watches Queue a", at(9)),
        ),
        queue="Queue a",
        queue_id="a",
        loop=Loop(
            queues=(("a", "Queue a"), ("b", "Queue b"), ("c", "Queue c")),
            rules=(
                LoopRule("a", "b", "conditional_groups"),
                LoopRule("b", "c", "conditional_groups", position=at(4)),
                LoopRule("c", "a", "conditional_groups", position=at(9)),
            ),
            tied=("a", "b", "c"),
        ),
    )
    assert (expected,) == check_watches(network)


def test_two_rules_that_watch_one_queue_are_both_named() -> None:
    (found,) = check_watches(network_of(watch("a", "b", 1), watch("a", "b", 2), watch("b", "a", 3)))
    assert [at(1), at(2), at(3)] == [note.position for note in found.notes]


def test_a_queue_that_watches_itself_is_no_circle() -> None:
    assert () == check_watches(network_of(watch("a", "a"), watch("a", "b")))


def test_rules_that_move_contacts_watch_nobody() -> None:
    for role in (SHARE, BACKED):
        assert () == check_watches(network_of(watch("a", "b"), Edge("b", "a", 100, role=role)))


LETTERS = st.sampled_from("abcde")


@given(st.lists(st.builds(Edge, LETTERS, LETTERS, role=st.sampled_from([SHARE, BACKED, WATCH])), max_size=12))
def test_every_finding_goes_round_along_watches(edges: list[Edge]) -> None:
    pairs = {(edge.source, edge.target) for edge in edges if edge.role == WATCH}
    for finding in check_watches(network_of(*edges)):
        names = [name.removeprefix("Queue ") for name in finding.message.split(" watch ")[0].split(" → ")]
        assert names[0] == names[-1]
        assert set(pairwise(names)) <= pairs
