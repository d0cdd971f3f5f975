from dataclasses import replace

from syncer.kinds.registry import rule_document, rules_of
from syncer.model.policy import PolicySet
from syncer.model.source import Source
from syncer.planning.document import (
    change_digest,
    change_document,
    change_of,
    plan_document,
    planned_change_of,
)
from syncer.planning.verdict import verdict
from tests.organizations import (
    FILE,
    Raw,
    backed,
    backup,
    groups,
    overflow,
    planned,
    policies,
    policy,
    raw,
    recorded,
    routed,
    rule,
)

PLAN = planned(
    policies(policy("A", rule("B", 30), rule("C"))),
    [raw("A", overflow("B"), overflow("D"), overflow("B", 1)), raw("B"), raw("C"), raw("D")],
)


def test_changes_are_read_back_as_they_were() -> None:
    (change,) = PLAN.changes
    assert 4 == len(change.rules)
    (planned_change,) = plan_document(PLAN)["changes"]
    assert change == change_of(planned_change)
    assert recorded(change) == change_of(change_document(change))
    assert change.after == rules_of([rule_document(each) for each in change.after])


def digest_of(wanted: PolicySet, live: list[Raw], dialect: str = "auto") -> str:
    plan = planned(wanted, live, dialect=dialect)
    assert plan.changes
    found: str = plan_document(plan)["change_digest"]
    assert change_digest(plan.changes) == found
    return found


FIRST, SECOND = policy("A", rule("B", 30), rule("C")), policy("D", rule("C", 10), capacity=5.0)
EMPTY = [raw(name) for name in "ABCD"]


def test_the_change_digest_stays_where_the_effect_does() -> None:
    expected = digest_of(policies(FIRST, SECOND), EMPTY)
    for wanted, live in (
        (policies(SECOND, FIRST), EMPTY),
        (policies(policy("A", rule("C"), rule("B", 30)), SECOND), EMPTY),
        (replace(policies(FIRST, SECOND), files=(replace(FILE, path="b.yaml", sha256="1" * 64),)), EMPTY),
        (policies(FIRST, replace(SECOND, capacity=6.0, base_load=1.0)), EMPTY),
        (policies(FIRST, SECOND, policy("B")), list(reversed(EMPTY))),
        (policies(FIRST, SECOND), [{**each, "_etag": "2", "more": 1} for each in EMPTY]),
    ):
        assert expected == digest_of(wanted, live)


def test_the_change_digest_is_another_where_the_effect_is() -> None:
    effects = [
        digest_of(policies(FIRST, SECOND), EMPTY),
        digest_of(policies(policy("A", rule("B", 31), rule("C")), SECOND), EMPTY),
        digest_of(policies(policy("A", rule("B", 30, delay=90), rule("C")), SECOND), EMPTY),
        digest_of(policies(policy("A", rule("B", 30), rule("C", enabled=False)), SECOND), EMPTY),
        digest_of(policies(policy("A", rule("B", 30)), SECOND), EMPTY),
        digest_of(policies(FIRST), EMPTY),
        digest_of(policies(FIRST, SECOND), [raw("A", overflow("B", 20)), *EMPTY[1:]]),
        digest_of(policies(policy("A", backup=backup("B")), SECOND), EMPTY, "mixed"),
    ]
    assert len(effects) == len(set(effects))


def test_the_order_of_conditional_groups_is_an_effect() -> None:
    day, night = groups("Day"), groups("Night")
    live = [routed("A")]
    one, other = (policies(policy("A", groups=order)) for order in ((day, night), (night, day)))
    assert digest_of(one, live, "mixed") != digest_of(other, live, "mixed")


def test_a_plan_lists_all_rules_of_a_queue_and_only_those_of_managed_kinds_are_read_back() -> None:
    live = [backed("A", "D", routingRules=[overflow("B", 25)]), *EMPTY[1:]]
    plan = planned(policies(policy("A", rule("B", 30))), live)
    (change,), (document,) = plan.changes, plan_document(plan)["changes"]
    kept = {"kind": "backup", "target": "id-D", "agent_wait": 60, "wait_for_agent": False}
    sides = {
        side: [{"kind": "overflow", "target": "id-B", "threshold": share, "delay": 60, "enabled": True}, kept]
        for side, share in (("before", 25), ("after", 30))
    }
    assert sides == {side: document[side] for side in sides}
    assert (["overflow"], ["overflow"]) == (
        document["kinds"],
        [rule.kind for rule in planned_change_of(document).before],
    )
    assert change == planned_change_of(document)
    journalled = change_document(change)
    assert [1, 1] == [len(journalled[side]) for side in ("before", "after")]
    assert recorded(change) == change_of(journalled)


def test_a_plan_says_its_verdict_headroom_cost_and_source() -> None:
    plan = replace(PLAN, source=Source("c0ffee", "12"), interval="30m")
    document = plan_document(plan)
    assert (verdict(plan), plan.applicable) == (document["verdict"], document["applicable"])
    nothing = {"factor": None, "queue": "", "queue_id": "", "limit": None, "at_most": None}
    assert {"before": nothing, "after": nothing} == document["headroom"]
    assert {"calls": 3, "seconds": 0.0, "per_second": 5.0} == document["cost"]
    assert ({"commit": "c0ffee", "merge_request": "12"}, "30m") == (document["source"], document["interval"])


def test_the_summary_counts_rules_and_queues() -> None:
    expected = {
        "create": 1,
        "update": 1,
        "delete": 2,
        "marks": 0,
        "queues_changed": 1,
        "queues_equal": 0,
        "queues_left_out": 0,
        "queues_ignored": 0,
        "queues_not_selected": 0,
        "queues_unmanaged": 3,
    }
    assert expected == plan_document(PLAN)["summary"]
