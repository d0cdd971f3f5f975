import pytest

from syncer.model.policy import GroupRef
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM, Group, known_groups


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
