import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.emulator.server import Emulator
from syncer.errors import ApiError, BadAnswer, Forbidden
from syncer.live.client import connect
from syncer.live.observations import (
    METRICS,
    OBSERVATION_QUERY,
    ObservationCalls,
    observations_in,
    query_body,
)
from syncer.live.region import Credentials, Endpoints
from syncer.model.observation import Observation
from tests.emulator.official import load_sdk
from tests.live.clients import SETTINGS, client, sent
from tests.program import queues
from tests.scripted_server import FakeTime, Step, answer

NOW = 1_800_000_000.0
"""Seconds since 1970, in 2027."""


def metric(name: str, count: object = None, value: object = None, **more: object) -> dict[str, Any]:
    stats = {"count": count, "calculatedMetricValue": value}
    return {"metric": name, "stats": {key: each for key, each in stats.items() if each is not None}, **more}


def result(queue: object, *data: object, medium: object = None) -> dict[str, Any]:
    group = {"queueId": queue} | ({} if medium is None else {"mediaType": medium})
    return {"group": group, "data": list(data)}


def read(*results: object, now: float = NOW) -> dict[str, Observation]:
    return observations_in({"results": list(results)}, ("a", "b"), now)


def test_contacts_of_all_media_are_added_up_and_the_longest_wait_counts() -> None:
    found = read(
        result(
            "a",
            metric("oWaiting", 3),
            metric("oInteracting", 5),
            metric("oLongestWaiting", value=20_000),
            medium="voice",
        ),
        result("a", metric("oWaiting", 2), metric("oLongestWaiting", value=45_500), medium="message"),
        result(
            "a",
            metric("oOnQueueUsers", 4, qualifier="INTERACTING"),
            metric("oOnQueueUsers", 2, qualifier="IDLE"),
        ),
        result("b", metric("oWaiting", 0), medium="voice"),
        result("c", metric("oWaiting", 9), medium="voice"),
    )
    assert {"a": Observation(5, 45.5, 5, 6), "b": Observation(0, 0.0, 0, None)} == found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (90_000, 90.0),
        (NOW * 1000 - 90_000, 90.0),
        (NOW * 1000 + 90_000, 0.0),
        (-5, 0.0),
        ("soon", None),
        (True, None),
        (10**400, None),
        (None, None),
    ],
)
def test_the_longest_wait_is_a_span_or_the_moment_when_it_began(
    value: object, expected: float | None
) -> None:
    data = (metric("oWaiting", 1), metric("oLongestWaiting", value=value))
    assert {"a": Observation(1, expected)} == read(result("a", *data, medium="voice"))


def test_where_nothing_waits_nothing_waits_long() -> None:
    data = (metric("oWaiting", 0), metric("oLongestWaiting", value=90_000))
    assert {"a": Observation(0, 0.0)} == read(result("a", *data, medium="voice"))


def test_what_a_group_of_the_whole_queue_says_is_not_added_to_its_media() -> None:
    whole = result("a", metric("oWaiting", 5), metric("oOnQueueUsers", 4))
    assert 5 == read(whole)["a"].waiting
    voice = result("a", metric("oWaiting", 3), metric("oOnQueueUsers", 4), medium="voice")
    assert (3, 4) == (read(whole, voice)["a"].waiting, read(whole, voice)["a"].agents)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "voice", *METRICS]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["group", "data", "queueId", "mediaType", "metric", "stats", "count", "calculatedMetricValue"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.lists(ODD, max_size=4))
def test_no_answer_is_too_odd(results: list[Any]) -> None:
    found = read(*results)
    assert set(found) <= {"a", "b"}
    assert all(each.waiting >= 0 and (each.longest is None or each.longest >= 0) for each in found.values())


def asked(
    *steps: Step, wanted: tuple[str, ...] = ("a",), now: float = NOW
) -> tuple[dict[str, Observation], list[Any]]:
    """What is read of these answers by a clock that says ``now``, and the bodies of the queries."""
    clock = FakeTime(now)
    with client(*steps, time=clock) as (made, server):
        found = ObservationCalls(made.exchange, clock.timing.wall).observe(list(wanted))
        seen = sent(server)
        assert {("POST", OBSERVATION_QUERY)} == {(each.method, each.path) for each in seen}
        return found, [json.loads(each.body) for each in seen]


def test_a_hundred_queues_are_one_query() -> None:
    wanted = tuple(f"q{number}" for number in range(101))
    one = answer({"results": [result("q0", metric("oWaiting", 1), medium="voice")]})
    two = answer({"results": [result("q100", metric("oWaiting", 2), medium="voice")]})
    found, bodies = asked(one, two, wanted=wanted)
    assert {"q0": 1, "q100": 2} == {id_: each.waiting for id_, each in found.items()}
    assert [query_body(wanted[:100]), query_body(wanted[100:])] == bodies


def test_no_queue_is_no_query() -> None:
    with client(answer()) as (made, server):
        assert {} == ObservationCalls(made.exchange, lambda: NOW).observe([])
        assert [] == sent(server)


def test_the_clock_of_the_server_counts() -> None:
    """Ours is more than a day ahead, and the wait began a minute ago by theirs."""
    theirs = time.time()
    data = metric("oWaiting", 1), metric("oLongestWaiting", value=(theirs - 60) * 1000)
    found, _ = asked(answer({"results": [result("a", *data)]}), now=theirs + 100_000)
    assert found["a"].longest is not None
    assert 58 < found["a"].longest < 50_000


def test_an_api_that_does_not_know_the_longest_wait_is_asked_without_it() -> None:
    good = answer({"results": [result("a", metric("oWaiting", 4), medium="voice")]})
    found, bodies = asked(answer(status=400), good)
    assert {"a": Observation(4, None)} == found
    assert [query_body(["a"]), query_body(["a"], METRICS[:-1])] == bodies


def test_what_is_refused_without_it_too_is_an_error() -> None:
    with client(answer(status=400)) as (made, server):
        with pytest.raises(ApiError):
            ObservationCalls(made.exchange, lambda: NOW).observe(["a"])
        assert 2 == len(sent(server))


def test_an_answer_without_a_list_of_results_makes_no_sense() -> None:
    assert {} == asked(answer({}))[0]
    with (
        client(answer({"results": "none"})) as (made, _),
        pytest.raises(BadAnswer, match="no list of results"),
    ):
        ObservationCalls(made.exchange, lambda: NOW).observe(["a"])


def test_who_may_not_ask_hears_which_permission_is_missing() -> None:
    with client(answer(status=403)) as (made, server):
        with pytest.raises(Forbidden) as denied:
            ObservationCalls(made.exchange, lambda: NOW).observe(["a"])
        assert "analytics:queueObservation:view" in denied.value.hint
        assert 1 == len(sent(server))


def test_the_query_is_one_of_the_official_sdk(tmp_path: Path) -> None:
    sdk, body = load_sdk(tmp_path), query_body(["a"])
    assert set(body) <= set(sdk.QueueObservationQuery().attribute_map.values())
    assert set(body["filter"]) <= set(sdk.QueueObservationQueryFilter().attribute_map.values())
    predicate = sdk.QueueObservationQueryPredicate()
    for name, value in body["filter"]["predicates"][0].items():
        setattr(predicate, name, value)
        assert value == getattr(predicate, name)


def test_the_emulator_answers_it() -> None:
    with Emulator(queues=queues()) as emulator:
        endpoints = Endpoints(emulator.url, emulator.url, gateway=True)
        with connect(endpoints, Credentials("demo", "demo"), write=False, settings=SETTINGS) as made:
            found = ObservationCalls(made.exchange, FakeTime(NOW).timing.wall).observe(["back", "none"])
    assert {"back"} == set(found)
    assert (found["back"].agents or 0) > 0
