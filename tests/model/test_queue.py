"""Queues and groups: how they are shown, and how names are matched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.policy import GroupRef
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM, Group, Nearest, fits, known_groups


@pytest.mark.parametrize(
    ("group", "what", "label"),
    [
        (Group("g", "Night"), "group", "Night"),
        (Group("g", ""), "group", "g"),
        (Group("t", "Night", TEAM), "team", "team Night"),
        (Group("t", "", TEAM), "team", "team t"),
        (Group("s", "Night", SKILL_GROUP), "skill group", "skill group Night"),
        (Group("c", "Night", "CLUB"), "CLUB group", "CLUB group Night"),
    ],
)
def test_a_group_is_shown_by_name_and_type(group: Group, what: str, label: str) -> None:
    assert (what, label) == (group.what, group.label)
    by_name = GroupRef(group.name, "" if group.name else group.id, group.type)
    assert (what, label) == (by_name.what, str(by_name))


def test_what_was_listed_goes_before_what_queues_tell_and_a_name_before_none() -> None:
    listed = (Group("g", "Night"),)
    told = (
        Group("t", "", TEAM),
        Group("g", "An Old Name", TEAM),
        Group("t", "Day", TEAM),
        Group("t", "Later", TEAM),
        Group("n", "", SKILL_GROUP),
    )
    expected = (Group("n", "", SKILL_GROUP), Group("t", "Day", TEAM), Group("g", "Night", GROUP))
    assert expected == known_groups(listed, told)
    assert () == known_groups((), ())


@pytest.mark.parametrize(
    ("name", "glob"),
    [
        ("Sales EU", "Sales *"),
        ("Sales E", "Sales [EU]"),
        ("Sales [EU]", "Sales [EU]"),
        ("Sales [EU]", "Sales [[]EU]"),
        ("Who?", "Who?"),
        ("[", "["),
    ],
)
def test_names_that_fit(name: str, glob: str) -> None:
    assert fits(name, ("Nobody", glob))


@pytest.mark.parametrize(
    ("name", "glob"),
    [("sales", "Sales"), ("Sales EU", "Sales [EU]"), ("Sales", "Sale"), ("Sales", "[Sales]")],
)
def test_names_that_do_not_fit(name: str, glob: str) -> None:
    assert not fits(name, (glob,))


NAMES = ("Support Tier 1", "Support Tier 2", "Billing", "Büro Köln")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Suport Tier 2", "Support Tier 2"),
        ("support  tier_1", "Support Tier 1"),
        ("BILLING", "Billing"),
        ("Biling", "Billing"),
        ("Buro Koln", "Büro Köln"),
        ("Sales", ""),
        ("", ""),
    ],
)
def test_the_name_that_was_probably_meant(name: str, expected: str) -> None:
    assert expected == Nearest(NAMES).find(name)


def test_a_name_is_not_near_to_itself() -> None:
    assert Nearest(NAMES).find("Support Tier 1") == "Support Tier 2"


def test_among_very_many_alike_names_only_some_are_looked_at() -> None:
    nearest = Nearest(f"Queue {number:05d}" for number in range(10_000))
    assert nearest.find("Quue 00077") == "Queue 00077"


@given(st.lists(st.text()), st.text())
def test_what_is_found_is_a_known_name(names: list[str], name: str) -> None:
    assert Nearest(names).find(name) in {*names, ""} - ({name} - {""})
