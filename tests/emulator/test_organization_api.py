"""What clients read around queues."""

import json
from pathlib import Path

import pytest

from syncer.emulator.loading import load_surroundings
from syncer.errors import ConfigError
from tests.emulator.emulator_api import LIST, logged_in, queue

DIVISIONS = "/api/v2/authorization/divisions"
SALES = {"id": "d1", "name": "Sales"}


def names(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [entity["name"] for entity in page["entities"]]


def test_divisions_and_groups_are_those_that_are_told_and_those_that_queues_name() -> None:
    members = [{"id": "g1", "name": "Helpers"}, {"id": "t1", "type": "TEAM"}, {"id": "g2abc"}, 3]
    groups = [{"id": "g1", "name": "Told", "memberCount": 7}]
    told = {"groups": groups, "divisions": [{"id": "d2", "name": "X"}]}
    odd = queue("B", division={"id": 5}, memberGroups=3, memberCount="many")
    queues = [queue("A", division=SALES, memberGroups=members), odd]
    with logged_in(queues, surroundings=told) as api:
        divisions, found = api.json(DIVISIONS), api.json("/api/v2/groups")
        one = api.json("/api/v2/groups/g1")
    assert ["Home", "Sales", "X"] == names(divisions)
    assert ["Told", "Unnamed g2abc"] == names(found)
    assert ("Told", 7, "active") == (one["name"], one["memberCount"], one["state"])


def test_a_division_that_is_called_home_is_the_home_division() -> None:
    home = {"id": "mine", "name": "Home"}
    with logged_in([queue("A", division=home)]) as api:
        made = api.call("POST", LIST, json={"name": "New"}).json()
        found = api.json(f"{DIVISIONS}/home")
    assert ("mine", True) == (found["id"], found["homeDivision"])
    assert ("mine", "Home", f"{DIVISIONS}/mine") == tuple(made["division"].values())


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
    with logged_in([]) as api:
        assert 404 == api.call("GET", f"/api/v2/{kind}/none").status_code
        for entity in api.json(f"/api/v2/{kind}")["entities"]:
            assert entity == api.json(entity["selfUri"])


def test_the_organisation_its_products_and_the_token_are_told() -> None:
    with logged_in([]) as api:
        organisation = api.json("/api/v2/organizations/me")
        products = api.json("/api/v2/authorization/products")
        token = api.json("/api/v2/tokens/me")
        me = api.call("GET", "/api/v2/users/me")
    assert {"defaultCountryCode", "defaultLanguage", "thirdPartyOrgName", "features"} <= set(organisation)
    assert len(products["entities"]) == products["total"]
    assert ("demo", organisation["id"]) == (token["OAuthClient"]["id"], token["organization"]["id"])
    assert (400, True) == (me.status_code, "user context" in me.json()["message"])


@pytest.mark.parametrize(
    ("prefix", "status"), [("", 200), ("/gateway", 200), ("/a/b", 200), ("/_emulator", 404), ("/api", 200)]
)
def test_a_gateway_may_put_something_in_front(prefix: str, status: int) -> None:
    with logged_in([queue("A")]) as api:
        answer = api.call("GET", f"{prefix}{LIST}/a")
        token = api.call("POST", f"{prefix}/oauth/token", data={"grant_type": "x"}, auth=("demo", "demo"))
    assert status == answer.status_code
    assert (400 if status == 200 else 404) == token.status_code


def test_a_file_may_tell_them(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"queues": [], "groups": [{"id": "g", "name": "G"}], "more": 1}))
    assert {"groups": [{"id": "g", "name": "G"}]} == load_surroundings(file)
    file.write_text("[]")
    assert {} == load_surroundings(file)


@pytest.mark.parametrize("groups", [3, [3], [{"id": "g"}], [{"id": 5, "name": "G"}]])
def test_a_file_that_tells_nonsense_is_refused(groups: object, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"queues": [], "groups": groups}))
    with pytest.raises(ConfigError, match="groups is no list of objects with an id and a name"):
        load_surroundings(file)
