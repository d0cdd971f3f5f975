"""What the emulator says about itself."""

from pathlib import Path

from syncer.emulator.faults import Faults
from tests.emulator.emulator_api import LIST, logged_in, overflow, queue, running


def test_requests_are_counted_by_method_and_route() -> None:
    with logged_in([queue("A")]) as api:
        api.call("POST", "/login/oauth2/token")
        for _ in range(3):
            api.call("GET", LIST)
        api.call("PUT", f"{LIST}/a", json=queue("A"))
        api.call("PUT", f"{LIST}/none", json=queue("A"))
        api.call("GET", "/api/v2/flows")
        api.call("PATCH", LIST)
        api.json("/_emulator/history")
        counts = api.json("/_emulator/requests")
    assert {
        "total": 9,
        "POST /oauth/token": 1,
        "POST /login/oauth2/token": 1,
        "GET /api/v2/routing/queues": 3,
        "PUT /api/v2/routing/queues/{id}": 2,
        "other": 2,
    } == counts


def test_history_says_who_wrote_what_and_whether_a_loop_is_there() -> None:
    with logged_in([queue("A"), queue("B", overflow("a"))]) as api:
        first = api.json(f"{LIST}/a")
        looped = api.call("PUT", f"{LIST}/a", json=queue("A", overflow("b")))
        off = api.call("POST", "/_emulator/queues/a", json={"routingRules": [overflow("b", enabled=False)]})
        api.call("POST", "/_emulator/queues/a", json={"routingRules": [overflow("b")]})
        api.call("DELETE", f"{LIST}/b")
        history = api.history()
    assert [1, 2, 3, 4] == [entry["n"] for entry in history]
    assert ["PUT", "edit", "edit", "DELETE"] == [entry["action"] for entry in history]
    assert ["client", "rival", "rival", "client"] == [entry["by"] for entry in history]
    assert [False, True, False, True] == [entry["loopFree"] for entry in history]
    assert ["a", "a", "a", "b"] == [entry["queueId"] for entry in history]
    assert (first["_etag"], looped.json()["_etag"]) == (history[0]["etagBefore"], history[0]["etagAfter"])
    assert off.json()["_etag"] == history[1]["etagAfter"]
    assert looped.headers["ININ-Correlation-Id"] == history[0]["correlationId"]


def test_an_edit_is_a_merge_patch_that_needs_no_token() -> None:
    with running([queue("A", media={"call": 1, "chat": 2}, old=True)]) as api:
        patch = {
            "media": {"chat": None, "email": {"x": None, "y": 3}},
            "old": None,
            "id": "no",
            "_etag": "no",
        }
        answer = api.call("POST", "/_emulator/queues/a", json=patch)
        assert 200 == answer.status_code
        assert {"call": 1, "email": {"y": 3}} == answer.json()["media"]
        assert ("a", False) == (answer.json()["id"], "old" in answer.json())
        assert "no" != answer.json()["_etag"]
        assert 404 == api.call("POST", "/_emulator/queues/none", json={}).status_code
        assert 400 == api.call("POST", "/_emulator/queues/a", json={"name": None}).status_code
        assert 400 == api.call("POST", "/_emulator/queues/a", json=[]).status_code
        assert 1 == len(api.history())


def test_reset_goes_back_to_the_first_state(tmp_path: Path) -> None:
    options = {"state": str(tmp_path / "state.sqlite"), "faults": Faults.parse("rival=1")}
    with logged_in([queue("A"), queue("B")], **options) as api:
        first = api.json(LIST)
        api.call("PUT", f"{LIST}/a", json=queue("A", overflow("b")))
        api.call("DELETE", f"{LIST}/b")
        assert 204 == api.call("POST", "/_emulator/reset").status_code
        assert [[], {"total": 0}, {}] == [
            api.history(),
            api.json("/_emulator/requests"),
            api.json("/_emulator/faults"),
        ]
        assert first == api.json(LIST)
    with logged_in([queue("C")], state=options["state"]) as api:
        api.call("DELETE", f"{LIST}/a")
        api.call("POST", "/_emulator/reset")
        assert first == api.json(LIST)
