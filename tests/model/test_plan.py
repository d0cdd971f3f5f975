"""Plans and outcomes: what they count, and what was wanted."""

from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, Reason, RuleChange, Untouched
from syncer.model.finding import Finding, Severity, has_errors
from syncer.model.plan import Outcome, Plan, Status

CHANGE = QueueChange(
    "q",
    "Q",
    (
        RuleChange(Action.CREATE, "a", "Queue A", after=OverflowRule("a")),
        RuleChange(Action.DELETE, "b", "Queue B", OverflowRule("b")),
    ),
    (),
    (),
    kinds=("overflow",),
)


def test_a_plan_counts_rules_and_queues() -> None:
    untouched = (Untouched("x", "X", Reason.EQUAL), Untouched("y", "Y", Reason.UNMANAGED))
    plan = Plan("now", "api", changes=(CHANGE, CHANGE), untouched=untouched)
    assert [2, 0, 2] == [plan.count(action) for action in Action]
    assert [1, 0, 0, 0, 0, 0, 0, 1] == [plan.untouched_count(reason) for reason in Reason]


def test_only_errors_keep_a_plan_from_being_applied() -> None:
    for severity in Severity:
        findings = (Finding("a.b", severity, "m"),)
        plan = Plan("now", "api", findings=findings)
        assert (severity is not Severity.ERROR) == plan.applicable == (not has_errors(findings))


def test_three_outcomes_are_what_was_wanted() -> None:
    assert [Status.APPLIED, Status.MERGED, Status.ALREADY] == [
        status for status in Status if Outcome(CHANGE, status).done
    ]
