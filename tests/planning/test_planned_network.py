"""The networks of a plan, out of its file and the policies: the plan itself is the oracle."""

from dataclasses import replace
from typing import Any

from hypothesis import given

from syncer.checks.loads import bounds, headroom
from syncer.model.finding import Finding, Position, Severity
from syncer.model.network import Facts, Transfer
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet, QueueRef, StatedTransfer
from syncer.model.settings import Settings
from syncer.planning.before import Base
from syncer.planning.document import plan_document
from syncer.planning.planned_network import planned_networks
from syncer.planning.saved_plan import plan_of
from tests.organizations import organizations, overflow, planned, policies, policy, raw, rule
from tests.properties import examples


def loaded(wanted: PolicySet) -> PolicySet:
    """The same policies, each queue with a load and a capacity of its own."""
    queues = (
        replace(queue, base_load=100.0 + 37 * number, capacity=60.0 + 50 * number)
        for number, queue in enumerate(wanted.queues)
    )
    return replace(wanted, queues=tuple(queues))


def saved(plan: Plan) -> Plan:
    return plan_of(plan_document(plan))


@examples(50)
@given(organizations())
def test_they_have_the_headroom_and_the_loads_that_the_plan_says(
    organization: tuple[PolicySet, list[Any]],
) -> None:
    wanted, raws = loaded(organization[0]), organization[1]
    plan = saved(planned(wanted, raws))
    before, after = planned_networks(plan, wanted)
    was, now = bounds(before), bounds(after)
    assert plan.headroom_before == headroom(before, was)
    assert plan.headroom == headroom(after, now)
    for queue in plan.queues:
        assert queue.before.load == was.most.of.get(queue.queue)
        assert queue.after.load == now.most.of.get(queue.queue)
        node = after.nodes[after.index[queue.queue]]
        assert (queue.name, queue.managed, queue.after.capacity) == (node.name, node.managed, node.capacity)


def test_rules_that_the_change_puts_in_force_are_new() -> None:
    wanted = policies(policy("A", rule("B", 30), rule("C")), policy("B"))
    raws = [raw("A", overflow("B")), raw("B"), raw("C", overflow("B"))]
    before, after = planned_networks(saved(planned(wanted, raws)), wanted)
    assert [("id-A", "id-B", 25, False), ("id-C", "id-B", 25, False)] == [
        (edge.source, edge.target, edge.threshold, edge.new) for edge in before.edges
    ]
    assert [
        ("id-A", "id-B", 30, False),
        ("id-A", "id-C", 25, True),
        ("id-C", "id-B", 25, False),
    ] == sorted((edge.source, edge.target, edge.threshold, edge.new) for edge in after.edges)


def test_capacities_and_loads_of_before_are_those_of_the_plan() -> None:
    wanted = policies(policy("A", rule("B", 30)), policy("B"))
    base = Base({"id-A": Facts(7.0, 3.0)})
    plan = saved(planned(wanted, [raw("A"), raw("B")], base=base))
    before, after = planned_networks(plan, wanted)
    assert (7.0, 3.0) == (before.nodes[0].capacity, before.nodes[0].base_load)
    assert (7.0, 3.0) != (after.nodes[0].capacity, after.nodes[0].base_load)


def test_transfers_are_those_of_the_plan_and_those_that_policies_state() -> None:
    stated = tuple(
        StatedTransfer(QueueRef(target), share, Position("p.yaml", line, 1))
        for target, share, line in (("B", 10.0, 1), ("C", 20.0, 2), ("D", 30.0, 3))
    )
    wanted = policies(policy("A", transfers=stated), policy("B"), policy("C"), policy("D"))
    raws = [raw(name) for name in "ABCD"]
    plan = planned(wanted, raws, settings=Settings(flows=False))
    own = Transfer("id-A", "id-B", "Night", "1.0", share=10.0)
    gone = Finding("flows.gone", Severity.WARNING, "", Position("p.yaml", 3, 1))
    before, after = planned_networks(replace(plan, transfers=(own,), findings=(gone,)), wanted)
    assert (own, Transfer("id-A", "id-C", proven=False, share=20.0)) == before.transfers == after.transfers
