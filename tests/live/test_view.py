"""Which divisions a client sees."""

from typing import Any

import pytest

from syncer.live.view import NOT_KNOWN, WHOLE, View, view_in
from tests.live.clients import client, sent
from tests.scripted_server import Step, answer

HOME = {"id": "d-1", "name": "Home"}
SALES = {"id": "d-2", "name": "Sales"}


@pytest.mark.parametrize(
    ("body", "view"),
    [
        ({"allDivsPermitted": True, "entities": [HOME]}, WHOLE),
        ({"entities": [HOME]}, NOT_KNOWN),
        ({"allDivsPermitted": "false"}, NOT_KNOWN),
        ({"allDivsPermitted": False, "entities": [SALES, HOME], "total": 2}, View(True, ("Home", "Sales"))),
        ({"allDivsPermitted": False, "entities": [HOME], "total": 140}, View(True, ("Home",), 139)),
        ({"allDivsPermitted": False, "entities": [7, {"name": 3}, HOME]}, View(True, ("Home",))),
        ({"allDivsPermitted": False}, View(True)),
    ],
)
def test_the_view_that_an_answer_tells_of(body: dict[str, Any], view: View) -> None:
    assert view == view_in(body)


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View(True), "no division"),
        (View(True, ("Home",)), "1 division: Home"),
        (View(True, ("Home", "Sales"), 3), "5 divisions: Home, Sales and 3 more"),
        (View(True, tuple("abcdefghijkl")), "12 divisions: a, b, c, d, e, f, g, h, i, j and 2 more"),
        (View(True, (), 2), "2 divisions"),
    ],
)
def test_what_is_seen_in_words(view: View, words: str) -> None:
    assert words == view.in_words()


def test_a_name_of_a_division_is_anybodys_text() -> None:
    view = view_in({"allDivsPermitted": False, "entities": [{"name": "\x1b[31m" + "x" * 999}]})
    assert "\x1b" not in view.in_words()
    assert 120 > len(view.in_words())


@pytest.mark.parametrize("no", [answer(status=403), answer(status=404), answer(b"<html>"), answer([1])])
def test_an_api_that_does_not_say_hides_nothing(no: Step) -> None:
    with client(no) as (made, _):
        assert NOT_KNOWN == made.view()


def test_it_is_asked_for_once() -> None:
    with client(answer({"allDivsPermitted": False, "entities": [HOME], "total": 1})) as (made, server):
        assert (View(True, ("Home",)), View(True, ("Home",))) == (made.view(), made.view())
        path = "/api/v2/authorization/divisionspermitted/paged/me"
        query = "permission=routing:queue:view&pageNumber=1&pageSize=100"
        assert [f"{path}?{query}"] == [seen.path for seen in sent(server)]
