"""What clients read around queues."""

from typing import Any

import pytest

from tests.emulator.emulator_api import LIST, Api, logged_in, names, queue

KNOWN: dict[str, Any] = {
    "groups": [{"id": f"g{number}", "name": name} for number, name in enumerate(("Night", "Day", "Dawn"))],
    "teams": [{"id": f"t{number}", "name": f"Team {number}"} for number in range(5)],
    "skillgroups": [{"id": "s1", "name": "French"}],
    "flows": [
        {"id": "f1", "name": "Calls", "type": "INQUEUECALL"},
        {"id": "f2", "name": "Mails", "type": "INQUEUEEMAIL"},
    ],
}


def walked(api: Api, path: str) -> list[str]:
    """All names of a list that is read on from a cursor."""
    found: list[str] = []
    while path:
        page = api.json(path)
        assert "total" not in page
        found += names(page)
        path = page.get("nextUri", "")
    return found


def test_teams_and_skill_groups_are_read_on_from_a_cursor() -> None:
    with logged_in([], surroundings=KNOWN) as api:
        assert [f"Team {number}" for number in range(5)] == walked(api, "/api/v2/teams?pageSize=2")
        assert ["French"] == walked(api, "/api/v2/routing/skillgroups")
        assert [] == walked(api, "/api/v2/teams?name=eam")
        assert ["Team 3"] == walked(api, "/api/v2/teams?name=team 3")
        last = api.json("/api/v2/teams?pageSize=2&after=4")
        assert ("nextUri" in last, last["previousUri"]) == (False, "/api/v2/teams?pageSize=2&after=2")
        assert 400 == api.call("GET", "/api/v2/teams?after=x").status_code
        assert "Team 0" == api.json("/api/v2/teams/t0")["name"]
        assert 404 == api.call("GET", "/api/v2/routing/skillgroups/none").status_code


def test_flows_are_those_that_queues_name_and_found_by_type() -> None:
    with logged_in([queue("A", queueFlow={"id": "f3", "name": "Own"})], surroundings=KNOWN) as api:
        assert ["Calls", "Mails", "Own"] == names(api.json("/api/v2/flows"))
        assert ["Calls", "Own"] == names(api.json("/api/v2/flows?type=inqueuecall"))
        assert "1.0" == api.json("/api/v2/flows/f3")["publishedVersion"]["id"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Dawn", "Day", "Night"]),
        ({"sortOrder": "DESC", "pageSize": 2}, ["Night", "Day"]),
        ({"pageSize": 2, "pageNumber": 2}, ["Night"]),
        ({"query": [{"type": "EXACT", "fields": ["name"], "value": "day"}]}, ["Day"]),
        ({"query": [{"type": "STARTS_WITH", "fields": ["name"], "value": "Da"}]}, ["Dawn", "Day"]),
        ({"query": [{"type": "CONTAINS", "value": "gh"}, {"type": "CONTAINS", "value": "a"}]}, []),
        ({"query": [{"type": "TERM", "fields": ["id", "name"], "values": ["g1", "dawn"]}]}, ["Dawn", "Day"]),
    ],
)
def test_groups_are_searched(asked: dict[str, Any], found: list[str]) -> None:
    with logged_in([], surroundings=KNOWN) as api:
        page = api.call("POST", "/api/v2/groups/search", json=asked).json()
    assert found == [group["name"] for group in page["results"]]
    assert ["groups"] == page["types"]


@pytest.mark.parametrize("asked", [{"query": 3}, {"query": [{"type": "NEAR"}]}, {"pageSize": 0}, []])
def test_a_search_that_makes_no_sense_is_refused(asked: Any) -> None:
    with logged_in([], surroundings=KNOWN) as api:
        assert 400 == api.call("POST", "/api/v2/groups/search", json=asked).status_code


def test_a_wait_is_told_for_a_queue_and_its_media() -> None:
    with logged_in([queue("A")]) as api:
        (whole,) = api.json(f"{LIST}/a/estimatedwaittime")["results"]
        (call,) = api.json(f"{LIST}/a/mediatypes/call/estimatedwaittime")["results"]
        assert ("ALL", "CALL") == (whole["intent"], call["intent"])
        assert 0 < whole["estimatedWaitTimeSeconds"] < 300
        assert 404 == api.call("GET", f"{LIST}/none/estimatedwaittime").status_code


DIVISIONS = "/api/v2/authorization/divisions"
SALES = {"id": "d1", "name": "Sales"}


def test_a_division_is_given_at_post_and_changed_by_a_move_only() -> None:
    with logged_in([queue("A", division=SALES)]) as api:
        home = api.json(f"{DIVISIONS}/home")["id"]
        made = api.call("POST", LIST, json={"name": "New", "division": {"id": "d1"}}).json()
        path = f"{LIST}/{made['id']}"
        put = api.call("PUT", path, json={"name": "New", "division": {"id": home}}).json()
        moved = api.call("POST", f"{DIVISIONS}/{home}/objects/QUEUE", json=[made["id"]])
        after = api.json(path)
    assert "Sales" == made["division"]["name"] == put["division"]["name"]
    assert (204, home) == (moved.status_code, after["division"]["id"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (LIST, {"name": "New", "division": {"id": "none"}}, 400),
        (LIST, {"name": "New", "division": "d1"}, 400),
        (f"{DIVISIONS}/none/objects/QUEUE", ["a"], 404),
        (f"{DIVISIONS}/d1/objects/QUEUE", ["none"], 404),
        (f"{DIVISIONS}/d1/objects/USER", ["a"], 400),
        (f"{DIVISIONS}/d1/objects/QUEUE", {}, 400),
    ],
)
def test_a_division_that_is_not_there_is_refused(path: str, body: object, status: int) -> None:
    with logged_in([queue("A", division=SALES)]) as api:
        assert status == api.call("POST", path, json=body).status_code


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Home", "Sales"]),
        ("?id=d1", ["Sales"]),
        ("?id=d1,none", ["Sales"]),
        ("?id=d1&id=none", ["Sales"]),
        ("?name=ale", ["Sales"]),
        ("?name=*ale*", ["Sales"]),
        ("?pageSize=1&pageNumber=2", ["Sales"]),
        ("?pageNumber=9", []),
    ],
)
def test_lists_are_searched_and_paged(query: str, found: list[str]) -> None:
    with logged_in([queue("A", division=SALES)]) as api:
        page = api.json(DIVISIONS + query)
        permitted = api.json(f"{DIVISIONS}permitted/paged/me{query}")
        all_of_them = api.json(f"{DIVISIONS}permitted/me")
    assert found == names(page) == names(permitted)
    assert {"pageSize", "pageNumber", "total", "pageCount", "firstUri", "selfUri", "lastUri"} <= set(page)
    assert ["Home", "Sales"] == [entry["name"] for entry in all_of_them]


@pytest.mark.parametrize("kind", ["groups", "users", "routing/wrapupcodes", "authorization/divisions"])
def test_what_is_not_there_is_404(kind: str) -> None:
    with logged_in([queue("A", memberGroups=[{"id": "g1", "name": "Day", "type": "GROUP"}])]) as api:
        assert 404 == api.call("GET", f"/api/v2/{kind}/none").status_code
        entities = api.json(f"/api/v2/{kind}")["entities"]
        assert entities
        for entity in entities:
            assert entity == api.json(entity["selfUri"])


def test_the_organization_its_products_and_the_token_are_told() -> None:
    with logged_in([]) as api:
        organization = api.json("/api/v2/organizations/me")
        products = api.json("/api/v2/authorization/products")
        token = api.json("/api/v2/tokens/me")
        me = api.call("GET", "/api/v2/users/me")
    assert {"defaultCountryCode", "defaultLanguage", "thirdPartyOrgName", "features"} <= set(organization)
    assert len(products["entities"]) == products["total"]
    assert ("demo", organization["id"]) == (token["OAuthClient"]["id"], token["organization"]["id"])
    assert (400, True) == (me.status_code, "user context" in me.json()["message"])
