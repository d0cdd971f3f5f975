from hypothesis import given

from syncer.checks.loads import LoadedNetwork
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import QueueChange
from syncer.model.network import Edge, Network, Node, Transfer
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.queue import LiveQueue
from syncer.model.settings import Ownership, Settings
from syncer.planning.before import network_before
from syncer.planning.order import in_safe_order
from tests.organizations import Raw, organizations, overflow, planned, policies, policy, raw, rule
from tests.properties import examples


def steps(plan: Plan) -> dict[str, tuple[int, list[str]]]:
    return {
        change.name: (change.step, [queue.removeprefix("id-") for queue in change.waits_for])
        for change in plan.changes
    }


def test_queues_without_a_path_between_them_share_a_step() -> None:
    wanted = policies(policy("A", rule("C")), policy("B", rule("D")), policy("C"), policy("D"))
    assert {"A": (1, []), "B": (1, [])} == steps(planned(wanted, [raw(name) for name in "ABCD"]))


def test_a_path_alone_makes_nobody_wait() -> None:
    wanted = policies(policy("A", rule("B")), policy("B", rule("C")), policy("C", rule("D")), policy("D"))
    live = [raw("A"), raw("B", overflow("C")), raw("C"), raw("D")]
    assert {"C": (1, []), "A": (1, [])} == steps(planned(wanted, live))


def test_a_queue_waits_through_queues_that_stay_as_they_are() -> None:
    """Live goes C → A; turned round, A → B → C closes a loop unless C is written first."""
    wanted = policies(policy("A", rule("B")), policy("B", rule("C")), policy("C"))
    live = [raw("A"), raw("B", overflow("C")), raw("C", overflow("A"))]
    assert {"C": (1, []), "A": (2, ["C"])} == steps(planned(wanted, live))


def test_a_disabled_rule_makes_nobody_wait() -> None:
    wanted = policies(policy("A", rule("B", enabled=False)), policy("B", rule("C")), policy("C"))
    assert {"A": (1, []), "B": (1, [])} == steps(planned(wanted, [raw(name) for name in "ABC"]))


def test_a_queue_that_is_only_marked_waits_for_nobody_and_nobody_for_it() -> None:
    wanted = policies(policy("A", rule("B")), policy("B", rule("C")), policy("C", rule("D")), policy("D"))
    live = [raw("A", overflow("B")), raw("B"), raw("C", overflow("D")), raw("D")]
    marking = Settings(ownership=Ownership("us"))
    assert {name: (1, []) for name in "ABCD"} == steps(planned(wanted, live, settings=marking))
    live = [raw("A"), raw("B", overflow("C")), raw("C", overflow("D")), raw("D", overflow("A"))]
    wanted = policies(policy("A", rule("B")), policy("B", rule("C")), policy("C", rule("D")), policy("D"))
    plan = planned(wanted, live, settings=marking)
    assert {"B": (1, []), "C": (1, []), "D": (1, []), "A": (2, ["D"])} == steps(plan)
    assert "A" == plan.changes[-1].name


def test_a_diamond_that_turns_round() -> None:
    wanted = policies(
        policy("A", rule("B"), rule("C")),
        policy("B", rule("D")),
        policy("C", rule("D")),
        policy("D", rule("E")),
        policy("E"),
    )
    live = [raw("A"), raw("B"), raw("C"), raw("D"), raw("E", overflow("A"))]
    assert {
        "E": (1, []),
        "D": (2, ["E"]),
        "B": (3, ["D"]),
        "C": (3, ["D"]),
        "A": (4, ["B", "C"]),
    } == steps(planned(wanted, live))


@given(organizations())
@examples(25)
def test_every_change_stands_behind_what_it_waits_for(organization: tuple[PolicySet, list[Raw]]) -> None:
    plan = planned(*organization)
    done: dict[str, int] = {}
    for change in plan.changes:
        assert all(done[queue] < change.step for queue in change.waits_for)
        assert 1 + max((done[queue] for queue in change.waits_for), default=0) == change.step
        done[change.queue] = change.step


def test_a_flow_that_only_may_transfer_does_not_undo_the_order_of_rules() -> None:
    """With it all three would be one component, and A and B might send to each other for a moment."""
    to_a, to_b = ((OverflowRule(key, 10, 0, True),) for key in "AB")
    changes = [
        QueueChange("A", "A", (), to_b, (), kinds=("overflow",)),
        QueueChange("B", "B", (), (), to_a, kinds=("overflow",)),
    ]
    nodes = tuple(Node(key, key, True) for key in "ABC")
    live = [LiveQueue("A", "A", rules=to_b), LiveQueue("B", "B"), LiveQueue("C", "C")]
    for proven in (False, True):
        flows = (Transfer("A", "C", proven=proven), Transfer("C", "B", proven=False))
        after = Network(nodes, (Edge("B", "A", 10),), flows)
        target = LoadedNetwork.of(after)
        ordered, _ = in_safe_order(changes, network_before(target, live, changes), target)
        assert {"A": (), "B": ("A",)} == {change.queue: change.waits_for for change in ordered}


def test_a_new_rule_where_a_flow_goes_already_waits_like_any_other() -> None:
    """The flow goes from A to B; B's rule to A goes first, or rules alone make a loop."""
    to_a, to_b = ((OverflowRule(key, 10, 0, True),) for key in "AB")
    changes = [
        QueueChange("A", "A", (), (), to_b, kinds=("overflow",)),
        QueueChange("B", "B", (), to_a, (), kinds=("overflow",)),
    ]
    nodes = tuple(Node(key, key, True) for key in "AB")
    live = [LiveQueue("A", "A"), LiveQueue("B", "B", rules=to_a)]
    for proven in (False, True):
        after = Network(nodes, (Edge("A", "B", 10),), (Transfer("A", "B", proven=proven),))
        target = LoadedNetwork.of(after)
        ordered, _ = in_safe_order(changes, network_before(target, live, changes), target)
        assert {"A": ("B",), "B": ()} == {change.queue: change.waits_for for change in ordered}
