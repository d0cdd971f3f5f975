"""Backup queues and conditional groups in words: never of thresholds, and the queue itself under any name."""

from collections.abc import Iterator
from typing import Any

import pytest

from syncer.checks.explanations import explanations
from syncer.kinds.registry import GENESYS_CLOUD, KINDS
from syncer.model.finding import Finding
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet, QueueRef
from syncer.policy.schema import POLICY, schema_text
from tests.organizations import (
    Raw,
    backup,
    conditional,
    groups,
    planned,
    policies,
    policy,
    raw,
    routed,
)
from tests.stated import backed_by, groups_when

FIELD: dict[str, Any] = {"capacity": 10.0, "base_load": 100.0}

SPOKEN = {
    "loop": policies(policy("A", backup=backup("B")), policy("B", backup=backup("A"))),
    "load": policies(policy("A", backup=backup("B"), **FIELD), policy("B", capacity=10.0, base_load=5.0)),
    "no capacity": policies(policy("A", backup=backup("B"), base_load=9.0), policy("B", capacity=None)),
    "unknown": policies(policy("A", backup=backup("Nowhere"), groups=(groups("Nobody", queue="Bb"),))),
    "itself": policies(policy("A", backup=backup("A")), policy("B", backup=backed_by(QueueRef(id="id-B")))),
    "watches": policies(
        *(policy(one, groups=(groups("Night"), groups("Day", queue=other))) for one, other in ("AB", "BA"))
    ),
    "refused": policies(policy("A", backup=backup("B", 90), groups=(groups("Late", queue="B"),))),
}
LIVE = (
    routed("A", conditional("Night"), members=("Night", "Day"), division={"id": "1"}),
    routed("B", members=("Night", "Day"), division={"id": "2"}),
)


def texts(findings: tuple[Finding, ...]) -> Iterator[str]:
    for finding in findings:
        yield finding.message
        yield finding.tip
        yield from (note.message for note in finding.notes)


@pytest.mark.parametrize("dialect", ["genesys-cloud", "mixed", "overflow-rules"])
@pytest.mark.parametrize("wanted", SPOKEN.values(), ids=SPOKEN)
def test_no_finding_about_them_speaks_of_thresholds(wanted: PolicySet, dialect: str) -> None:
    findings = planned(wanted, LIVE, dialect=dialect).findings
    assert findings
    assert [] == [text for text in texts(findings) if "threshold" in text.lower()]


def test_the_findings_are_of_many_kinds() -> None:
    """Else the test above could miss one."""
    seen = {each.id for wanted in SPOKEN.values() for each in planned(wanted, LIVE, dialect="mixed").findings}
    expected = {
        "capacity.exceeded",
        "capacity.missing",
        "dialect.division",
        "dialect.first-rule",
        "dialect.foreign-group",
        "loops.cycle",
        "loops.watch",
        "references.self-target",
        "references.unknown",
    }
    assert set() == expected - seen


def test_no_explanation_and_no_schema_of_them_speaks_of_thresholds() -> None:
    told = {each.id: f"{each.meaning} {each.remedy}" for each in explanations()}
    only_of_shares = {"capacity.overcommitted", "dialect.overflow"}
    speaking = {id_ for id_, text in told.items() if "threshold" in text.lower()}
    assert set() == {id_ for id_ in speaking if id_.startswith(("dialect", "references", "loops"))}
    assert speaking & {id_ for id_ in told if id_.startswith("capacity")} <= only_of_shares
    for kind in KINDS:
        if kind.name in GENESYS_CLOUD.holds:
            assert "threshold" not in str(kind.policy_schema()).lower()
            assert "threshold" not in str(kind.document_schema()).lower()
    assert "threshold" in schema_text(POLICY)


def first_rule(*, named: str = "", by_id: str = "") -> PolicySet:
    own = QueueRef(named, by_id) if named or by_id else None
    wanted = groups_when("EstimatedWaitTime", "GreaterThan", 30.0, 60, groups("Night").groups, own)
    return policies(policy("A", groups=(wanted,)))


def live(queue: str) -> Raw:
    return routed("A", conditional("Night", queue=queue))


@pytest.mark.parametrize("shown", ["", "A"])
def test_a_first_rule_that_names_its_own_queue_equals_one_that_names_none(shown: str) -> None:
    def plan(wanted: PolicySet) -> Plan:
        return planned(wanted, [live(shown)], dialect="genesys-cloud")

    bare, named, by_id = (
        plan(each) for each in (first_rule(), first_rule(named="A"), first_rule(by_id="id-A"))
    )
    assert ((), ()) == (bare.changes, bare.findings)
    assert (bare, bare) == (named, by_id)


def test_groups_and_queues_are_named_where_a_plan_says_what_changes() -> None:
    wanted = policies(policy("A", groups=(groups("Night"), groups("Day", queue="B", value=45))))
    plan = planned(wanted, [live(""), raw("B")], dialect="genesys-cloud")
    (change,) = plan.changes
    (rule,) = change.rules
    assert rule.after is not None
    words = rule.after.in_words(rule.names)
    assert "groups Day when EstimatedWaitTime of B GreaterThan 45, after 60 s" == words
