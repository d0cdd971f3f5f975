"""The divisions and groups that queues refer to."""

from tests.emulator.emulator_api import LIST, logged_in, names, queue

DIVISIONS = "/api/v2/authorization/divisions"
SALES = {"id": "d1", "name": "Sales"}


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
