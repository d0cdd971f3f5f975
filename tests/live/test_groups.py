"""The groups of agents that a queue's JSON tells of."""

from typing import Any

import pytest

from syncer.live.wire import read_queue
from syncer.model.group import Group


def queue(members: Any, *rules: Any) -> dict[str, Any]:
    routing = {"rules": list(rules)}
    return {"id": "q", "name": "Q", "memberGroups": members, "conditionalGroupRouting": routing}


def test_members_come_before_the_groups_of_rules() -> None:
    found = read_queue(
        queue(
            [{"id": "t", "name": "Night", "type": "TEAM"}, {"id": "g"}, {"id": "t", "name": "Again"}],
            {"groups": [{"id": "s", "type": "SKILLGROUP"}, {"id": "t", "type": "GROUP"}]},
            {"groups": [{"id": "c", "type": "CLUB", "name": "Golf"}]},
        )
    )
    assert (
        Group("t", "Night", "TEAM"),
        Group("g", "", "GROUP"),
        Group("s", "", "SKILLGROUP"),
        Group("c", "Golf", "CLUB"),
    ) == found.groups
    assert {"t", "g"} == found.members


@pytest.mark.parametrize("odd", [None, 5, "t", {}, [5, {}, {"id": 5}, {"id": ""}, {"name": "Night"}]])
def test_what_makes_no_sense_is_no_group(odd: Any) -> None:
    found = read_queue(queue(odd, 5, {"groups": odd}))
    assert ((), frozenset()) == (found.groups, found.members)


def test_a_name_or_type_that_is_no_text_is_none() -> None:
    found = read_queue(queue([{"id": "g", "name": 5, "type": ["TEAM"]}, {"id": "h", "name": "", "type": ""}]))
    assert (Group("g", ""), Group("h", "")) == found.groups
