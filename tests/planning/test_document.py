from syncer.kinds.registry import rule_document, rules_of
from syncer.planning.document import change_document, change_of, plan_document
from tests.organisations import overflow, planned, policies, policy, raw, rule

PLAN = planned(
    policies(policy("A", rule("B", 30), rule("C"))),
    [raw("A", overflow("B"), overflow("D"), overflow("B", 1)), raw("B"), raw("C"), raw("D")],
)


def test_changes_are_read_back_as_they_were() -> None:
    (change,) = PLAN.changes
    assert 4 == len(change.rules)
    assert change == change_of(change_document(change))
    assert change.after == rules_of([rule_document(each) for each in change.after])


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
        "queues_unmanaged": 3,
    }
    assert expected == plan_document(PLAN)["summary"]
