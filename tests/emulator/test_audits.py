"""The audit of the organization, asked at once and by a query that is waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from syncer.emulator.faults import Faults
from tests.emulator.emulator_api import LIST, Api, logged_in, overflow, queue

AUDITS = "/api/v2/audits/query"
BEGIN = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = "2026-03-01T00:00:00Z/2026-03-02T00:00:00Z"


class Time:
    """The time of day, which a test moves."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@contextmanager
def audited(faults: str = "", **options: Any) -> Iterator[tuple[Api, Time]]:
    time = Time()
    queues = [queue("A"), queue("B"), queue("C")]
    with logged_in(queues, faults=Faults.parse(faults), now=time, **options) as api:
        yield api, time


def body(interval: str = DAY, **more: Any) -> dict[str, Any]:
    return {"interval": interval, "serviceName": "ContactCenter", **more}


def asked(api: Api, parameters: str = "", **more: Any) -> list[dict[str, Any]]:
    answer = api.call("POST", f"{AUDITS}/realtime{parameters}", json=body(**more))
    assert 200 == answer.status_code, answer.text
    entities: list[dict[str, Any]] = answer.json()["entities"]
    return entities


def put(api: Api, name: str = "A", **fields: Any) -> None:
    assert 200 == api.call("PUT", f"{LIST}/{name.lower()}", json=queue(name, **fields)).status_code


def changes(event: dict[str, Any]) -> list[tuple[str, list[str], list[str]]]:
    return [(each["property"], each["oldValues"], each["newValues"]) for each in event["propertyChanges"]]


def test_a_put_of_a_client_is_one_event() -> None:
    with audited() as (api, _):
        put(api, description="one", routingRules=[])
        put(api, description="two", routingRules=[overflow("b", id="r")])
        [second, first] = asked(api)
    assert [("description", [], ["one"])] == changes(first)
    assert ["routingRules", "description"] == [path for path, *_ in changes(second)]
    assert ("Update", "demo", {}, "A", "2026-03-01T08:00:00.000Z") == (
        second["action"],
        second["client"]["id"],
        second["user"],
        second["entity"]["name"],
        second["eventDate"],
    )


def test_an_edit_by_a_person_names_them_and_a_test_says_who() -> None:
    with audited() as (api, _):
        api.call("POST", "/_emulator/queues/a", json={"description": "x"})
        who = "?user=u-1&name=Operator&client=browser&address=192.0.2.1"
        edited = api.call("POST", f"/_emulator/queues/a{who}", json={"description": "y"}).json()
        events = asked(api, "?expand=user")
        history = api.history()
    by = [
        (event["user"]["name"], event["client"]["id"], event["remoteIp"], *changes(event)) for event in events
    ]
    assert [
        ("Operator", "browser", ["192.0.2.1"], ("description", ["x"], ["y"])),
        ("Administrator", "", ["203.0.113.7"], ("description", [], ["x"])),
    ] == by
    assert "u-1" == edited["modifiedBy"]
    assert [events[1]["user"]["id"], "u-1"] == [entry["userId"] for entry in history]
    assert ["2026-03-01T08:00:00.000Z"] * 2 == [entry["at"] for entry in history]


def test_the_rival_of_a_fault_is_a_person() -> None:
    with audited("rival=1", lock="none") as (api, _):
        put(api)
        ours, theirs = asked(api, "?expand=user")
    assert ("demo", "") == (ours["client"]["id"], theirs["client"]["id"])
    assert "Administrator" == theirs["user"]["name"]


def test_queues_and_members_come_and_go() -> None:
    with audited() as (api, _):
        made = api.call("POST", LIST, json={"name": "D"}).json()["id"]
        user = api.json("/api/v2/users")["entities"][0]["id"]
        api.call("POST", f"{LIST}/{made}/members", json=[{"id": user}])
        api.call("DELETE", f"{LIST}/{made}")
        events = asked(api, sort=[{"name": "Timestamp", "sortOrder": "ascending"}])
    assert [("Create", "D"), ("MemberAdd", "D"), ("Delete", "D")] == [
        (event["action"], event["entity"]["name"]) for event in events
    ]
    assert ("name", [], ["D"]) in changes(events[0])
    assert ("name", ["D"], []) in changes(events[2])
    assert [(f"QueueMember/{made}:{user}", [], ["<queue member added>"])] == changes(events[1])


def test_a_write_that_was_refused_is_no_event() -> None:
    with audited() as (api, _):
        assert 400 == api.call("PUT", f"{LIST}/a", json={"name": ""}).status_code
        assert [] == asked(api)


def test_a_reset_empties_the_audit() -> None:
    with audited() as (api, _):
        put(api)
        api.call("POST", "/_emulator/reset")
        assert [] == asked(api)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([], ["b", "a"]),
        ([("EntityId", "a")], ["a"]),
        ([("entityid", "A")], ["a"]),
        ([("EntityType", "Queue"), ("EntityId", "b")], ["b"]),
        ([("EntityId", "a"), ("EntityId", "b")], []),
        ([("ClientId", "demo")], ["a"]),
        ([("UserId", "u-1")], ["b"]),
        ([("Action", "Update")], ["b", "a"]),
        ([("Action", "Delete")], []),
        ([("TrusteeOrganizationId", "o")], []),
    ],
)
def test_filters_count_together(filters: list[tuple[str, str]], found: list[str]) -> None:
    with audited() as (api, time):
        put(api)
        time.passes(seconds=1)
        api.call("POST", "/_emulator/queues/b?user=u-1", json={"description": "x"})
        given = [{"property": name, "value": value} for name, value in filters]
        assert found == [event["entity"]["id"] for event in asked(api, filters=given)]


def test_an_interval_holds_its_begin_and_not_its_end() -> None:
    with audited() as (api, _):
        put(api)
        assert 1 == len(asked(api, interval="2026-03-01T08:00:00.000Z/2026-03-01T08:00:00.001Z"))
        assert [] == asked(api, interval="2026-03-01T07:00:00Z/2026-03-01T08:00:00Z")
        assert 1 == len(asked(api, interval="2026-03-01T09:00+01:00/2026-03-01T10:00"))


def test_pages() -> None:
    with audited() as (api, time):
        for number in range(5):
            put(api, description=str(number))
            time.passes(seconds=1)
        page = api.call("POST", f"{AUDITS}/realtime", json=body(pageSize=2, pageNumber=3)).json()
    assert (5, 3, 2, 3) == (page["total"], page["pageCount"], page["pageSize"], page["pageNumber"])
    assert [("description", [], ["0"])] == changes(page["entities"][0])


def test_events_arrive_late_and_out_of_order() -> None:
    with audited("audit_delay=60,seed=3") as (api, time):
        for number in range(12):
            put(api, description=str(number))
            time.passes(seconds=1)
        assert [] == asked(api)
        seen = []
        for _ in range(60):
            time.passes(seconds=1)
            seen.append({event["eventDate"] for event in asked(api)})
    assert 12 == len(seen[-1])
    assert any(max(some) > min(seen[-1] - some) for some in seen if some and some != seen[-1])
    assert all(earlier <= later for earlier, later in pairwise(seen))


def test_the_realtime_query_sees_14_days() -> None:
    with audited() as (api, time):
        put(api)
        time.passes(days=14, seconds=1)
        interval = "2026-03-01T08:00:00Z/2026-03-16T00:00:00Z"
        refused = api.call("POST", f"{AUDITS}/realtime", json=body(interval))
        assert (400, True) == (refused.status_code, "14 days" in refused.json()["message"])
        assert [] == asked(api, interval="2026-03-01T08:00:01Z/2026-03-16T00:00:00Z")


def test_a_query_is_waited_for() -> None:
    with audited() as (api, time):
        for number in range(3):
            put(api, description=str(number))
        time.passes(days=100)
        begun = api.call("POST", AUDITS, json=body(filters=[{"property": "EntityId", "value": "a"}]))
        one = f"{AUDITS}/{begun.json()['id']}"
        early = api.call("GET", f"{one}/results")
        states = [api.json(one)["state"] for _ in range(3)]
        first = api.json(f"{one}/results?pageSize=2&expand=user")
        second = api.json(f"{one}/results?pageSize=2&cursor={first['cursor']}")
        broken = api.call("GET", f"{one}/results?cursor=x")
    assert (202, "Queued", DAY) == (begun.status_code, begun.json()["state"], begun.json()["interval"])
    assert (400, 400) == (early.status_code, broken.status_code)
    assert ["Running", "Succeeded", "Succeeded"] == states
    assert ([2, 1], False) == ([len(page["entities"]) for page in (first, second)], "cursor" in second)


def test_a_query_that_nobody_began_is_not_found_and_old_ones_are_forgotten() -> None:
    with audited(rate_limit=1000) as (api, _):
        begun = [api.call("POST", AUDITS, json=body()).json()["id"] for _ in range(101)]
        assert [404, 200] == [
            api.call("GET", f"{AUDITS}/{each}").status_code for each in (begun[0], begun[1])
        ]
        assert 404 == api.call("GET", f"{AUDITS}/none/results").status_code


def test_another_service_knows_nothing_of_queues() -> None:
    with audited() as (api, _):
        put(api)
        answer = api.call("POST", f"{AUDITS}/realtime", json={**body(), "serviceName": "Routing"})
        assert ([], 0) == (answer.json()["entities"], answer.json()["total"])


def test_the_mapping_says_which_service_has_queues() -> None:
    with audited() as (api, _):
        services = api.json(f"{AUDITS}/realtime/servicemapping")["services"]
    having = {
        service["name"]: entity["actions"]
        for service in services
        for entity in service["entities"]
        if entity["name"] == "Queue"
    }
    assert ["ContactCenter"] == list(having)
    assert ["Create", "Update", "Delete"] == having["ContactCenter"][:3]


@pytest.mark.parametrize(
    "wrong",
    [
        {"interval": None},
        {"interval": "2026-03-01T00:00:00Z"},
        {"interval": "2026-03-01/2026-03-02"},
        {"interval": "2026-03-01T00:00:00Z/2026-13-02T00:00:00Z"},
        {"interval": "2026-03-02T00:00:00Z/2026-03-01T00:00:00Z"},
        {"interval": "a/b/c"},
        {"serviceName": None},
        {"serviceName": "Queues"},
        {"serviceName": 1},
        {"filters": {}},
        {"filters": ["EntityId"]},
        {"filters": [{"property": "Name", "value": "a"}]},
        {"filters": [{"property": 1, "value": "a"}]},
        {"filters": [{"property": "EntityId", "value": 1}]},
        {"filters": [{"property": "EntityType", "value": "Flow"}]},
        {"sort": [{"name": "Action"}]},
        {"sort": [{"name": "Timestamp", "sortOrder": "up"}]},
        {"pageSize": 0},
        {"pageNumber": "1"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with audited() as (api, _):
        assert 400 == api.call("POST", f"{AUDITS}/realtime", json={**body(), **wrong}).status_code
        late = 202 if set(wrong) <= {"pageSize", "pageNumber"} else 400
        assert late == api.call("POST", AUDITS, json={**body(), **wrong}).status_code


def test_only_the_author_can_be_expanded() -> None:
    with audited() as (api, _):
        assert 400 == api.call("POST", f"{AUDITS}/realtime?expand=entity", json=body()).status_code


def test_a_client_that_may_only_read_may_ask() -> None:
    with audited(read_credentials=("reader", "secret")) as (api, _):
        api.log_in(credentials=("reader", "secret"))
        assert [] == asked(api)
        assert 202 == api.call("POST", AUDITS, json=body()).status_code
