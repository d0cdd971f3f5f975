"""One page of a list."""

import pytest

from syncer.emulator.organization import organization
from tests.emulator.emulator_api import LIST, logged_in, names, queue


def test_a_list_is_sorted_by_name_then_id_and_has_25_on_a_page() -> None:
    queues = [queue(f"q{number:02}") for number in range(30, 2, -1)]
    queues += [queue("B"), queue("a"), {"id": "1", "name": "A"}]
    with logged_in(queues) as api:
        answer = api.call("GET", LIST)
    page = answer.json()
    assert ["A", "a", "B", "q03"] == names(answer.json())[:4]
    assert (25, 25, 1, 31, 2) == (
        len(page["entities"]),
        page["pageSize"],
        page["pageNumber"],
        page["total"],
        page["pageCount"],
    )
    assert {"firstUri", "selfUri", "nextUri", "lastUri"} == {key for key in page if key.endswith("Uri")}


def test_following_next_sees_every_queue_once_and_keeps_the_search() -> None:
    with logged_in(organization(57)) as api:
        seen: list[str] = []
        path = f"{LIST}?name=*t*&pageSize=10"
        while path:
            answer = api.call("GET", path)
            seen += names(answer.json())
            last, path = answer.json(), answer.json().get("nextUri", "")
        wanted = [entry["name"] for entry in organization(57) if "t" in entry["name"].lower()]
    assert sorted(wanted, key=str.casefold) == seen
    assert last["selfUri"] == last["lastUri"]
    assert "pageNumber=1" in last["firstUri"]
    assert "previousUri" in last


def test_a_page_has_500_queues_at_most() -> None:
    with logged_in(organization(501)) as api:
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


def test_a_view_has_100_queues_at_most() -> None:
    with logged_in(organization(101)) as api:
        page = api.json(f"{LIST}/divisionviews?pageSize=500")
    assert (100, 100, 2) == (len(page["entities"]), page["pageSize"], page["pageCount"])
