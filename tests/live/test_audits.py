import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncer.errors import ApiError, BadAnswer, Forbidden, NotFound
from syncer.live.audits import AuditCalls
from syncer.model.audited import AuditedEdit, PropertyChange
from tests.live.clients import client, sent
from tests.scripted_server import FakeTime, Seen, answer

NOW = datetime(2026, 3, 20, tzinfo=UTC)
START = NOW - timedelta(hours=1)
MAPPING = answer({"services": [{"name": "Routing", "entities": [{"name": "Queue", "actions": ["Update"]}]}]})
EVENT: dict[str, Any] = {
    "id": "e",
    "eventDate": "2026-03-19T23:30:00Z",
    "action": "Update",
    "user": {"id": "u", "name": "Ada"},
    "client": {"id": "c"},
    "remoteIp": ["10.0.0.7"],
    "entity": {"id": "q"},
    "propertyChanges": [{"property": "description", "oldValues": ["a"], "newValues": ["b", 5, None]}],
}
EDIT = AuditedEdit(
    queue="q",
    at="2026-03-19T23:30:00.000Z",
    action="Update",
    user="u",
    user_name="Ada",
    client="c",
    addresses=("10.0.0.7",),
    changes=(PropertyChange("description", ("a",), ("b", "5", "null")),),
)


def now() -> FakeTime:
    return FakeTime(NOW.timestamp())


def page(*events: object, **more: object) -> Any:
    return answer({"entities": list(events), **more})


def body_of(seen: Seen) -> Any:
    return json.loads(seen.body)


def test_the_service_that_has_queues_is_asked_for_once() -> None:
    with client(MAPPING, page(EVENT), page(EVENT), time=now()) as (made, server):
        calls = AuditCalls(made.exchange)
        assert [EDIT] == calls.queue_edits(START, NOW, ["q"])
        assert [EDIT] == calls.queue_edits(START, NOW, ["q"])
        asked = sent(server)
    assert [
        "/api/v2/audits/query/realtime/servicemapping",
        *["/api/v2/audits/query/realtime?expand=user"] * 2,
    ] == [seen.path for seen in asked]
    assert {
        "interval": "2026-03-19T23:00:00.000Z/2026-03-20T00:00:01.000Z",
        "serviceName": "Routing",
        "filters": [{"property": "EntityType", "value": "Queue"}, {"property": "EntityId", "value": "q"}],
        "sort": [{"name": "Timestamp", "sortOrder": "ascending"}],
        "pageNumber": 1,
        "pageSize": 500,
    } == body_of(asked[1])


def test_an_organization_without_a_mapping_has_queues_where_the_vendor_has_them() -> None:
    with client(answer(status=404), page(), time=now()) as (made, server):
        assert [] == AuditCalls(made.exchange).queue_edits(START, NOW)
        assert "ContactCenter" == body_of(sent(server)[1])["serviceName"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"services": None},
        {"services": [5, {"name": "A"}, {"name": "B", "entities": [{"name": "Flow"}, 5]}]},
    ],
)
def test_a_mapping_without_queues_is_no_guess(body: object) -> None:
    with client(answer(body), time=now()) as (made, _), pytest.raises(BadAnswer, match="no service has"):
        AuditCalls(made.exchange).queue_edits(START, NOW)


def test_few_queues_are_asked_for_one_by_one_and_many_at_once() -> None:
    other = {**EVENT, "id": "other", "entity": {"id": "q77"}}
    with client(MAPPING, page(EVENT, other), time=now()) as (made, server):
        calls = AuditCalls(made.exchange)
        calls.queue_edits(START, NOW, [f"q{number}" for number in range(10)])
        assert 11 == len(sent(server))
        assert ["q77"] == [
            edit.queue for edit in calls.queue_edits(START, NOW, [f"q{n}" for n in range(70, 81)])
        ]
        assert 12 == len(sent(server))
        assert ["q", "q77"] == [edit.queue for edit in calls.queue_edits(START, NOW)]
        assert [{"property": "EntityType", "value": "Queue"}] == body_of(sent(server)[-1])["filters"]


def test_all_pages_are_read_and_each_event_counts_once() -> None:
    later = {**EVENT, "id": "l", "eventDate": "2026-03-19T23:40:00.5Z"}
    pages = (page(later, pageCount=2), page(EVENT, pageCount=2))
    with client(MAPPING, *pages, time=now()) as (made, server):
        found = AuditCalls(made.exchange).queue_edits(START, NOW, ["q"])
        assert ["2026-03-19T23:30:00.000Z", "2026-03-19T23:40:00.500Z"] == [edit.at for edit in found]
        assert [1, 2] == [body_of(seen)["pageNumber"] for seen in sent(server)[1:]]


def test_smaller_pages_are_asked_for_where_large_ones_are_refused() -> None:
    with client(MAPPING, answer(status=400), page(EVENT), time=now()) as (made, server):
        assert [EDIT] == AuditCalls(made.exchange).queue_edits(START, NOW, ["q"])
        assert [500, 100] == [body_of(seen)["pageSize"] for seen in sent(server)[1:]]


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound), (409, ApiError)])
def test_what_is_refused_is_raised(status: int, error: type[ApiError]) -> None:
    with client(MAPPING, answer(status=status), time=now()) as (made, _), pytest.raises(error) as raised:
        AuditCalls(made.exchange).queue_edits(START, NOW, ["q"])
    assert status == raised.value.status
    if status == 403:
        assert "audits:audit:view" in raised.value.hint


def test_what_is_odd_says_nothing_and_what_failed_did_nothing() -> None:
    odd = {"id": "odd", "eventDate": EVENT["eventDate"], "entity": {"id": "q"}, "user": 5, "client": "c"}
    odd |= {"remoteIp": [5], "propertyChanges": [5, {"property": 5, "oldValues": 5}]}
    left_out = [
        {**EVENT, "id": "failed", "status": "FAILURE"},
        {**EVENT, "id": "of nothing", "entity": None},
        {**EVENT, "id": "late", "eventDate": "2026-03-20T00:00:02Z"},
    ]
    with client(MAPPING, page(odd, *left_out), time=now()) as (made, _):
        expected = AuditedEdit("q", EDIT.at)
        assert [expected] == AuditCalls(made.exchange).queue_edits(START, NOW, ["q"])


@pytest.mark.parametrize("date", [None, "yesterday", "2026-03-19T23:30:00", 5, "0001-01-01T00:00:00+10:00"])
def test_an_event_without_a_time_makes_no_sense(date: object) -> None:
    listed = client(MAPPING, page({**EVENT, "eventDate": date}), time=now())
    with listed as (made, _), pytest.raises(BadAnswer, match="The audit event e has no time"):
        AuditCalls(made.exchange).queue_edits(START, NOW, ["q"])


def test_what_is_older_than_two_weeks_is_asked_for_in_the_other_way() -> None:
    time = now()
    steps = (
        *(MAPPING, answer({"id": "t 1"}), answer({"state": "Queued"}), answer({"state": "Running"})),
        *(answer({"state": "Succeeded"}), page(EVENT, cursor="c/1"), page({**EVENT, "id": "f"})),
    )
    with client(*steps, time=time) as (made, server):
        found = AuditCalls(made.exchange).queue_edits(NOW - timedelta(days=20), NOW, ["q"])
        asked = sent(server)
    assert [EDIT, EDIT] == found
    assert [1.0, 2.0] == time.sleeps
    counts = [(0, None), (1, None), (2, None), (2, 2)]
    assert [("asking 127.0.0.1", 0, None)] == [each for each in time.counted if "asking" in each[0]][:1]
    assert [("reading audit events", *each) for each in counts] == [
        each for each in time.counted if "asking" not in each[0]
    ]
    assert [
        "/api/v2/audits/query",
        *["/api/v2/audits/query/t%201"] * 3,
        "/api/v2/audits/query/t%201/results?pageSize=500&expand=user",
        "/api/v2/audits/query/t%201/results?pageSize=500&expand=user&cursor=c%2F1",
    ] == [seen.path for seen in asked[1:]]
    assert {"interval", "serviceName", "filters"} == body_of(asked[1]).keys()


def test_a_long_time_is_asked_for_in_parts() -> None:
    steps = [step for _ in range(2) for step in (answer({"id": "t"}), answer({"state": "Succeeded"}), page())]
    with client(MAPPING, *steps, time=now()) as (made, server):
        assert [] == AuditCalls(made.exchange).queue_edits(NOW - timedelta(days=50), NOW, ["q"])
        intervals = [body_of(seen)["interval"] for seen in sent(server) if seen.method == "POST"]
    assert [
        "2026-01-29T00:00:00.000Z/2026-02-28T00:00:00.000Z",
        "2026-02-28T00:00:00.000Z/2026-03-20T00:00:01.000Z",
    ] == intervals


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([answer({})], "can't be the id of a query of the audit"),
        ([answer({"id": "t"}), answer({"state": "Failed"})], "the query ended as Failed"),
        ([answer({"id": "t"}), answer({"state": "Running"})], "did not finish within 127 seconds"),
    ],
)
def test_a_query_that_does_not_succeed_is_an_error(steps: list[Any], words: str) -> None:
    with client(MAPPING, *steps, time=now()) as (made, _), pytest.raises(BadAnswer, match=words):
        AuditCalls(made.exchange).queue_edits(NOW - timedelta(days=20), NOW, ["q"])


def test_results_that_go_round_come_to_an_end() -> None:
    steps = (answer({"id": "t"}), answer({"state": "Succeeded"}), page(EVENT, cursor="c"))
    with client(MAPPING, *steps, time=now()) as (made, server):
        assert [EDIT] == AuditCalls(made.exchange).queue_edits(NOW - timedelta(days=20), NOW, ["q"])
        assert 5 == len(sent(server))
