"""The API's own rules about the groups that are members of a queue."""

from typing import Any

import pytest

from syncer.emulator.kinds.member_groups import told
from tests.emulator.kinds.writes import MEMBERS, assert_kept_as_sent, assert_refused


def test_what_the_api_takes_is_kept_as_sent() -> None:
    assert_kept_as_sent({"memberGroups": MEMBERS})


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"memberGroups": "x"}, "memberGroups"),
        ({"memberGroups": ["x"]}, "memberGroups"),
        ({"memberGroups": [{"id": "none", "type": "GROUP"}]}, "memberGroups[0].id"),
        ({"memberGroups": [{"type": "TEAM"}]}, "memberGroups[0].id"),
        ({"memberGroups": [{"id": "none", "type": "TEAM"}]}, "memberGroups[0].id"),
        ({"memberGroups": [{"id": "g1", "type": "CLUB"}]}, "memberGroups[0].type"),
    ],
)
def test_what_the_api_refuses_is_named(fields: dict[str, Any], where: str) -> None:
    assert_refused(fields, where)


def test_all_groups_are_told_with_their_type() -> None:
    assert [
        {"id": "g1", "type": "GROUP", "name": "Helpers"},
        {"id": "s1", "type": "SKILLGROUP"},
        {"id": "t1", "type": "TEAM"},
        {"id": "g2", "type": "GROUP"},
    ] == told({"memberGroups": [*MEMBERS, "x", {"id": "g2"}]})
    assert [] == told({"memberGroups": "x"})
