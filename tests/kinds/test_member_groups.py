"""The groups that are members of a queue, on the wire and as they follow from rules."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.member_groups import MemberGroups, Membership
from syncer.kinds.registry import rule_document, rules_of
from syncer.live.wire import read_queue, write_rules
from syncer.model.queue import GROUP, TEAM, Group
from syncer.model.rule import Rule, of_kinds
from tests.kinds.raws import Raw, queue

KIND = MemberGroups()
DAY, NIGHT = Membership(("day",), GROUP), Membership(("night",), TEAM)
KNOWN = (Group("day", "Day"), Group("night", "Night", TEAM))
WIRE = {"day": {"id": "day", "type": GROUP}, "night": {"id": "night", "type": TEAM}}
IDS = st.lists(st.sampled_from("abcdef"), unique=True)


def members(raw: Raw) -> list[Rule]:
    return [reading.rule for reading in KIND.read(raw)]


def wire(*ids: str) -> list[Raw]:
    return [{"id": id_, "type": GROUP, "name": id_.upper(), "memberCount": 3} for id_ in ids]


def asking(*ids: str) -> Rule:
    """A rule that asks for groups."""
    (rule,) = of_kinds(
        read_queue(
            queue(
                conditionalGroupRouting={
                    "rules": [
                        {
                            "metric": "ServiceLevel",
                            "operator": "LessThan",
                            "conditionValue": 9,
                            "groups": wire(*ids),
                        }
                    ]
                }
            )
        ).rules,
        ["conditional_groups"],
    )
    return rule


@pytest.mark.parametrize(
    "nothing", [{}, {"memberGroups": None}, {"memberGroups": []}, {"memberGroups": [{}]}]
)
def test_a_queue_without_members(nothing: Raw) -> None:
    assert [] == members(nothing)
    raw = deepcopy(nothing)
    KIND.write(raw, [])
    assert nothing == raw


def test_each_member_is_one_with_its_type() -> None:
    raw = {"memberGroups": [WIRE["night"], {"id": "day"}, WIRE["night"], {"name": "no id"}, 7]}
    assert [NIGHT, DAY] == members(raw)


def test_what_is_said_of_members_that_stay_stays() -> None:
    raw: Raw = {"memberGroups": [*wire("day"), WIRE["night"]], "other": 1}
    KIND.write(raw, [DAY, NIGHT, Membership(("new",), "SKILLGROUP")])
    new = {"id": "new", "type": "SKILLGROUP"}
    assert {"memberGroups": [*wire("day"), WIRE["night"], new], "other": 1} == raw


@given(IDS, IDS)
def test_what_is_written_is_read_and_goes_again(before: list[str], added: list[str]) -> None:
    raw = queue(memberGroups=wire(*before))
    first = deepcopy(raw)
    there = members(raw)
    more = [Membership((id_,), GROUP) for id_ in added if id_ not in before]
    written = write_rules(raw, [*there, *more], [KIND.name])
    assert [*there, *more] == members(written)
    assert first == write_rules(written, there, [KIND.name])


@given(IDS, IDS)
def test_members_follow_from_rules_and_none_is_lost(before: list[str], asked: list[str]) -> None:
    live = read_queue(queue(memberGroups=wire(*before)))
    known = [Group(id_, id_.upper()) for id_ in "abcdef"]
    implied = KIND.implied([asking(*asked)], live, known)
    assert [*before, *sorted(set(asked) - set(before))] == [rule.key for rule in implied]


def test_a_group_that_nobody_knows_is_not_added() -> None:
    live = read_queue(queue(memberGroups=[]))
    assert (DAY,) == KIND.implied([asking("day", "gone")], live, KNOWN)


def test_a_member_in_words() -> None:
    names = {"night": "team Night"}
    said: list[Any] = [
        NIGHT.subject(names),
        NIGHT.in_words(names),
        NIGHT.settings(names),
        NIGHT.which(names),
        NIGHT.label(""),
    ]
    assert [
        "member team Night",
        "member team Night",
        "team Night",
        "of the member team Night",
        "member",
    ] == said
    assert "member team Night" == KIND.image_in_words(rule_document(NIGHT), names)
    assert "member " == KIND.image_in_words({"kind": "member_groups", "groups": 7}, names)


def test_it_goes_through_documents() -> None:
    document = rule_document(NIGHT)
    assert {"kind": "member_groups", "groups": ["night"], "type": TEAM} == document
    assert (NIGHT,) == rules_of([document])
