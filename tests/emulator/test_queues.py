"""Reading and writing queues through the API."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from syncer.emulator.faults import Faults
from tests.emulator.emulator_api import LIST, Api, logged_in, names, overflow, queue


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


def test_the_organization_has_an_id_and_a_name() -> None:
    with logged_in([]) as api:
        found = api.json("/api/v2/organizations/me")
    assert {"id", "name", "defaultCountryCode"} <= set(found)


def test_names_that_are_hostile_are_kept() -> None:
    name = "\x1b[31m<b>`|*_\u202e/close " + "x" * 10_000
    with logged_in([]) as api:
        made = api.call("POST", LIST, data=json.dumps({"name": name}))
        assert name == api.json(f"{LIST}/{made.json()['id']}")["name"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_queue_of_a_division_that_is_hidden_is_forbidden(method: str) -> None:
    queues = [
        queue("A", division={"id": "d1", "name": "One"}),
        queue("B", division={"id": "d2", "name": "Two"}),
    ]
    with logged_in(queues, faults=Faults.parse("divisions=One")) as api:
        shown = api.call("GET", f"{LIST}?divisionId=d1&divisionId=d2").json()
        none = api.call("GET", f"{LIST}?divisionId=d2").json()
        answer = api.call(method, f"{LIST}/b", json=queue("B"))
        permitted = api.call("GET", "/api/v2/authorization/divisionspermitted/paged/me").json()
        history = api.history()
    assert ["A"] == [each["name"] for each in shown["entities"]]
    assert ([], 0) == (none["entities"], none["total"])
    assert (403, "missing.any.permissions", []) == (answer.status_code, answer.json()["code"], history)
    verb = {"GET": "view", "PUT": "edit", "DELETE": "delete"}[method]
    assert f"[routing:queue:{verb}]" in answer.json()["message"]
    assert (False, ["One"]) == (
        permitted["allDivsPermitted"],
        [each["name"] for each in permitted["entities"]],
    )


def test_a_list_is_narrowed_by_peer_and_by_library() -> None:
    queues = [
        queue("A", peerId="p1"),
        queue("B", peerId="", cannedResponseLibraries={"mode": "SelectedOnly", "libraryIds": ["l1", "l2"]}),
        queue("C"),
    ]
    with logged_in(queues) as api:
        for asked, found in (
            ("hasPeer=true", ["A"]),
            ("hasPeer=false", ["B", "C"]),
            ("peerId=p1&peerId=p2", ["A"]),
            ("cannedResponseLibraryId=l2", ["B"]),
            ("hasPeer=true&cannedResponseLibraryId=l2", []),
        ):
            assert found == names(api.json(f"{LIST}?{asked}")), asked


def test_a_new_queue_takes_its_settings_from_another() -> None:
    source = queue("A", overflow("b"), description="Old", autoAnswerOnly=True, memberCount=7)
    with logged_in([source, queue("B")]) as api:
        made = api.call("POST", LIST, json={"name": "New", "description": "Own", "sourceQueueId": "a"}).json()
        unknown = api.call("POST", LIST, json={"name": "Newer", "sourceQueueId": "none"})
    assert ("New", "Own", True, 0) == tuple(
        made[name] for name in ("name", "description", "autoAnswerOnly", "memberCount")
    )
    assert ["b"] == [rule["overflowTarget"] for rule in made["routingRules"]]
    assert (400, False) == (unknown.status_code, "sourceQueueId" in made or made["id"] == "a")
