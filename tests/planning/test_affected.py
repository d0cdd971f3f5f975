"""What a plan says in contacts: of the queues that it touches, of each rule, and what it will cost."""

import pytest

from syncer.checks.flow_loops import check_flow_loops
from syncer.model.change import Action, Contacts
from syncer.model.finding import Position
from syncer.model.network import Edge, Load, Network, Node, Transfer
from syncer.model.plan import AffectedQueue, Cost, Plan, QueueState
from syncer.model.settings import Pace
from syncer.planning.affected import bounded, cost_of, transfers_near
from syncer.planning.build import base_of, build_plan
from tests.organizations import (
    NOW,
    backed,
    backup,
    conditional,
    groups,
    inputs_over,
    overflow,
    planned,
    policies,
    policy,
    raw,
    routed,
    rule,
)


def contacts(plan: Plan) -> list[tuple[str, str, Contacts | None]]:
    return [(each.name, rule.target_name, rule.contacts) for each in plan.changes for rule in each.rules]


def lines(plan: Plan) -> list[int | None]:
    places = [rule.position for change in plan.changes for rule in change.rules]
    return [place.line if place else None for place in places]


def test_each_rule_says_what_it_moves_and_where_it_stands() -> None:
    wanted = policies(
        policy("A", rule("B", 30), rule("C", 10), rule("D", enabled=False), base_load=200.0), policy("B")
    )
    plan = planned(wanted, [raw("A", overflow("B"), overflow("E", 5)), *map(raw, "BCDE")])
    assert [
        ("A", "B", Contacts(50, 60)),
        ("A", "C", Contacts(0, 20)),
        ("A", "D", Contacts(0, 0)),
        ("A", "E", Contacts(10, 0)),
    ] == sorted(contacts(plan), key=str)
    by_target = {rule.target_name: rule for change in plan.changes for rule in change.rules}
    assert {"B": 2, "C": 3, "D": 4, "E": None} == {
        name: each.position.line if each.position else None for name, each in by_target.items()
    }


def test_what_a_backup_queue_gets_and_what_comes_after_it_is_up_to() -> None:
    wanted = policies(policy("A", rule("C", 30, 90), backup=backup("B", 60, True), base_load=100.0))
    live = [raw("A", overflow("C", 20, 90)), raw("B"), raw("C")]
    plan = planned(wanted, live, dialect="mixed")
    assert [
        ("A", "B", Contacts(0, 100, up_to=True)),
        ("A", "C", Contacts(20, 30, up_to=True)),
    ] == sorted(contacts(plan), key=str)
    gone = planned(policies(policy("A", kinds=["backup"], base_load=100.0)), [backed("A", "B"), raw("B")])
    assert [("A", "B", Contacts(100, 0, up_to=True))] == contacts(gone)


def test_rules_that_move_nothing_have_no_contacts_and_yet_a_line() -> None:
    wanted = policies(policy("A", groups=(groups("Night"), groups("Late", queue="B"))), policy("B"))
    plan = planned(wanted, [routed("A"), raw("B")], dialect="mixed")
    assert [("A", "", None), ("A", "B", None)] == contacts(plan)
    assert [2, 3] == lines(plan)


def test_rules_of_conditional_groups_about_one_queue_have_lines_of_their_own() -> None:
    wanted = policies(
        policy("A", groups=(groups("Day"), groups("Night", queue="B"), groups("Late", queue="B"))),
        policy("B"),
    )
    live = [routed("A", conditional("Day"), conditional("Late", queue="B"), conditional("Day")), raw("B")]
    plan = planned(wanted, live)
    assert [3, 4] == lines(plan)


def test_in_or_behind_a_loop_nobody_knows_what_a_rule_moves() -> None:
    live = [raw("X", overflow("Y")), raw("Y", overflow("X"), overflow("A")), raw("A"), raw("B")]
    plan = planned(policies(policy("A", rule("B", 30), base_load=100.0), policy("B")), live)
    assert [("A", "B", Contacts(0, None))] == contacts(plan)
    states = {each.name: (each.before.load, each.after.load) for each in plan.queues}
    assert (None, None) == states["A"]


def test_a_second_rule_with_one_target_that_goes_moves_nothing_after_and_stands_nowhere() -> None:
    wanted = policies(policy("A", rule("B", 30), base_load=100.0), policy("B"))
    plan = planned(wanted, [raw("A", overflow("B", 30), overflow("B", 5)), raw("B")])
    ((change,),) = [each.rules for each in plan.changes]
    assert Action.DELETE is change.action
    assert (None, 0) == (change.position, change.contacts.after if change.contacts else None)


def test_the_queues_that_change_and_their_neighbors_before_and_after() -> None:
    old = policies(policy("A", rule("B"), base_load=100.0), policy("B", capacity=50.0))
    new = policies(policy("A", rule("B", 40), base_load=100.0), policy("B", capacity=60.0), policy("Z"))
    live = [raw("A", overflow("B", 25)), raw("B"), raw("U", overflow("A", 5)), raw("Z"), raw("Y")]
    inputs = inputs_over(new, live, base=base_of(old, inputs_over(new, live)))
    plan = build_plan(inputs, NOW)
    at_a, at_b = Position("policies/a.yaml", 1, 3), Position("policies/a.yaml", 3, 3)
    unknown = QueueState(None, 0, Load(0, 0, 0))
    assert (
        AffectedQueue(
            "id-A",
            "A",
            True,
            at_a,
            QueueState(1000, 100, Load(100, 75, 0)),
            QueueState(1000, 100, Load(100, 60, 0)),
        ),
        AffectedQueue(
            "id-B", "B", True, at_b, QueueState(50, 0, Load(25, 25, 25)), QueueState(60, 0, Load(40, 40, 40))
        ),
        AffectedQueue("id-U", "U", False, None, unknown, unknown),
    ) == plan.queues


def test_neighbors_by_rules_that_go_are_among_them() -> None:
    plan = planned(policies(policy("A"), policy("C")), [raw("A", overflow("B")), raw("B"), raw("C")])
    assert ["A", "B"] == [queue.name for queue in plan.queues]


def test_queues_far_away_whose_load_moves_are_among_them() -> None:
    chain = [policy("A", rule("B", 50), base_load=100.0), policy("B", rule("C", 50))]
    chain += [policy("C", rule("D", 50)), policy("D"), policy("E")]
    live = [raw("A"), raw("B", overflow("C", 50)), raw("C", overflow("D", 50)), raw("D"), raw("E")]
    plan = planned(policies(*chain), live)
    assert ["A", "B", "C", "D"] == [queue.name for queue in plan.queues]


def test_all_queues_of_a_loop_that_the_change_closes_are_among_them() -> None:
    ring = [policy(name, rule(after, 10)) for name, after in ("AB", "BC", "CD", "DE", "EF", "FA")]
    live = [
        raw(name, *([overflow(after, 10)] if name != "A" else []))
        for name, after in zip("ABCDEF", "BCDEFA", strict=True)
    ]
    plan = planned(policies(*ring), live)
    assert [*"ABCDEF"] == [queue.name for queue in plan.queues]


def test_a_queue_that_is_no_longer_watched_is_among_them() -> None:
    wanted = policies(policy("A", groups=(groups("Day"), groups("Night", queue="B"))), policy("B"))
    live = [routed("A", conditional("Day"), conditional("Night", queue="C")), *map(raw, "BCD")]
    assert ["A", "B", "C"] == [queue.name for queue in planned(wanted, live).queues]


def test_where_nothing_changes_nothing_is_affected() -> None:
    plan = planned(policies(policy("A", rule("B")), policy("B")), [raw("A", overflow("B")), raw("B")])
    assert ((), Cost(0, 0.0, 5.0)) == (plan.queues, plan.cost)


@pytest.mark.parametrize(
    ("expected", "puts", "queues", "lock"),
    [
        (Cost(3, 0.0, 5.0), 1, 10, "etag"),
        (Cost(5, 0.0, 5.0), 1, 10, "compare"),
        (Cost(414, 81.8, 5.0), 412, 500, "etag"),
        (Cost(416, 82.2, 5.0), 412, 501, "etag"),
        (Cost(1240, 247.0, 5.0), 412, 1000, "compare"),
        (Cost(0, 0.0, 5.0), 0, 10_000, "compare"),
    ],
)
def test_what_an_apply_costs(expected: Cost, puts: int, queues: int, lock: str) -> None:
    assert expected == cost_of(puts, queues, lock, Pace(5.0, 5))


def test_another_pace_takes_another_time() -> None:
    assert Cost(414, 12.8, 30.0) == cost_of(412, 500, "etag", Pace(30.0, 30))


def test_a_plan_says_what_its_apply_costs() -> None:
    wanted = policies(policy("A", rule("B", 30)), policy("B"))
    live = [raw("A"), raw("B")]
    assert Cost(3, 0.0, 5.0) == planned(wanted, live).cost
    assert Cost(5, 0.0, 5.0) == planned(wanted, [{**each, "_etag": None} for each in live]).cost


def test_the_flow_of_a_loop_that_was_there_is_kept_with_the_plan() -> None:
    nodes = tuple(Node(key, key) for key in "ABC")
    network = Network(nodes, (Edge("A", "B", 10),), (Transfer("B", "A"), Transfer("B", "C")))
    found = check_flow_loops(network)
    assert (Transfer("B", "A"),) == transfers_near((), found, network)
    assert () == transfers_near((), (), network)


def test_loads_behind_a_backup_queue_are_bounds() -> None:
    wanted = policies(
        policy("A", backup=backup("B")), policy("B", rule("C")), policy("C"), policy("D", rule("B"))
    )
    plan = planned(wanted, [raw(name) for name in "ABCD"], dialect="mixed")
    assert {"id-A", "id-B", "id-C"} == bounded(plan)
