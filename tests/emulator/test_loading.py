"""The queues that an emulator begins with."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.kinds.kind import IfThere
from syncer.emulator.kinds.registry import targets_of
from syncer.emulator.loading import (
    QUEUE,
    completed,
    demo_queues,
    load_data,
    load_surroundings,
    load_traffic,
    prepared,
)
from syncer.emulator.organization import organization
from syncer.emulator.store import Store
from syncer.emulator.traffic_given import MADE_UP
from syncer.errors import ConfigError
from tests.emulator.emulator_api import LIST, logged_in, queue


@pytest.mark.parametrize("shape", ['{"queues": %s}', '{"entities": %s, "total": 2}', "%s"])
def test_three_shapes_are_read(shape: str, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(shape % json.dumps([{"id": "a", "name": "A", "_etag": "x", "more": [1]}, {"name": "B"}]))
    first, second = load_data(file)
    own = {"id": "a", "name": "A", "more": [1], "selfUri": "/api/v2/routing/queues/a"}
    assert {**ALWAYS, **own} == first
    assert second == load_data(str(file))[1]
    assert 36 == len(second["id"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"NaN", "not JSON"),
        (b"[" * 100_000, "nested"),
        (b"3", "no list"),
        (b'{"queue": []}', "no list"),
        (b'{"queues": {}}', "no list"),
        (b"[3]", "queue 1 is not an object"),
        (b'[{"name": "A"}, {"id": "b"}]', "queue 2 is not an object with a name"),
        (b'[{"name": ""}]', "queue 1 is not an object with a name"),
        (b'[{"name": "A", "id": 5}]', "queue 1: the id is not a text"),
        (b'[{"name": "A", "id": "x"}, {"name": "B", "id": "x"}]', "queue 2: the id 'x' appears twice"),
    ],
)
def test_data_that_is_wrong_is_explained(text: bytes, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_bytes(text)
    with pytest.raises(ConfigError, match=reason) as error:
        load_data(file)
    assert error.value.message.startswith(f"{file}: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json: can't be read: No such file"):
        load_data(tmp_path / "none.json")


def test_queues_of_one_name_need_ids() -> None:
    with pytest.raises(ConfigError, match=r"queue 2: the id .* appears twice"):
        prepared([{"name": "A"}, {"name": "A"}], where="here")


def test_the_demonstration_is_whole_and_has_no_loop() -> None:
    queues = demo_queues()
    ids = {queue["id"] for queue in queues}
    store = Store(":memory:", queues)
    try:
        assert store.loop_free()
    finally:
        store.close()
    assert {target for queue in queues for target in targets_of(queue)} <= ids


def test_a_file_may_tell_them(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"queues": [], "groups": [{"id": "g", "name": "G"}], "more": 1}))
    assert {"groups": [{"id": "g", "name": "G"}]} == load_surroundings(file)
    file.write_text("[]")
    assert {} == load_surroundings(file)


@pytest.mark.parametrize("groups", [3, [3], [{"id": "g"}], [{"id": 5, "name": "G"}]])
def test_a_file_that_tells_nonsense_is_refused(groups: object, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"queues": [], "groups": groups}))
    with pytest.raises(ConfigError, match="groups is not a list of objects with an id and a name"):
        load_surroundings(file)


OWN = {"id": "a", "name": "A"}
ALWAYS = {name: field for name, field in completed({"id": "any"}).items() if name != "id"}
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
    plain = queue("A", agentOwnedRouting=None, bullseye="x", memberGroups=["x", {"id": "y"}])
    members = ["x", {"id": "y", "type": "GROUP"}]
    assert {**ALWAYS, **plain, "memberGroups": members} == completed(plain)


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
    lost = {name for name, field in document.items() if field is not None} - set(once)
    assert lost <= {"conditionalGroupRouting"}


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


def test_what_is_always_there_depends_on_nothing_beside_it() -> None:
    assert ALWAYS.keys() == {name for name, default in QUEUE.items() if not isinstance(default, IfThere)}
    callback = ALWAYS["mediaSettings"]["callback"]
    assert (300, 300) == (callback["autoDialDelaySeconds"], callback["autoEndDelaySeconds"])
    half = completed({"id": "a", "mediaSettings": {"call": {"alertingTimeoutSeconds": 9}, "email": None}})
    assert 9 == half["mediaSettings"]["call"]["alertingTimeoutSeconds"]
    assert ALWAYS["mediaSettings"]["email"] == half["mediaSettings"]["email"]


def test_traffic_is_read_from_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text('{"queues": [], "traffic": {"seed": 4}}')
    assert 4 == load_traffic(path).seed
    path.write_text("[]")
    assert MADE_UP == load_traffic(path)
    path.write_text('{"traffic": 1}')
    with pytest.raises(ConfigError, match="traffic is not an object"):
        load_traffic(path)
