"""What is proposed of a measurement, and what is left with its reason."""

from dataclasses import replace

import pytest

from syncer.measuring.busy import Busy
from syncer.measuring.figures import Capacity, Figures, Measurement
from syncer.measuring.outflow import How, Mean, Outflow, Stream
from syncer.measuring.proposals import Proposal, Proposing, too_low
from syncer.measuring.write import Wanted
from syncer.model.finding import Position
from syncer.model.network import Edge, Network, Node, Transfer
from syncer.model.policy import OnlyIn, PolicyQueue, QueueRef, StatedTransfer
from syncer.model.queue import LiveQueue
from syncer.model.settings import Override
from syncer.resolving.groups import QueueIndex

HERE = Position("settings.yaml", 1, 1)
NIGHT = Transfer("a", "b", "Night", "1")
MOVED = Stream("a", "b", (), (NIGHT,), 0.0, None, 25.0, How.ALL)
LIVE = QueueIndex([LiveQueue("a", "A"), LiveQueue("b", "B"), LiveQueue("c", "Twin"), LiveQueue("d", "Twin")])
A = Figures("a", "A", Mean(offered=200.0, flowed_out=25.0), 0.0, 200.0, "", Capacity(9, True), "")
B = Figures("b", "B", Mean(offered=30.0), None, None, "nobody knows", None, "none in time")
FOUND = Measurement(Busy((0, 1, 2)), (A, B), (Outflow("a", 25.0, (MOVED,)), Outflow("b", 0.0)))


PROPOSING = Proposing(LIVE, FOUND)


def queue(name: str, base_load: float = 0.0, capacity: float | None = None) -> PolicyQueue:
    return PolicyQueue(QueueRef(name), base_load=base_load, capacity=capacity)


def proposed(policy: PolicyQueue, proposing: Proposing = PROPOSING) -> Proposal:
    return proposing.of_file([policy])[0]


def test_figures_are_proposed_for_the_queues_of_a_file_by_their_place() -> None:
    policies = [queue("Unknown"), queue("Twin"), queue("A"), PolicyQueue(QueueRef(id="a")), queue("B")]
    found = PROPOSING.of_file(policies)
    assert [(2, A), (4, B)] == [(place, each.figures) for place, each in found.items()]


def test_what_is_determined_is_wanted_and_the_rest_is_left() -> None:
    shares = ((QueueRef("B"), 12.5),)
    assert Wanted(200.0, Capacity(9, True), False, shares) == proposed(queue("A")).wanted
    left = proposed(queue("B"))
    assert Wanted() == left.wanted
    assert ("base_load: nobody knows", "capacity: none in time") == left.left


def test_a_target_is_named_as_the_policy_does_or_by_a_name_that_is_no_other_s() -> None:
    stated = (StatedTransfer(QueueRef("Twin"), 3.0), StatedTransfer(QueueRef(id="b"), 3.0))
    assert ((QueueRef(id="b"), 12.5),) == proposed(replace(queue("A"), transfers=stated)).wanted.shares
    to_twin = replace(FOUND, out=(Outflow("a", 25.0, (replace(MOVED, target="c"),)),))
    assert ((QueueRef(id="c"), 12.5),) == proposed(queue("A"), Proposing(LIVE, to_twin)).wanted.shares


@pytest.mark.parametrize("odd", [" B", "B\x1b[2J", "\ud800"])
def test_a_name_that_no_file_should_hold_is_an_id(odd: str) -> None:
    live = QueueIndex([LiveQueue("a", "A"), LiveQueue("b", odd)])
    assert ((QueueRef(id="b"), 12.5),) == proposed(queue("A"), Proposing(live, FOUND)).wanted.shares


def test_a_share_of_nothing_is_stated() -> None:
    nothing = replace(FOUND, out=(Outflow("a", 0.0, (replace(MOVED, amount=0.0),)),))
    assert ((QueueRef("B"), 0.0),) == proposed(queue("A"), Proposing(LIVE, nothing)).wanted.shares


def test_a_capacity_is_a_value_where_that_is_asked_for_and_no_error() -> None:
    values = replace(PROPOSING, as_values=True)
    assert proposed(queue("A"), values).wanted.as_value
    low = proposed(queue("A"), replace(values, too_low={"a": 10.04}))
    assert (Capacity(9, True), False) == (low.wanted.capacity, low.wanted.as_value)
    assert ("capacity: 10.0 overflow into it, more than the 9 measured; it is a comment",) == low.left


def test_a_comment_that_says_what_the_value_says_is_not_needed() -> None:
    assert None is proposed(queue("A", capacity=9)).wanted.capacity
    assert (
        Capacity(9, True)
        == proposed(queue("A", capacity=9), replace(PROPOSING, as_values=True)).wanted.capacity
    )


def test_what_an_environment_overrides_is_left() -> None:
    own = Override(QueueRef("A"), HERE, capacity=5.0, base_load=6.5)
    proposing = Proposing(LIVE, FOUND, (Override(QueueRef("B"), HERE), own), as_values=True)
    found = proposed(queue("A"), proposing)
    assert (None, False) == (found.wanted.base_load, found.wanted.as_value)
    assert (
        "base_load: the settings state 6.5 for this environment",
        "capacity: the settings state 5 for this environment; it is a comment",
    ) == found.left


@pytest.mark.parametrize(
    ("policy", "as_values", "changes"),
    [
        (queue("A"), False, True),
        (queue("A", 200.0), False, True),
        (replace(queue("A", 200.0), transfers=(StatedTransfer(QueueRef("B"), 12.5),)), False, False),
        (replace(queue("A", 200.0), transfers=(StatedTransfer(QueueRef("B"), 12.5),)), True, True),
        (replace(queue("A", 200.0, 9.0), transfers=(StatedTransfer(QueueRef("B"), 12.5),)), True, False),
        (queue("B", 7.0), True, False),
    ],
)
def test_a_change_is_a_figure_that_is_another(policy: PolicyQueue, as_values: bool, changes: bool) -> None:
    assert changes is proposed(policy, replace(PROPOSING, as_values=as_values)).changes


def test_a_capacity_is_too_low_where_more_than_that_overflows_for_certain() -> None:
    figures = tuple(
        Figures(key, key, Mean(), base_load=load, capacity=Capacity(capacity, False))
        for key, load, capacity in (("a", 200.0, 1), ("b", None, 49), ("c", 5.0, 25), ("d", 5.0, 1))
    )
    nodes = tuple(Node(key, key, base_load=7.0) for key in "abcd")
    network = Network(nodes, (Edge("a", "b", 25), Edge("d", "c", 10)), (replace(NIGHT, target="c"),))
    out = (Outflow("a", 75.0, (replace(MOVED, target="c", amount=25.0),)),)
    found = Measurement(Busy((0, 1, 2)), figures, out)
    assert {"b": 50.0} == too_low(network, found)
    offered = tuple(replace(each, mean=Mean(offered=200.0)) for each in figures)
    assert {"b": 50.0, "c": 25.5} == too_low(network, replace(found, figures=offered))


def test_a_queue_of_another_environment_has_no_proposal() -> None:
    here, there = (replace(queue("A"), only=(OnlyIn(name),)) for name in ("prod", "test"))
    found = replace(PROPOSING, environment="prod").of_file([there, here])
    assert [1] == list(found)
