"""References: whatever of one is sent, the answer has all of it."""

from typing import Any

import pytest

from tests.emulator.emulator_api import LIST, logged_in, queue

FLOW = {"id": "f1", "name": "In queue", "selfUri": "/api/v2/flows/f1"}
HELPERS = {"id": "g1", "name": "Helpers", "memberCount": 4, "selfUri": "/api/v2/groups/g1"}
TEAM = {"id": "t1", "name": "Team", "memberCount": 2, "selfUri": "/api/v2/teams/t1"}
KNOWN = {
    "groups": [{"id": "g1", "name": "Helpers", "memberCount": 4}],
    "teams": [{"id": "t1", "name": "Team", "memberCount": 2}],
    "flows": [{"id": "f1", "name": "In queue", "type": "INQUEUECALL"}],
}
B = {"id": "b", "name": "B", "selfUri": f"{LIST}/b"}
MEMBERS = [{"id": "g1", "type": "GROUP"}, {"id": "t1", "type": "TEAM", "name": "Old"}]


def rules(*rules: Any) -> dict[str, Any]:
    condition = {"metric": "ServiceLevel", "operator": "LessThan", "conditionValue": 70, "waitSeconds": 2}
    return {"conditionalGroupRouting": {"rules": [{**condition, **rule} for rule in rules]}}


@pytest.mark.parametrize(
    ("sent", "path", "shown"),
    [
        ({"queueFlow": {"id": "f1"}}, ("queueFlow",), FLOW),
        ({"queueFlow": {"id": "f1", "name": "Wrong"}}, ("queueFlow",), FLOW),
        ({"emailInQueueFlow": {"id": "gone"}}, ("emailInQueueFlow",), {"id": "gone"}),
        ({"memberGroups": MEMBERS}, ("memberGroups", 0), {**HELPERS, "type": "GROUP"}),
        ({"memberGroups": MEMBERS}, ("memberGroups", 1), {**TEAM, "type": "TEAM"}),
        (
            {"memberGroups": MEMBERS, **rules({"groups": MEMBERS[:1]})},
            ("conditionalGroupRouting", "rules", 0, "groups", 0),
            {**HELPERS, "type": "GROUP"},
        ),
        (
            {"memberGroups": MEMBERS, **rules({}, {"queue": {"id": "b", "name": "Old"}})},
            ("conditionalGroupRouting", "rules", 1, "queue"),
            B,
        ),
    ],
)
def test_a_reference_is_filled_in(sent: dict[str, Any], path: tuple[str | int, ...], shown: Any) -> None:
    with logged_in([queue("A"), queue("B")], surroundings=KNOWN) as api:
        found: Any = api.call("PUT", f"{LIST}/a", json={"name": "A", **sent}).json()
    for step in path:
        found = found[step]
    assert shown == found


def test_what_it_begins_with_is_filled_in_too() -> None:
    with logged_in([queue("A", memberGroups=MEMBERS, queueFlow={"id": "f1"})], surroundings=KNOWN) as api:
        found = api.json(f"{LIST}/a")
    assert ([{**HELPERS, "type": "GROUP"}, {**TEAM, "type": "TEAM"}], FLOW) == (
        found["memberGroups"],
        found["queueFlow"],
    )
