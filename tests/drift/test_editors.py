"""Which edits are named of what drifted."""

from dataclasses import replace

from syncer.drift.editors import MOST, latest_edits, with_editors
from syncer.drift.found import drift_of
from syncer.model.audited import AuditedEdit, PropertyChange
from tests.organizations import overflow, planned, policies, policy, raw, rule

RULES = PropertyChange("routingRules", ("a",), ("b",))
EDIT = AuditedEdit(
    "id-A", "2026-03-01T08:30:00.000Z", "Update", changes=(RULES, PropertyChange("description"))
)


def test_only_edits_of_what_differs_are_named_and_the_newest_first() -> None:
    later = [replace(EDIT, at=f"2026-03-01T09:{minute:02}:00.000Z") for minute in range(5)]
    other = replace(EDIT, at="2026-03-02T08:30:00.000Z", changes=(PropertyChange("description"),))
    found = latest_edits([EDIT, *later, other, replace(other, queue="id-B")], {"id-A": ["overflow"]})
    assert {"id-A": tuple(replace(each, changes=(RULES,)) for each in later[: -MOST - 1 : -1])} == found
    assert {} == latest_edits([EDIT], {"id-A": ["backup"]})


def test_each_rule_of_a_queue_that_drifted_has_them() -> None:
    wanted = policies(policy("A", rule("B", 30)), policy("B"))
    drift = drift_of(planned(wanted, [raw("A", overflow("B", 10)), raw("B")]))
    assert [(replace(EDIT, changes=(RULES,)),)] == [each.edits for each in with_editors(drift, [EDIT]).rules]
    assert [()] == [each.edits for each in with_editors(drift, []).rules]
