"""The forms in which the emulator has overflow, seen from outside."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from syncer.emulator.dialects import DIALECTS, Dialect, begun, kept
from syncer.emulator.server import Emulator, demo_queues, demo_surroundings

RULE = {
    "id": "r",
    "type": "overflow",
    "overflowTarget": "b",
    "threshold": 30,
    "overflowDelay": 90,
    "enabled": True,
}
PREFERRED = {"operator": "MEETS_THRESHOLD", "threshold": 9, "waitSeconds": 30.0}
GROUPS = {"rules": [{"metric": "ServiceLevel", "operator": "LessThan", "conditionValue": 70, "groups": []}]}


def queue(**fields: Any) -> dict[str, Any]:
    return {"id": "a", "name": "A", **fields}


def only(queue: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """How a server begins with one queue."""
    (found,) = begun([queue], dialect)
    return found


def test_a_mixed_one_keeps_everything() -> None:
    whole = queue(routingRules=[RULE, PREFERRED], directRouting={"backupQueueId": "b"}, other=1)
    assert whole == kept(whole, "mixed") == only(whole, "mixed")


def test_genesys_cloud_keeps_preferred_agent_rules_alone() -> None:
    said = queue(routingRules=[RULE, PREFERRED, 7], conditionalGroupRouting=GROUPS)
    rules = [{"threshold": 30}, PREFERRED, 7]
    assert queue(routingRules=rules, conditionalGroupRouting=GROUPS) == kept(said, "genesys-cloud")
    assert queue() == kept(queue(routingRules=None), "genesys-cloud")


def test_a_gateway_keeps_neither_backup_queues_nor_conditional_groups() -> None:
    said = queue(routingRules=[RULE], conditionalGroupRouting=GROUPS, directRouting={"backupQueueId": "b"})
    assert queue(routingRules=[RULE]) == kept(said, "overflow-rules") == only(said, "overflow-rules")


@pytest.mark.parametrize(
    ("rules", "direct"),
    [
        ([], None),
        ([PREFERRED], None),
        ([{**RULE, "enabled": False}], None),
        (
            [{**RULE, "threshold": 5, "overflowTarget": "c"}, RULE],
            {"backupQueueId": "b", "waitForAgent": True, "agentWaitSeconds": 90},
        ),
        (
            [{**RULE, "overflowDelay": 5}],
            {"backupQueueId": "b", "waitForAgent": True, "agentWaitSeconds": 60},
        ),
    ],
)
def test_the_rule_with_the_largest_share_becomes_the_backup_queue(rules: Any, direct: Any) -> None:
    assert direct == only(queue(routingRules=rules), "genesys-cloud").get("directRouting")


def test_a_queue_of_another_division_becomes_no_backup() -> None:
    rules = [{**RULE, "overflowTarget": target} for target in "bc"]
    queues = [
        queue(routingRules=rules, division={"id": "one"}),
        {"id": "b", "name": "B", "division": {"id": "two"}},
        {"id": "c", "name": "C", "division": {"id": "one"}},
    ]
    first, *_ = begun(queues, "genesys-cloud")
    assert "c" == first["directRouting"]["backupQueueId"]
    assert "directRouting" not in begun(queues[:2], "genesys-cloud")[0]


def test_no_overflow_rule_is_there_at_the_beginning() -> None:
    assert [PREFERRED] == only(queue(routingRules=[RULE, PREFERRED]), "genesys-cloud")["routingRules"]
    assert only(queue(routingRules=None), "genesys-cloud") == queue()


def test_genesys_cloud_keeps_no_field_that_it_does_not_know() -> None:
    assert queue() == kept(queue(inventedField=1), "genesys-cloud")


def test_direct_routing_that_is_there_stays() -> None:
    direct = {"backupQueueId": "c", "waitForAgent": False}
    assert direct == only(queue(routingRules=[RULE], directRouting=direct), "genesys-cloud")["directRouting"]


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = request.param
    return found


@pytest.fixture
def emulator(dialect: Dialect) -> Iterator[Emulator]:
    with Emulator(
        queues=demo_queues(), surroundings=demo_surroundings(), dialect=dialect, rate_limit=1_000_000
    ) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Iterator[requests.Session]:
    with requests.Session() as session:
        grant = {"grant_type": "client_credentials"}
        answer = session.post(f"{emulator.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield session


def has(queue: dict[str, Any]) -> set[str]:
    """In which forms a queue has overflow."""
    found = (
        {"overflow-rules"} if any("overflowTarget" in rule for rule in queue["routingRules"] or ()) else set()
    )
    groups = queue.get("conditionalGroupRouting")
    return found | ({"genesys-cloud"} if groups or queue.get("directRouting") else set())


def test_the_demonstration_is_shown_in_its_form(
    emulator: Emulator, dialect: Dialect, client: requests.Session
) -> None:
    url = f"{emulator.url}/api/v2/routing/queues"
    queues = client.get(f"{url}?pageSize=500", timeout=60).json()["entities"]
    both = {"overflow-rules", "genesys-cloud"}
    assert (both if dialect == "mixed" else {dialect}) == set[str]().union(*map(has, queues))
    assert {dialect == "genesys-cloud"} == {"_etag" not in queue for queue in queues}


def test_a_write_is_kept_in_its_form(emulator: Emulator, dialect: Dialect, client: requests.Session) -> None:
    url = f"{emulator.url}/api/v2/routing/queues"
    tiers = client.get(f"{url}?name=Support Tier*", timeout=60).json()["entities"]
    first, second = tiers[0], tiers[1]["id"]
    rule = {**RULE, "overflowTarget": second}
    said = {**first, "routingRules": [rule], "directRouting": {"backupQueueId": second}}
    answer = client.put(f"{url}/{first['id']}", json=said, timeout=60)
    assert 200 == answer.status_code
    stored = client.get(f"{url}/{first['id']}", timeout=60).json()
    assert answer.json() == stored
    assert ([{"threshold": 30}] if dialect == "genesys-cloud" else [rule]) == stored["routingRules"]
    assert ("directRouting" in stored) == (dialect != "overflow-rules")
    assert ("ETag" in answer.headers) == (dialect != "genesys-cloud")


@pytest.mark.parametrize("dialect", ["genesys-cloud"], indirect=True)
def test_a_rival_of_genesys_cloud_writes_no_overflow_rule(dialect: Dialect) -> None:
    from syncer.emulator.server import Faults

    with (
        Emulator(
            queues=demo_queues(),
            surroundings=demo_surroundings(),
            dialect=dialect,
            faults=Faults.parse("rival=1"),
            rate_limit=1_000_000,
        ) as emulator,
        requests.Session() as session,
    ):
        grant = {"grant_type": "client_credentials"}
        answer = session.post(f"{emulator.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        url = f"{emulator.url}/api/v2/routing/queues"
        for queue in session.get(f"{url}?pageSize=10", timeout=60).json()["entities"]:
            session.put(f"{url}/{queue['id']}", json=queue, timeout=60)
        entries = session.get(f"{emulator.url}/_emulator/history", timeout=60).json()["entries"]
        assert 10 == sum(entry["by"] == "rival" for entry in entries)
        assert [] == [entry for entry in entries if entry.get("rulesAfter")]
