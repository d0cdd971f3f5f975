"""How queues are adopted: by which names, and why some are not managed."""

import pytest

from syncer.adopting.adopt import adopt
from syncer.adopting.export import export
from syncer.model.policy import QueueRef
from tests.adopting.exports import read, reasons, replanned, text_of
from tests.organizations import Raw, backed, conditional, overflow, raw, routed


def test_a_shared_name_and_one_that_can_not_be_said_are_ids() -> None:
    long, bell = "x" * 257, "a\x07"
    raws = [
        raw("A") | {"id": "1"},
        raw("A") | {"id": "2"},
        raw("Front", overflow("x") | {"overflowTarget": "2"}, overflow("y") | {"overflowTarget": "4"}),
        raw(long) | {"id": "3"},
        raw(bell) | {"id": "4"},
    ]
    assert {} == reasons(*raws)
    text = text_of(*raws)
    for line in ('- queue: {id: "1"}  # A', '- target: {id: "2"}  # A', '- target: {id: "4"}  # a\\u0007'):
        assert line in text
    assert f'- queue: {{id: "3"}}  # {long}' in text


def test_a_watch_of_another_queue_is_exported_by_name() -> None:
    text = text_of(routed("Front", conditional("Day"), conditional("Late", queue="Back")), raw("Back"))
    assert "      - queue: Back\n        metric: EstimatedWaitTime\n" in text


def test_what_can_not_be_said_is_not_managed_and_says_why() -> None:
    raws = (raw("Front", overflow("Back", 25), overflow("Back", 3)), raw("Back"))
    assert {"Front": "2 overflow rules have the same target, Back"} == reasons(*raws)
    assert """\
  # Not managed: 2 overflow rules have the same target, Back.
  # Live rules: 25 % to Back after 60 s, 3 % to Back after 60 s
  - queue: Front
    # capacity:    # contacts per interval that it can take
    # base_load:   # contacts per interval that are offered to it directly
    manage: false
""" in text_of(*raws)


@pytest.mark.parametrize(
    ("queue", "why"),
    [
        (raw("Front", overflow("Gone")), "the target id-Gone, which the organization does not list"),
        (raw("Front", overflow("Back", 101)), "threshold is 101"),
        (backed("Front", "Gone"), "the target id-Gone, which the organization does not list"),
        (backed("Front", "Back", 5), "agentWaitSeconds is 5"),
        (routed("Front", conditional("Day", queue="Back")), "first conditional rule of Front watches Back"),
        (routed("Front", conditional("Day"), members=()), "the group Day is not a member of Front"),
        (routed("Front", conditional("Gone")), "the group group-Gone is not a member of Front"),
        (routed("Front", conditional("Day") | {"metric": "Weather"}), "Weather"),
        (routed("Front", conditional()), "groups"),
        (routed("Front", *[conditional("Day")] * 6), "conditional_groups"),
        (routed("Front", conditional("Day"), conditionalGroupActivation={"a": 1}), "activation"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_reason_is_named(queue: Raw, why: str) -> None:
    found = reasons(queue, raw("Back", division={"id": "2"}), routed("Other", conditional("Day")))
    assert ["Front"] == list(found)
    assert why in found["Front"]


def test_a_queue_that_nothing_can_name_is_in_no_file() -> None:
    nameless = raw("\x00") | {"id": "\x00"}
    target = {"overflowTarget": "\x00"}
    found = reasons(nameless, raw("Front", overflow("x") | target), raw("Back"))
    assert ["\x00", "Front"] == list(found)
    assert "can be written" in found["\x00"]
    assert "a rule has the target \x00: neither its name nor its id can be written" == found["Front"]
    assert () == export(read([nameless])).files


TYPED = (
    {"id": "t1", "name": "Night", "type": "TEAM"},
    {"id": "s1", "name": "123", "type": "SKILLGROUP"},
    {"id": "s2", "name": "Twin", "type": "SKILLGROUP"},
    {"id": "s3", "name": "Twin", "type": "SKILLGROUP"},
    {"id": "t2", "type": "TEAM"},
    {"id": "c1", "name": "Golf", "type": "CLUB"},
    {"id": "t3", "name": "a\nb", "type": "TEAM"},
    {"id": "t4", "name": "x" * 257, "type": "TEAM"},
    {"id": "group-Night", "name": "An Old Name", "type": "GROUP"},
    {"id": "hidden", "name": "Hidden", "type": "GROUP"},
    {"id": "\x00", "name": "\x00", "type": "TEAM"},
)


def asking(*ids: str) -> Raw:
    """A queue that asks groups, whose members are all of ``TYPED``."""
    types = {each["id"]: each["type"] for each in TYPED}
    asked = [{"id": id_, "type": types.get(id_, "TEAM")} for id_ in ids]
    return routed("Front", conditional(groups=asked), memberGroups=list(TYPED))


def test_teams_and_skill_groups_are_named_by_their_type_or_by_their_id() -> None:
    made = asking(*(each["id"] for each in TYPED[:-1]))
    text = text_of(made)
    assert (
        """\
        groups:
          - Hidden
          - Night
          - {id: "c1"}  # CLUB group Golf
          - {id: "s2"}  # skill group Twin
          - {id: "s3"}  # skill group Twin
          - skill_group: "123"
          - {id: "t2"}  # team t2
          - {id: "t3"}  # team a\\u000ab
          - {id: "t4"}  # team %s
          - team: Night
"""
        % ("x" * 257)
        in text
    )
    assert () == replanned(export(read([made])), read([made])).changes


def test_of_each_group_that_can_not_be_named_the_reason_is_told() -> None:
    found = reasons(asking("\x00", "gone", "t1", "group-Late"), routed("Other", conditional("Day")))
    told = "the team \x00: neither its name nor its id can be written"
    late = "the group Late is not a member of Front"
    assert {"Front": f"{told}; the team gone is not a member of Front; {late}"} == found


def test_the_chosen_queues_are_adopted_in_their_order() -> None:
    live = read([raw("Front", overflow("Back")), raw("Back"), raw("Desk", overflow("Gone"))])
    _, desk, front = live.queues
    made = adopt(live, [desk, front])
    assert [desk, front] == [each.queue for each in made]
    assert [False, True] == [each.policy is not None and each.policy.managed for each in made]
    assert ["a rule has the target id-Gone, which the organization does not list", ""] == [
        each.why_not for each in made
    ]
    assert made[1].policy is not None
    assert [(QueueRef("Back"), 25)] == [
        (rule.target, rule.rule.share) for rule in made[1].policy.rules if rule.target
    ]


def test_a_backup_queue_of_another_division_is_adopted_as_live_has_it() -> None:
    """Live took it, so it is no reason."""
    front = backed("Front", "Back", division={"id": "1"})
    assert {} == reasons(front, raw("Back", division={"id": "2"}))
