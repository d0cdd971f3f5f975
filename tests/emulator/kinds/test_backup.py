"""The API's own rules about direct routing and its backup queue."""

from typing import Any

import pytest

from tests.emulator.emulator_api import LIST, logged_in, queue
from tests.emulator.kinds.writes import assert_kept_as_sent, assert_refused


def direct(**fields: Any) -> dict[str, Any]:
    """The fields of a queue with direct routing."""
    return {"directRouting": {"agentWaitSeconds": 60, **fields}}


@pytest.mark.parametrize(
    "fields",
    [
        direct(backupQueueId="b", agentWaitSeconds=864_000, waitForAgent=True),
        direct(agentWaitSeconds=60.0),
        direct(),
    ],
)
def test_what_the_api_takes_is_kept_as_sent(fields: dict[str, Any]) -> None:
    assert_kept_as_sent(fields)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (direct(backupQueueId=""), "directRouting.backupQueueId"),
        (direct(backupQueueId="none"), "directRouting.backupQueueId"),
        (direct(backupQueueId=5), "directRouting.backupQueueId"),
        (direct(agentWaitSeconds=59), "directRouting.agentWaitSeconds"),
        (direct(agentWaitSeconds=864_001), "directRouting.agentWaitSeconds"),
        (direct(agentWaitSeconds="60"), "directRouting.agentWaitSeconds"),
        (direct(agentWaitSeconds=60.5), "directRouting.agentWaitSeconds"),
        (direct(backupQueueId="c"), "directRouting.backupQueueId"),
    ],
)
def test_what_the_api_refuses_is_named(fields: dict[str, Any], where: str) -> None:
    assert_refused(fields, where)


def test_a_queue_without_a_backup_queue_is_its_own_and_may_say_so() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        bare = api.call("PUT", f"{LIST}/a", json={"name": "A", "directRouting": {}})
        said = api.call("PUT", f"{LIST}/a", json=bare.json())
        other = api.call("PUT", f"{LIST}/a", json={"name": "A", **direct(backupQueueId="b")})
        edited = api.call("POST", "/_emulator/queues/a", json={"directRouting": {"backupQueueId": None}})
        gone = api.call("PUT", f"{LIST}/a", json={"name": "A"})
    shown = [answer.json()["directRouting"]["backupQueueId"] for answer in (bare, said, other, edited)]
    assert ["a", "a", "b", "a"] == shown
    assert "directRouting" not in gone.json()
