"""Where flow-outs go: measured, split, the rest, or not determined."""

import pytest

from syncer.measuring.outflow import How, Mean, Outflow, noise, outflows, upstream
from syncer.model.network import Edge, Network, Node, Transfer
from syncer.model.rule import Role

BACKUP = Role(exact=False, noun="backup queue")


def share(source: str, target: str, threshold: int, delay: int = 0) -> Edge:
    return Edge(source, target, threshold, delay)


def backup(source: str, target: str, delay: int = 0) -> Edge:
    return Edge(source, target, 100, delay, role=BACKUP)


def network(*edges: Edge, flows: tuple[tuple[str, str], ...] = ()) -> Network:
    nodes = tuple(Node(key, key.upper()) for key in "abcd")
    return Network(nodes, edges, tuple(Transfer(*pair, "Night", "3") for pair in flows))


def out_of(found: Network, offered: float = 100, flowed_out: float = 40) -> Outflow:
    return outflows(found, {"a": Mean(offered=offered, flowed_out=flowed_out)})[0]


def streams(
    found: Network, offered: float = 100, flowed_out: float = 40
) -> list[tuple[str, float | None, str]]:
    return [(each.target, each.amount, each.how) for each in out_of(found, offered, flowed_out).streams]


@pytest.mark.parametrize(
    "found",
    [
        network(share("a", "b", 25)),
        network(backup("a", "b")),
        network(flows=(("a", "b"),)),
        network(share("a", "b", 25), backup("a", "b", 60), flows=(("a", "b"), ("a", "b"))),
    ],
)
def test_all_goes_to_an_only_target(found: Network) -> None:
    assert [("b", 40, How.ALL)] == streams(found)


def test_exact_shares_split_it_as_the_model_does() -> None:
    found = network(share("a", "b", 30), share("a", "c", 10))
    assert [("b", 30, How.SPLIT), ("c", 10, How.SPLIT)] == streams(found)
    starving = network(share("a", "b", 80), share("a", "c", 80, delay=60))
    assert [("b", 80, How.SPLIT), ("c", 20, How.SPLIT)] == streams(starving, flowed_out=100)


def test_rules_that_send_nothing_can_not_split_it() -> None:
    found = out_of(network(share("a", "b", 0), share("a", "c", 0)))
    assert [None, None] == [each.amount for each in found.streams]
    assert "by the model none of its rules sends anything" == found.why_open


@pytest.mark.parametrize(
    "found",
    [
        network(share("a", "b", 30), backup("a", "c", delay=10)),
        network(share("a", "b", 30, delay=60), backup("a", "c")),
        network(share("a", "b", 30), flows=(("a", "c"),)),
    ],
)
def test_the_rest_goes_to_the_only_one_whose_share_is_not_exact(found: Network) -> None:
    assert [("b", 30, How.RULE), ("c", 10, How.REST)] == streams(found)


def test_a_rest_that_is_negative_by_chance_is_nothing() -> None:
    found = network(share("a", "b", 30), backup("a", "c"))
    assert [("b", 30, How.RULE), ("c", 0, How.REST)] == streams(found, flowed_out=29.5)


def test_a_rest_that_is_negative_determines_nothing() -> None:
    found = out_of(network(share("a", "b", 30), backup("a", "c")), flowed_out=20)
    assert [(None, How.OPEN)] * 2 == [(each.amount, each.how) for each in found.streams]
    assert "20.0 flow out of it, and its rules alone would send 30.0" == found.why_open


def test_several_whose_share_is_not_exact_are_not_determined() -> None:
    found = out_of(network(share("a", "b", 30), backup("a", "c"), flows=(("a", "d"),)))
    assert [("b", 30, How.RULE), ("c", None, How.OPEN), ("d", None, How.OPEN)] == [
        (each.target, each.amount, each.how) for each in found.streams
    ]
    assert "how 10.0 contacts divide between 2 ways out of it is not known" == found.why_open


def test_of_nothing_each_gets_nothing() -> None:
    found = network(backup("a", "c"), flows=(("a", "d"),))
    assert [0, 0] == [amount for _, amount, _ in streams(found, flowed_out=0)]


def test_what_flows_out_without_an_edge_is_unseen() -> None:
    found = out_of(network(share("b", "a", 30)))
    assert (40, ()) == (found.unseen, found.streams)


def test_a_rule_to_its_own_queue_and_one_that_is_off_are_no_trouble() -> None:
    assert [("a", 40, How.ALL)] == streams(network(share("a", "a", 40)))
    off = Edge("a", "b", 40, enabled=False)
    assert 40 == out_of(network(off)).unseen


def test_the_model_says_how_much_may_flow() -> None:
    found = out_of(network(share("a", "b", 30, delay=10), backup("a", "c"), flows=(("a", "d"),))).streams
    assert [("b", 0, 30), ("c", 0, 100), ("d", 0, None)] == [
        (each.target, each.low, each.high) for each in found
    ]


def test_only_queues_that_were_measured_have_an_outflow() -> None:
    assert ["b"] == [each.source for each in outflows(network(share("a", "b", 3)), {"b": Mean()})]


def test_upstream_are_all_from_which_contacts_may_come() -> None:
    found = network(share("a", "b", 30), backup("d", "a"), flows=(("b", "c"),))
    assert ("a", "b", "d") == upstream(found, ["b", "unknown"])
    assert ("a", "b", "c", "d") == upstream(found, ["c"])


def test_noise_is_half_a_contact_at_least() -> None:
    assert [0.5, 0.5, 2.0] == [noise(amount) for amount in (0, 25, 100)]
