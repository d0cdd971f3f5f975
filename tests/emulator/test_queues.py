"""Reading and writing queues through the API."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from syncer.emulator.organization import organisation
from tests.emulator.emulator_api import LIST, Api, logged_in, overflow, queue


def names(answer: requests.Response) -> list[str]:
    return [entity["name"] for entity in answer.json()["entities"]]


def test_a_list_is_sorted_by_name_then_id_and_has_25_on_a_page() -> None:
    queues = [queue(f"q{number:02}") for number in range(30, 2, -1)]
    queues += [queue("B"), queue("a"), {"id": "1", "name": "A"}]
    with logged_in(queues) as api:
        answer = api.call("GET", LIST)
    page = answer.json()
    assert ["A", "a", "B", "q03"] == names(answer)[:4]
    assert (25, 25, 1, 31, 2) == (
        len(page["entities"]),
        page["pageSize"],
        page["pageNumber"],
        page["total"],
        page["pageCount"],
    )
    assert {"firstUri", "selfUri", "nextUri", "lastUri"} == {key for key in page if key.endswith("Uri")}


def test_following_next_sees_every_queue_once_and_keeps_the_search() -> None:
    with logged_in(organisation(57)) as api:
        seen: list[str] = []
        path = f"{LIST}?name=*t*&pageSize=10"
        while path:
            answer = api.call("GET", path)
            seen += names(answer)
            last, path = answer.json(), answer.json().get("nextUri", "")
        wanted = [entry["name"] for entry in organisation(57) if "t" in entry["name"].lower()]
    assert sorted(wanted, key=str.casefold) == seen
    assert last["selfUri"] == last["lastUri"]
    assert "pageNumber=1" in last["firstUri"]
    assert "previousUri" in last


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("name=Support", ["Support"]),
        ("name=support", ["Support"]),
        ("name=Sup*", ["Sup_x", "Support"]),
        ("name=*ort", ["Support"]),
        ("name=*p*", ["Sup_x", "Support"]),
        ("name=*", ["50%", "Sup_x", "Support", "Ärger"]),
        ("name=Sup_*", ["Sup_x"]),
        ("name=%25*", []),
        ("name=*%25", ["50%"]),
        ("name=%C3%A4RGER", ["Ärger"]),
        ("id=50%25&id=support&id=none", ["50%", "Support"]),
        ("id=&name=&sortOrder=&divisionId=&hasPeer=false", ["50%", "Sup_x", "Support", "Ärger"]),
        ("id=support,none", ["Support"]),
        ("divisionId=d1", ["Sup_x"]),
        ("sortOrder=desc", ["Ärger", "Support", "Sup_x", "50%"]),
        ("pageNumber=9", []),
        ("pageSize=2&pageNumber=2", ["Support", "Ärger"]),
    ],
)
def test_a_search_finds(search: str, found: list[str]) -> None:
    with logged_in(
        [queue("Support"), queue("Sup_x", division={"id": "d1"}), queue("50%"), queue("Ärger")]
    ) as api:
        assert found == names(api.call("GET", f"{LIST}?{search}"))


def test_a_page_has_500_queues_at_most() -> None:
    with logged_in(organisation(501)) as api:
        page = api.json(f"{LIST}?pageSize=9999")
    assert (500, 500, 2) == (len(page["entities"]), page["pageSize"], page["pageCount"])


@pytest.mark.parametrize(
    "asked",
    ["pageNumber=0", "pageNumber=x", "pageNumber=-1", f"pageNumber={'9' * 30}", "pageSize=0", "pageSize="],
)
def test_a_page_that_makes_no_sense_is_refused(asked: str) -> None:
    with logged_in([queue("A")]) as api:
        answer = api.call("GET", f"{LIST}?{asked}")
    assert (400, "bad.request") == (answer.status_code, answer.json()["code"])


def test_no_queues_are_no_pages() -> None:
    with logged_in([]) as api:
        page = api.json(LIST)
    assert ([], 0, 0) == (page["entities"], page["total"], page["pageCount"])


def test_a_queue_is_created_read_and_deleted() -> None:
    with logged_in([queue("A")]) as api:
        made = api.call("POST", LIST, json={"name": "New", "id": "mine", "routingRules": [overflow("a")]})
        path = f"{LIST}/{made.json()['id']}"
        read = api.call("GET", path)
        deleted = api.call("DELETE", path)
        gone = [api.call(method, path, json={"name": "x"}) for method in ("GET", "PUT", "DELETE")]
        history = api.history()
    assert (200, "New", 0) == (made.status_code, made.json()["name"], made.json()["memberCount"])
    assert "mine" != made.json()["id"]
    assert "Home" == made.json()["division"]["name"]
    assert made.json() == read.json()
    assert (204, b"") == (deleted.status_code, deleted.content)
    assert [404] * 3 == [answer.status_code for answer in gone]
    assert ["POST", "DELETE"] == [entry["action"] for entry in history]
    assert ["", made.json()["_etag"]] == [entry["etagBefore"] for entry in history]


def test_a_put_replaces_everything_but_what_the_server_owns() -> None:
    first = queue("A", division={"id": "d"}, description="old", memberCount=7, dateCreated="then", version=3)
    with logged_in([first]) as api:
        sent = {
            "id": "other",
            "name": "A",
            "memberCount": 99,
            "division": {"id": "e"},
            "version": 9,
            "dateModified": "never",
            "selfUri": "/elsewhere",
            **{f"unknown{number}": {"deep": [number, None, "é\u2028"]} for number in range(40)},
        }
        answer = api.call("PUT", f"{LIST}/a", json=sent)
        after = api.json(f"{LIST}/a")
    assert 200 == answer.status_code
    assert answer.json() == after
    assert ("a", 7, {"id": "d"}, 3, "then") == tuple(
        after[key] for key in ("id", "memberCount", "division", "version", "dateCreated")
    )
    assert f"{LIST}/a" == after["selfUri"]
    assert "never" != after["dateModified"]
    assert not {"description", "routingRules"} & set(after)
    assert {key: value for key, value in sent.items() if "unknown" in key} == {
        key: value for key, value in after.items() if "unknown" in key
    }


def test_rules_without_an_id_are_given_one_and_other_entries_stay() -> None:
    other = {"operator": "MEETS_THRESHOLD", "threshold": 9}
    with logged_in([queue("A"), queue("B")]) as api:
        rules = [overflow("b", id="kept"), other, overflow("b")]
        answer = api.call("PUT", f"{LIST}/a", json=queue("A", *rules)).json()
    kept, untouched, given = answer["routingRules"]
    assert ("kept", other) == (kept["id"], untouched)
    assert {**overflow("b"), "id": given["id"]} == given


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ({"overflowTarget": None}, "overflowTarget"),
        ({"overflowTarget": "none"}, "overflowTarget"),
        ({"overflowTarget": "a"}, "overflowTarget"),
        ({"threshold": 101}, "threshold"),
        ({"threshold": -1}, "threshold"),
        ({"threshold": 2.5}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"threshold": "25"}, "threshold"),
        ({"overflowDelay": 3601}, "overflowDelay"),
        ({"enabled": "yes"}, "enabled"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, Any], where: str) -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        answer = api.call("PUT", f"{LIST}/a", json=queue("A", {**overflow("b"), **rule}))
        history = api.history()
    assert (400, []) == (answer.status_code, history)
    [detail] = answer.json()["details"]
    assert detail["message"].startswith(f"routingRules[0].{where}: ")


def test_zeros_may_be_left_out_or_null_and_whole_numbers_may_have_a_point() -> None:
    with logged_in([queue("A"), queue("B")]) as api:
        rule = {"type": "overflow", "overflowTarget": "b"}
        unset = {"threshold": None, "overflowDelay": 60.0, "enabled": None}
        assert 200 == api.call("PUT", f"{LIST}/a", json=queue("A", rule)).status_code
        assert 200 == api.call("PUT", f"{LIST}/a", json=queue("A", rule | unset)).status_code
        assert 200 == api.call("PUT", f"{LIST}/a", json={"name": "A", "routingRules": None}).status_code


def test_everything_that_is_wrong_is_named() -> None:
    with logged_in([queue("A")]) as api:
        one = api.call("PUT", f"{LIST}/a", json={"name": " ", "routingRules": {}})
        two = api.call("POST", LIST, json={"routingRules": ["x"]})
    assert [2, 2] == [len(answer.json()["details"]) for answer in (one, two)]


def test_a_name_is_there_once_but_what_is_there_twice_already_can_be_written() -> None:
    with logged_in([queue("A"), queue("B"), {"id": "b2", "name": "B"}]) as api:
        answers = [
            api.call("POST", LIST, json={"name": "a"}),
            api.call("PUT", f"{LIST}/a", json={"name": "b"}),
            api.call("PUT", f"{LIST}/b2", json={"name": "B"}),
            api.call("PUT", f"{LIST}/a", json={"name": "C"}),
        ]
    assert [409, 409, 200, 200] == [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b'{"name": NaN}',
        b"\xff",
        b'{"name": "\\ud800"}',
        b"[" * 5000,
        b'{"a":' * 150 + b"1" + b"}" * 150,
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with logged_in([queue("A")]) as api:
        answer = api.call("PUT", f"{LIST}/a", data=body)
    assert (400, "bad.request") == (answer.status_code, answer.json()["code"])


def test_every_accepted_write_gives_a_new_etag() -> None:
    with logged_in([queue("A")]) as api:
        first = api.call("GET", f"{LIST}/a")
        second = api.call("PUT", f"{LIST}/a", json=first.json())
        listed = api.json(LIST)["entities"][0]
    assert f'"{first.json()["_etag"]}"' == first.headers["ETag"]
    assert first.json()["_etag"] != second.json()["_etag"] == listed["_etag"]


@pytest.mark.parametrize(
    ("header", "body", "status"),
    [
        (None, None, 200),
        (None, "now", 200),
        (None, "old", 412),
        (None, 5, 412),
        (None, "", 200),
        ("now", None, 200),
        ('"now"', "now", 200),
        ('W/"now"', None, 200),
        ('"old", "now"', None, 200),
        ("*", None, 200),
        ("*", "old", 412),
        ('"old"', "now", 412),
        ('"now"', "old", 412),
        ('"old"', None, 412),
    ],
)
def test_an_etag_that_is_not_current_is_refused(header: str | None, body: Any, status: int) -> None:
    with logged_in([queue("A")]) as api:
        now = api.json(f"{LIST}/a")["_etag"]
        headers = {} if header is None else {"If-Match": header.replace("now", now)}
        sent = queue("A") if body is None else queue("A", _etag=now if body == "now" else body)
        answer = api.call("PUT", f"{LIST}/a", json=sent, headers=headers)
        written = len(api.history())
    assert (status, int(status == 200)) == (answer.status_code, written)
    if status == 412:
        assert "precondition.failed" == answer.json()["code"]


def test_a_delete_can_be_locked_too() -> None:
    with logged_in([queue("A")]) as api:
        assert 412 == api.call("DELETE", f"{LIST}/a", headers={"If-Match": '"old"'}).status_code
        assert 204 == api.call("DELETE", f"{LIST}/a").status_code


def test_without_the_lock_there_are_no_etags_at_all() -> None:
    with logged_in([queue("A", _etag="mine")], lock="none") as api:
        headers = {"If-Match": '"old"'}
        answer = api.call("PUT", f"{LIST}/a", json=queue("A", _etag="old"), headers=headers)
        read = api.call("GET", f"{LIST}/a")
        listed = api.json(LIST)["entities"][0]
    assert 200 == answer.status_code
    assert "ETag" not in read.headers
    assert not any("_etag" in body for body in (answer.json(), read.json(), listed))


def test_concurrent_writers_lose_no_update() -> None:
    """Each of 8 threads adds 5 marks by read, add, write with the etag, until the write is accepted."""

    def add(api: Api, mark: str) -> None:
        with requests.Session() as session:
            session.headers.update({"Authorization": str(api.session.headers["Authorization"])})
            while True:
                body = session.get(f"{api.url}{LIST}/a", timeout=60).json()
                body["marks"] = [*body.get("marks", []), mark]
                if session.put(f"{api.url}{LIST}/a", json=body, timeout=60).status_code == 200:
                    return

    marks = [f"{thread}-{number}" for thread in range(8) for number in range(5)]
    with logged_in([queue("A")], rate_limit=100_000) as api:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, [api] * len(marks), marks))
        found = api.json(f"{LIST}/a")["marks"]
        history = api.history()
    assert sorted(marks) == sorted(found)
    assert [entry["etagAfter"] for entry in history[:-1]] == [entry["etagBefore"] for entry in history[1:]]


def test_an_id_may_hold_anything() -> None:
    ids = {"a/b": "a%2Fb", "..x": "..x", "ü é": "%C3%BC%20%C3%A9", "%41": "%2541", "a?b#c": "a%3Fb%23c"}
    with logged_in([{"id": queue_id, "name": queue_id} for queue_id in ids]) as api:
        found = {api.json(f"{LIST}/{encoded}").get("id") for encoded in ids.values()}
        followed = {api.json(entity["selfUri"])["id"] for entity in api.json(LIST)["entities"]}
    assert set(ids) == found == followed


def test_the_organisation_has_an_id_and_a_name() -> None:
    with logged_in([]) as api:
        found = api.json("/api/v2/organizations/me")
    assert {"id", "name", "defaultCountryCode"} <= set(found)


def test_names_that_are_hostile_are_kept() -> None:
    name = "\x1b[31m<b>`|*_\u202e/close " + "x" * 10_000
    with logged_in([]) as api:
        made = api.call("POST", LIST, data=json.dumps({"name": name}))
        assert name == api.json(f"{LIST}/{made.json()['id']}")["name"]
