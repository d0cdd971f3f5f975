"""The organization of any size."""

import pytest

from syncer.emulator.directory import directory
from syncer.emulator.kinds.kind import Known
from syncer.emulator.kinds.overflow import overflow_rules
from syncer.emulator.organization import organization
from syncer.emulator.queues import check_write
from syncer.emulator.store import Store
from tests.emulator.emulator_api import LIST, logged_in, names, queue


@pytest.mark.parametrize("size", [0, 1, 2, 7, 1000])
def test_an_organization_is_valid_and_has_no_loop(size: int) -> None:
    queues = organization(size)
    ids = {queue["id"] for queue in queues}
    assert (size, size) == (len(ids), len({queue["name"].lower() for queue in queues}))
    divisions = {queue["id"]: queue["division"]["id"] for queue in queues}
    groups = {group["id"] for group in directory(queues, {}).groups}
    for each in queues:
        check_write(each, Known(ids.__contains__, groups, divisions.__getitem__))
    store = Store(":memory:", queues)
    try:
        assert store.loop_free()
    finally:
        store.close()


def test_an_organization_is_the_same_every_time_and_varied() -> None:
    queues = organization(200)
    assert queues == organization(200)
    assert {0, 1, 2} == {len(overflow_rules(queue)) for queue in queues}
    assert {True, False} == {rule["enabled"] for queue in queues for rule in overflow_rules(queue)}
    assert any(rule.get("type") is None for queue in queues for rule in queue["routingRules"])


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
