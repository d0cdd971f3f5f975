"""Analytics over the wire."""

from typing import Any

import pytest

from syncer.emulator.analytics import AGGREGATES, OBSERVATIONS
from syncer.emulator.faults import Faults
from syncer.emulator.traffic_given import GivenQueue, GivenTraffic
from tests.emulator.emulator_api import Api, logged_in, overflow, queue, running

GIVEN = GivenTraffic(
    noise=False,
    queues={"a": GivenQueue(120, 50, ("voice", "email")), "b": GivenQueue(20, 40, ("voice",))},
)
QUEUES = [queue("A", overflow("b", threshold=25)), queue("B")]
NINE = "2026-03-02T09:00:00.000Z/2026-03-02T10:00:00.000Z"
NIGHT_AND_DAY = "2026-03-01T00:00:00Z/2026-03-03T00:00:00Z"


def ask(api: Api, **body: Any) -> Any:
    asked = {"interval": NINE, "groupBy": ["queueId", "mediaType"], "metrics": ["nOffered"], **body}
    return api.call("POST", AGGREGATES, json={k: v for k, v in asked.items() if v is not None}).json()


def offered(answer: Any) -> dict[tuple[str, ...], int]:
    """The contacts of the first interval of each group."""
    return {
        tuple(each["group"].values()): each["data"][0]["metrics"][0]["stats"]["count"]
        for each in answer["results"]
    }


def test_groups_are_those_that_are_asked_for() -> None:
    with logged_in(QUEUES, traffic=GIVEN) as api:
        each = {("a", "voice"): 60, ("b", "voice"): 35, ("a", "email"): 60, ("b", "email"): 15}
        assert each == offered(ask(api))
        assert {("a",): 120, ("b",): 50} == offered(ask(api, groupBy=["queueId"]))
        assert {("voice",): 95, ("email",): 75} == offered(ask(api, groupBy=["mediaType"]))
        assert {(): 170} == offered(ask(api, groupBy=None))


def test_an_interval_is_counted_in_its_parts() -> None:
    with logged_in(QUEUES, traffic=GIVEN) as api:
        [whole] = ask(api, interval=NIGHT_AND_DAY, groupBy=[])["results"]
        [parts] = ask(api, interval=NIGHT_AND_DAY, groupBy=[], granularity="PT15M")["results"]
        assert ["2026-03-01T00:00:00.000Z/2026-03-03T00:00:00.000Z"] == [d["interval"] for d in whole["data"]]
        assert whole["data"][0]["metrics"][0]["stats"]["count"] == sum(
            each["metrics"][0]["stats"]["count"] for each in parts["data"]
        )
        assert "2026-03-01T06:15:00.000Z/2026-03-01T06:30:00.000Z" == parts["data"][0]["interval"]


def test_a_filter_finds_queues() -> None:
    with logged_in(QUEUES, traffic=GIVEN) as api:
        predicate = {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": "b"}
        found = ask(api, filter={"type": "or", "predicates": [predicate]}, views=[])
        assert {("b", "voice"): 35, ("b", "email"): 15} == offered(found)


def test_what_is_to_come_is_not_counted() -> None:
    with logged_in(QUEUES, traffic=GIVEN) as api:
        later = "2099-03-02T09:00:00.000Z/2099-03-02T10:00:00.000Z"
        assert {"results": []} == ask(api, interval=later)
        assert {"results": []} == ask(api, metrics=["tVoicemail"])


@pytest.mark.parametrize(
    "wrong", [{"metrics": []}, {"metrics": ["nFlowOut"]}, {"interval": "x"}, {"groupBy": ["ani"]}]
)
def test_a_wrong_query_is_refused(wrong: dict[str, Any]) -> None:
    with logged_in(QUEUES) as api:
        answer = ask(api, **wrong)
        assert (400, "bad.request") == (answer["status"], answer["code"])


def test_a_token_that_reads_is_enough() -> None:
    with running(QUEUES, traffic=GIVEN, read_credentials=("r", "r")) as api:
        api.log_in(credentials=("r", "r"))
        assert {(): 170} == offered(ask(api, groupBy=[]))


def test_only_divisions_that_are_covered_are_seen() -> None:
    sales = {"id": "sales", "name": "Sales"}
    queues = [QUEUES[0], queue("B", division=sales)]
    with logged_in(queues, traffic=GIVEN, faults=Faults(divisions=("Sales",))) as api:
        assert {("b",): 50} == offered(ask(api, groupBy=["queueId"]))


def observe(api: Api, **body: Any) -> Any:
    predicates = [{"type": "dimension", "dimension": "queueId", "operator": "matches", "value": "a"}]
    asked = {"metrics": ["oWaiting", "oMemberUsers"], "filter": {"type": "or", "predicates": predicates}}
    return api.call("POST", OBSERVATIONS, json={**asked, **body}).json()


def test_a_queue_is_observed() -> None:
    with logged_in(QUEUES, traffic=GIVEN) as api:
        found = observe(api)["results"]
        groups = [{"queueId": "a", "mediaType": "voice"}, {"queueId": "a", "mediaType": "email"}]
        assert [*groups, {"queueId": "a"}] == [each["group"] for each in found]
        assert ["oWaiting", "oWaiting", "oMemberUsers"] == [d["metric"] for r in found for d in r["data"]]
        assert {"results": found[2:]} == observe(api, metrics=["oMemberUsers"])


@pytest.mark.parametrize("wrong", [{"metrics": ["nOffered"]}, {"filter": None}, {"metrics": None}])
def test_a_wrong_observation_is_refused(wrong: dict[str, Any]) -> None:
    with logged_in(QUEUES) as api:
        assert 400 == observe(api, **wrong)["status"]
