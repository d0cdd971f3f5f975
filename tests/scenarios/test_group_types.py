"""Teams and skill groups in conditional groups: from policies to a plan, onto the wire, and back."""

from typing import Any

from hypothesis import given, settings

from syncer.emulator.kinds.kind import Known
from syncer.emulator.kinds.registry import faults_of
from syncer.kinds.conditional_groups import GroupRule
from syncer.model.change import FieldChange, QueueChange, names_in
from syncer.model.finding import Position
from syncer.model.policy import GroupRef, PolicyRule
from syncer.model.queue import SKILL_GROUP, TEAM, Group
from syncer.model.rule import in_words
from syncer.planning.document import change_document, change_of, plan_document
from syncer.planning.saved_plan import moved, plan_of
from tests.organizations import (
    MEMBERS,
    Raw,
    applied,
    conditional,
    mixed_organizations,
    planned,
    policies,
    policy,
    recorded,
    routed,
)
from tests.stated import groups_when

TYPES = {member["id"]: member["type"] for member in MEMBERS}


def asking(*named: GroupRef) -> PolicyRule:
    return groups_when("EstimatedWaitTime", "GreaterThan", 30.0, 60, named)


def front(*ids: str, members: tuple[dict[str, Any], ...] = MEMBERS) -> Raw:
    """A queue that asks the groups with these ids."""
    asked = [{"id": id_, "type": TYPES[id_]} for id_ in ids]
    return routed("Front", conditional(groups=asked), memberGroups=list(members))


def sent(after: Raw) -> list[Raw]:
    """The groups of the first conditional group of a queue."""
    groups: list[Raw] = after["conditionalGroupRouting"]["rules"][0]["groups"]
    return groups


ALL = (
    GroupRef("Day"),
    GroupRef("Day", type=TEAM),
    GroupRef("Day", type=SKILL_GROUP),
    GroupRef(id="skill-Unnamed"),
    GroupRef(id="club-Day"),
)


def test_groups_of_one_name_are_told_apart_and_written_with_their_types() -> None:
    wanted = policies(policy("Front", groups=(asking(*ALL),)))
    live = [front("group-Day")]
    plan = planned(wanted, live, dialect="genesys-cloud")
    assert [] == [finding for finding in plan.findings if finding.id != "capacity.missing"]
    (change,) = plan.changes
    (rule,) = change.rules
    shown = "CLUB group Day, Day, skill group Day, skill group skill-Unnamed, team Day"
    assert (FieldChange("groups", "Day", shown),) == rule.fields
    assert f"groups {shown} when EstimatedWaitTime GreaterThan 30, after 60 s" == in_words(
        change.after, names_in(change)
    )
    assert {
        Group("club-Day", "Day", "CLUB"),
        Group("group-Day", "Day"),
        Group("skill-Day", "Day", SKILL_GROUP),
        Group("skill-Unnamed", "skill-Unnamed", SKILL_GROUP),
        Group("team-Day", "Day", TEAM),
    } == set(rule.groups)
    (after,) = applied(plan, live)
    assert [
        {"id": "group-Day", "type": "GROUP"},
        {"id": "club-Day", "type": "CLUB"},
        {"id": "skill-Day", "type": "SKILLGROUP"},
        {"id": "skill-Unnamed", "type": "SKILLGROUP"},
        {"id": "team-Day", "type": "TEAM"},
    ] == sent(after)
    assert () == planned(wanted, [after], dialect="genesys-cloud").changes


def test_a_group_that_is_no_member_is_told_at_its_line_with_what_may_be_meant() -> None:
    wanted = policies(
        policy(
            "Front",
            groups=(asking(GroupRef("Day"), GroupRef(id="team-Day")), asking(GroupRef("Day", type=TEAM))),
        )
    )
    members = tuple(member for member in MEMBERS if member["id"] not in ("group-Day", "team-Day"))
    other = {**front(), "id": "id-Other", "name": "Other"}
    by_id = policies(policy("Front", groups=(asking(GroupRef("Day"), GroupRef(id="team-Day")),)))
    add = "write 'member_groups: add' at the queue"
    hint = f"did you mean {{skill_group: 'Day'}}? Otherwise, to make this %s a member, {add}"

    def found(what: str, line: int) -> tuple[str, str, Position]:
        message = f"the {what} Day is not a member of Front"
        return message, hint % what, Position("policies/a.yaml", line, 9)

    both = [found("group", 2), found("team", 2)]
    for each, expected in ((wanted, [*both, found("team", 3)]), (by_id, both)):
        plan = planned(each, [front(members=members), other], dialect="genesys-cloud")
        assert expected == [
            (finding.message, finding.tip, finding.position)
            for finding in plan.findings
            if finding.id == "dialect.foreign-group"
        ]
        assert not plan.applicable


def test_a_plan_of_a_version_that_knew_ordinary_groups_alone_is_read_and_has_not_moved() -> None:
    wanted = policies(policy("Front", groups=(asking(GroupRef("Day"), GroupRef("Night", "")),)))
    plan = planned(wanted, [front("group-Late")], dialect="genesys-cloud")
    document = plan_document(plan)
    old = plan_document(plan)
    for rule in old["changes"][0]["rules"]:
        rule["groups"] = [{"id": group["id"], "name": group["name"]} for group in rule["groups"]]
    assert [] == moved(plan_of(old), plan_of(document))
    assert plan.changes[0] == change_of(old["changes"][0])


def test_what_moved_is_told_with_names_and_types() -> None:
    wanted = policies(policy("Front", groups=(asking(GroupRef("Day", type=TEAM)),)))
    saved = plan_document(planned(wanted, [front("group-Day")], dialect="genesys-cloud"))
    fresh = plan_document(planned(wanted, [front("skill-Day")], dialect="genesys-cloud"))
    (line,) = moved(plan_of(saved), plan_of(fresh))
    after = "when EstimatedWaitTime GreaterThan 30, after 60 s"
    assert f"live queue Front (id-Front): groups Day {after} became groups skill group Day {after}" == line


def asked_by(change: QueueChange) -> set[str]:
    return {id_ for rule in change.after if isinstance(rule, GroupRule) for id_ in rule.groups}


@given(mixed_organizations())
@settings(max_examples=60)
def test_each_group_is_written_with_the_type_that_it_has_as_a_member(
    organization: tuple[Any, list[Raw]],
) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws, dialect="genesys-cloud")
    after = {each["id"]: each for each in applied(plan, raws)}
    foreign = {finding.queue for finding in plan.findings if finding.id == "dialect.foreign-group"}
    for change in plan.changes:
        assert recorded(change) == change_of(change_document(change))
        if change.name in foreign or not asked_by(change):
            continue
        rules = after[change.queue]["conditionalGroupRouting"]["rules"]
        entries = [group for rule in rules for group in rule["groups"]]
        assert asked_by(change) == {group["id"] for group in entries}
        assert [] == [group for group in entries if group["type"] != TYPES[group["id"]]]
        known = Known(lambda _: True, frozenset(TYPES), lambda _: "")
        faults = faults_of({**after[change.queue], "directRouting": None}, known)
        assert [] == [fault for fault in faults if ".groups[" in fault]
