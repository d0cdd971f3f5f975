"""The client: what it asks for, and how it answers."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from syncer.errors import BadAnswer
from syncer.kinds.registry import GENESYS_CLOUD, OVERFLOW_RULES
from syncer.live.client import connect
from syncer.live.region import endpoints
from syncer.net.timing import REAL_TIME
from tests.live.clients import CLIENT, GOOD, QUEUES, SETTINGS, client, sent
from tests.scripted_server import FakeTime, Seen, Step, answer, serving, token_answer


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 1), (500, 1), (501, 2), (1000, 2)])
def test_a_listing_takes_as_few_calls_as_can_be(count: int, calls: int) -> None:
    def script(seen: Seen) -> Step:
        if seen.method == "POST":
            return token_answer()
        query = {key: int(value[0]) for key, value in parse_qs(urlsplit(seen.path).query).items()}
        start, size = (query["pageNumber"] - 1) * query["pageSize"], query["pageSize"]
        ids = range(count)[start : start + size]
        page = {"entities": [{"id": f"q{i}"} for i in ids], "total": count, "pageCount": -(-count // size)}
        return answer(page)

    with serving(script) as server:
        with connect(
            server.endpoints, CLIENT, write=False, settings=SETTINGS, timing=FakeTime().timing
        ) as made:
            assert [queue["id"] for queue in made.list_queues(dict)] == [f"q{i}" for i in range(count)]
            assert made.calls() == {f"GET {QUEUES}": calls, "POST /login/oauth2/token": 1}
        assert server.seen[1].path == f"{QUEUES}?pageNumber=1&pageSize=500"
        assert server.seen[1].headers["authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    ("write", "scope"), [(False, "routing:queue:read"), (True, "routing:queue:read routing:queue:write")]
)
def test_no_more_rights_than_needed(write: bool, scope: str) -> None:
    with client(GOOD, write=write) as (made, server):
        made.get_queue("q")
        assert parse_qs(server.seen[0].body.decode())["scope"] == [scope]


@pytest.mark.parametrize(
    ("queue_id", "path"),
    [("a/../b", "a%2F..%2Fb"), ("a b?c#d%2e", "a%20b%3Fc%23d%252e"), ("é", "%C3%A9"), ("...", "...")],
)
def test_an_id_is_one_segment_of_the_path(queue_id: str, path: str) -> None:
    with client(answer({"id": queue_id})) as (made, server):
        made.get_queue(queue_id)
        assert sent(server)[0].path == f"{QUEUES}/{path}"


@pytest.mark.parametrize("queue_id", ["", ".", "..", "\ud800"])
def test_ids_that_cannot_be_one(queue_id: str) -> None:
    with client(GOOD) as (made, server):
        with pytest.raises(BadAnswer, match="can't be the id of a queue"):
            made.get_queue(queue_id)
        assert server.seen == []


def test_an_answer_about_another_queue() -> None:
    with client(GOOD) as (made, _), pytest.raises(BadAnswer, match="another queue"):
        made.get_queue("p")


def test_an_answer_about_nothing_or_another_queue_is_asked_for_again() -> None:
    with client(answer({}), answer({"id": "p"}), answer([]), GOOD) as (made, server):
        assert {"id": "q"} == made.get_queue("q")
        assert 4 == len(sent(server))


@pytest.mark.parametrize(("queue_id", "etag"), [("..", "e"), ("q", "\n")])
def test_a_write_that_can_not_be_sent_says_that_nothing_was(queue_id: str, etag: str) -> None:
    with client(GOOD) as (made, server):
        with pytest.raises(BadAnswer) as error:
            made.put_queue(queue_id, {"id": queue_id}, etag)
        assert (0, False, []) == (error.value.attempts, error.value.reached, sent(server))


def test_groups_are_listed_page_by_page() -> None:
    pages = [answer({"entities": [{"id": f"g{number}"}], "total": 2, "pageCount": 2}) for number in range(2)]
    with client(*pages) as (made, server):
        assert [{"id": "g0"}, {"id": "g1"}] == made.list_groups()
        assert {"/api/v2/groups"} == {urlsplit(seen.path).path for seen in sent(server)}
        assert 2 == made.calls()["GET /api/v2/groups"]


def test_a_gateway_speaks_the_one_dialect_and_a_region_the_other() -> None:
    for where, usual in (
        (endpoints({}, api_url="http://localhost:9"), OVERFLOW_RULES),
        (endpoints({}, region="eu-central-1"), GENESYS_CLOUD),
    ):
        with connect(where, CLIENT, write=False, settings=SETTINGS) as made:
            assert usual is made.usual_dialect


def test_the_organization() -> None:
    with client(answer({"id": "o", "name": "Org"})) as (made, server):
        assert made.get_organization() == {"id": "o", "name": "Org"}
        assert sent(server)[0].path == "/api/v2/organizations/me"
        assert made.api == server.url


def test_a_write() -> None:
    time = FakeTime()
    body = {"id": "q", "name": "\ud800", "n": 10**30}
    with client(GOOD, time=time) as (made, server):
        done = made.put_queue("q", body, '"e 1"')
        (seen,) = sent(server)
    assert (done.body, done.correlation_id, done.latency_ms, done.attempts) == ({"id": "q"}, "c-1", 0, 1)
    assert (seen.method, seen.headers["if-match"]) == ("PUT", '"e 1"')
    assert seen.headers["content-type"] == "application/json"
    assert json.loads(seen.body) == body


def test_without_an_etag_there_is_no_if_match() -> None:
    with client(GOOD) as (made, server):
        made.put_queue("q", {}, "")
        assert "if-match" not in sent(server)[0].headers


@pytest.mark.parametrize("etag", ["a\nb", "é", " a"])
def test_an_etag_that_cannot_be_sent(etag: str) -> None:
    with client(GOOD) as (made, server):
        with pytest.raises(BadAnswer, match="_etag"):
            made.put_queue("q", {}, etag)
        assert server.seen == []


@pytest.mark.parametrize(
    "yes", [answer({}), answer({"id": "p"}), answer(status=204), answer(b"garbage"), answer([1]), answer(b"")]
)
def test_a_write_that_was_answered_without_its_queue_is_answered_all_the_same(yes: Step) -> None:
    with client(yes) as (made, server):
        done = made.put_queue("q", {}, "")
        assert len(sent(server)) == 1
    assert (done.body, done.attempts) == ({}, 1)


def test_one_page_is_one_call_and_keeps_its_headers() -> None:
    page = answer({"entities": [], "total": 7}, inin_ratelimit_count="3")
    with client(page) as (made, server):
        found = made.first_page(25)
        assert made.grant().source == "ID and SECRET"
    assert ({"entities": [], "total": 7}, "3") == (found.body, found.headers["ININ-RateLimit-Count"])
    assert [f"{QUEUES}?pageNumber=1&pageSize=25"] == [seen.path for seen in sent(server)]


def test_whoever_counts_hears_that_live_is_asked_until_the_client_is_closed() -> None:
    heard: list[tuple[str, int, int | None]] = []
    where = endpoints({}, api_url="http://127.0.0.1:9/api")
    timing = replace(REAL_TIME, counting=lambda *each: heard.append(each))
    connect(where, CLIENT, write=False, settings=SETTINGS, timing=timing).close()
    assert [("asking 127.0.0.1", 0, None), ("asking 127.0.0.1", 0, 0)] == heard
