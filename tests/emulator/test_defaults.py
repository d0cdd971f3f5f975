"""What a queue leaves out and the API puts in: clients rely on it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.kinds.kind import IfThere
from syncer.emulator.loading import QUEUE, completed, demo_queues
from syncer.emulator.organization import organization
from tests.emulator.emulator_api import LIST, logged_in, queue

OWN = {"id": "a", "name": "A"}
LEVEL = {"percentage": 0.8, "durationMs": 20_000}


@pytest.mark.parametrize(
    ("sent", "path", "value"),
    [
        ({"mediaSettings": {"call": {}}}, ("mediaSettings", "call", "alertingTimeoutSeconds"), 8),
        ({"mediaSettings": {"call": {}}}, ("mediaSettings", "call", "serviceLevel"), LEVEL),
        (
            {"mediaSettings": {"email": {"serviceLevel": {"percentage": 0.5}}}},
            ("mediaSettings", "email", "serviceLevel"),
            {"percentage": 0.5, "durationMs": 86_400_000},
        ),
        ({"agentOwnedRouting": {}}, ("agentOwnedRouting", "maxOwnedCallbackHours"), 1),
        (
            {"directRouting": {"callMediaSettings": {}}},
            ("directRouting",),
            {
                "callMediaSettings": {"useAgentAddressOutbound": False},
                "waitForAgent": False,
                "agentWaitSeconds": 60,
                "backupQueueId": "a",
            },
        ),
        ({"directRouting": {"backupQueueId": "b"}}, ("directRouting", "backupQueueId"), "b"),
        ({"bullseye": {}}, ("bullseye", "rings"), []),
        (
            {"bullseye": {"rings": [{"expansionCriteria": [{"threshold": 5}]}]}},
            ("bullseye", "rings", 0, "expansionCriteria"),
            [{"threshold": 5, "type": "TIMEOUT_SECONDS"}],
        ),
        ({"conditionalGroupRouting": {}}, ("conditionalGroupRouting", "rules"), []),
        (
            {"conditionalGroupRouting": {"rules": [{"waitSeconds": None}]}},
            ("conditionalGroupRouting", "rules", 0),
            {"waitSeconds": 2, "metric": "EstimatedWaitTime", "groups": [], "queue": OWN},
        ),
        (
            {"conditionalGroupRouting": {"rules": [{"queue": {"id": "a", "name": "Old"}}]}},
            ("conditionalGroupRouting", "rules", 0, "queue"),
            OWN,
        ),
        (
            {"conditionalGroupRouting": {"rules": [{"queue": "x"}, {}]}},
            ("conditionalGroupRouting", "rules"),
            [
                {"queue": "x", "metric": "EstimatedWaitTime", "waitSeconds": 2, "groups": []},
                {"metric": "EstimatedWaitTime", "waitSeconds": 2, "groups": []},
            ],
        ),
        ({"memberGroups": [{"id": "x"}]}, ("memberGroups", 0, "type"), "GROUP"),
    ],
)
def test_where_the_parent_is_there_its_fields_are(
    sent: dict[str, Any], path: tuple[str | int, ...], value: Any
) -> None:
    found: Any = completed(queue("A", **sent))
    for step in path:
        found = found[step]
    assert value == found


def test_no_parent_is_made_up_and_what_is_wrong_stays_wrong() -> None:
    plain = queue("A", mediaSettings=None, bullseye="x", memberGroups=["x", {"id": "y"}])
    assert {**plain, "memberGroups": ["x", {"id": "y", "type": "GROUP"}], "memberCount": 0} == completed(
        plain
    )


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(sorted(QUEUE)), inner),
    )
)
def test_completing_twice_is_completing_once_and_nothing_is_lost(value: Any) -> None:
    document = {"id": "a", **(value if isinstance(value, dict) else {"bullseye": value})}
    once = completed(document)
    assert once == completed(once)
    assert {name for name, field in document.items() if field is not None} <= set(once)


@pytest.mark.parametrize("queues", [demo_queues(), organization(60)])
def test_the_queues_that_ship_are_complete(queues: list[dict[str, Any]]) -> None:
    assert queues == [completed(entry) for entry in queues]


def test_a_body_with_nulls_as_other_clients_send_it_is_taken_and_read_back_whole() -> None:
    """Go clients send null for an empty list; what they read back must have every field they look into."""
    body: dict[str, Any] = {
        "name": "Made elsewhere",
        "description": "",
        "mediaSettings": {"call": {"alertingTimeoutSeconds": 8, "serviceLevel": {"percentage": 0.7}}},
        "routingRules": None,
        "memberGroups": None,
        "bullseye": {"rings": [{"expansionCriteria": [{"type": "TIMEOUT_SECONDS", "threshold": 15.1}]}]},
        "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 300_000},
        "outboundMessagingAddresses": {},
        "directRouting": {"callMediaSettings": {}, "emailMediaSettings": {}, "messageMediaSettings": {}},
    }
    with logged_in([]) as api:
        made = api.call("POST", LIST, json=body)
        read = api.json(f"{LIST}/{made.json()['id']}")
    assert 200 == made.status_code
    assert {"percentage": 0.7, "durationMs": 20_000} == read["mediaSettings"]["call"]["serviceLevel"]
    outbound = [read["directRouting"][f"{medium}MediaSettings"] for medium in ("call", "email", "message")]
    assert [{"useAgentAddressOutbound": False}] * 3 == outbound
    assert body["acwSettings"] == read["acwSettings"]
    assert 0 == read["memberCount"]


def test_every_default_is_for_a_field_that_may_be_missing() -> None:
    assert {"memberCount"} == {name for name, default in QUEUE.items() if not isinstance(default, IfThere)}
