"""Groups of agents as policies name them: among the members of the queue first, by type and name."""

import pytest

from syncer.model.policy import GroupRef
from syncer.model.queue import SKILL_GROUP, TEAM, Group, LiveQueue
from syncer.resolving.groups import Groups

NIGHT = Group("g1", "Night")
ELSEWHERE = Group("g2", "Night")
DAY = Group("g3", "Day")
TEAM_NIGHT = Group("t1", "Night", TEAM)
TEAM_LATE = Group("t2", "Late", TEAM)
TWINS = (Group("s1", "Twin", SKILL_GROUP), Group("s2", "Twin", SKILL_GROUP))
UNNAMED = tuple(Group(f"u{place:02}", "", SKILL_GROUP) for place in range(12))
CLUB = Group("c1", "Golf Club", "CLUB")
MEMBERS = (NIGHT, TEAM_NIGHT, *TWINS, *UNNAMED, CLUB)
TEN = ", ".join(group.id for group in UNNAMED[:10])
NAMELESS = "the organization does not list the name of every"
ALL = Groups((*MEMBERS, ELSEWHERE, DAY, TEAM_LATE))


def queue(*members: Group, others: tuple[Group, ...] = ()) -> LiveQueue:
    ids = frozenset(group.id for group in members)
    return LiveQueue("q", "Front", groups=(*members, *others), members=ids)


FRONT = queue(*MEMBERS, others=(TEAM_LATE,))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (GroupRef("Night"), [NIGHT]),
        (GroupRef("Night", type=TEAM), [TEAM_NIGHT]),
        (GroupRef("Night", type=SKILL_GROUP), []),
        (GroupRef("Twin", type=SKILL_GROUP), list(TWINS)),
        (GroupRef("Day"), [DAY]),
        (GroupRef("Late", type=TEAM), [TEAM_LATE]),
        (GroupRef(id="t2"), [TEAM_LATE]),
        (GroupRef(id="c1"), [CLUB]),
        (GroupRef(id="Night"), []),
    ],
    ids=str,
)
def test_members_of_the_queue_come_first(wanted: GroupRef, expected: list[Group]) -> None:
    assert expected == ALL.find(wanted, FRONT)


def test_without_a_member_all_ordinary_groups_of_a_name_are_meant() -> None:
    assert [NIGHT, ELSEWHERE] == ALL.find(GroupRef("Night"), queue())


def test_a_listed_name_goes_before_the_one_that_the_queue_tells() -> None:
    old = queue(Group("g1", "An Old Name"))
    assert ([NIGHT], []) == (ALL.find(GroupRef("Night"), old), ALL.find(GroupRef("An Old Name"), old))


def test_what_is_known_of_an_id() -> None:
    assert (TEAM_LATE, Group("x", "")) == (ALL.known("t2"), ALL.known("x"))


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        (GroupRef("Nihgt"), "did you mean 'Night'?"),
        (GroupRef("Nihgt", type=TEAM), "did you mean {team: 'Night'}?"),
        (GroupRef("Laet", type=TEAM), "did you mean {team: 'Late'}?"),
        (GroupRef("Twin"), "did you mean {skill_group: 'Twin'}?"),
        (GroupRef("Twins"), "did you mean {skill_group: 'Twin'}?"),
        (GroupRef("Dayy"), "did you mean 'Day'?"),
        (GroupRef("Golf Club"), "choose an existing one (Day, Night), or create this group first"),
        (
            GroupRef("Nothing Like It"),
            "choose an existing one (Day, Night), or create this group first",
        ),
        (
            GroupRef("Billing", type=SKILL_GROUP),
            f"{NAMELESS} skill group: write {{id: ...}} with one of {TEN}, …",
        ),
    ],
    ids=str,
)
def test_what_may_be_meant_is_said_as_a_policy_writes_it(wanted: GroupRef, near: str) -> None:
    assert near == ALL.meant(wanted, FRONT)


JOINS = "write 'member_groups: add' at the queue"


@pytest.mark.parametrize(
    ("wanted", "tip"),
    [
        (
            Group("t9", "Nihgt", TEAM),
            f"did you mean {{team: 'Night'}}? Otherwise, to make this team a member, {JOINS}",
        ),
        (DAY, f"choose one of the groups of the queue; to make this group one of them, {JOINS}"),
        (TEAM_LATE, f"choose one of the groups of the queue; to make this team one of them, {JOINS}"),
    ],
    ids=str,
)
def test_what_to_do_about_a_group_that_is_no_member(wanted: Group, tip: str) -> None:
    assert tip == ALL.advice(wanted, FRONT)


def test_a_member_without_a_name_may_be_meant_where_none_of_its_type_has_a_name_that_is_near() -> None:
    nameless = Group("s-1", "", SKILL_GROUP)
    named, wanted = Group("g-1", "Billing"), Group("s-9", "Billing", SKILL_GROUP)
    tip = Groups((named, nameless)).advice(wanted, queue(named, nameless))
    assert (
        "the organization does not list the name of every skill group: write {id: ...} with one of s-1" == tip
    )
    near = Group("s-2", "Billings", SKILL_GROUP)
    tip = Groups((nameless, near)).advice(wanted, queue(nameless, near))
    assert tip.startswith("did you mean {skill_group: 'Billings'}?")
