"""Findings: their order, their JSON, and the words that they are made of."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

import pytest

from syncer.model.finding import (
    Figure,
    Finding,
    Limit,
    Loop,
    LoopRule,
    Note,
    Position,
    Severity,
    Since,
    has_errors,
    in_order,
    kind,
    place,
    shown,
)


def test_places_read_like_words() -> None:
    assert [place(()), place(("queues", 2)), place(("queues", 2, "queue"))] == [
        "the file",
        "item 3 of queues",
        "queue",
    ]


def test_values_stay_short_and_on_one_line() -> None:
    assert shown("a\nb") == r"'a\nb'"
    assert shown("x" * 100) == f"'{'x' * 59}…'"
    assert [shown([]), shown([1]), shown({}), shown({"a": 1}), shown(None), shown(True), shown(1.5)] == [
        "an empty list",
        "a list of 1",
        "an empty mapping",
        "a mapping of 1",
        "empty",
        "true",
        "1.5",
    ]
    assert [kind(None), kind(True), kind([]), kind(object())] == ["empty", "a boolean", "a list", "a value"]


def test_findings_stand_in_the_order_of_their_places() -> None:
    def finding(name: str, position: Position | None) -> Finding:
        return Finding(name, Severity.INFO, "m", position)

    ordered = (
        finding("b.b", Position("a.yaml", 2, 1)),
        finding("a.a", Position("a.yaml", 10, 1)),
        finding("c.c", Position("a.yaml", 10, 1)),
        finding("a.a", Position("b.yaml", 1, 1)),
        finding("a.a", None),
    )
    assert ordered == in_order(ordered[::-1])


class Places:
    def __init__(self) -> None:
        self.asked: list[Sequence[str | int]] = []

    def find(self, path: Sequence[str | int]) -> tuple[int, int]:
        self.asked.append(path)
        return 3, 5


def test_a_place_is_looked_for_once_and_when_somebody_asks() -> None:
    places = Places()
    here, later = Position("a.yaml", 3, 5), Position.later("a.yaml", places, ("queues", 0))
    assert ("a.yaml", []) == (later.file, places.asked)
    assert (5, 3) == (later.column, later.line)
    assert (here, hash(here), str(here), repr(here)) == (later, hash(later), str(later), repr(later))
    assert [("queues", 0)] == places.asked
    assert Position.later("a.yaml", places, ()) < Position("a.yaml", 3, 6)
    for copied in (deepcopy, replace):
        assert here == copied(Position.later("a.yaml", places, ()))
    with pytest.raises(AttributeError, match="row"):
        getattr(later, "row")  # noqa: B009


def test_a_finding_as_json() -> None:
    at = Position("p.yaml", 2, 3)
    place = {"file": "p.yaml", "line": 2, "column": 3}
    finding = Finding("a.b", Severity.ERROR, "m", at, "t", (Note("n", at), Note("o")), "Q")
    assert "p.yaml:2:3" == str(at)
    assert {
        "id": "a.b",
        "severity": "error",
        "message": "m",
        "position": place,
        "tip": "t",
        "notes": [{"message": "n", "position": place}, {"message": "o", "position": None}],
        "queue": "Q",
        "queue_id": "",
        "since": None,
        "refuses": True,
        "figure": None,
        "loop": None,
    } == finding.as_json()
    assert Finding("a.b", Severity.ERROR, "m").as_json()["position"] is None


def test_a_figure_and_a_loop_as_json() -> None:
    at = Position("p.yaml", 2, 3)
    figure = Figure(Limit.INFLOW, 147.0, 40.0, before=23.8, capacity_before=80.0)
    rules = (LoopRule("a", "b", "overflow", new=True, position=at), LoopRule("b", "a", "backup"))
    loop = Loop((("a", "A"), ("b", "B")), rules, ("a", "b", "c"), in_policies=True)
    written = Finding("a.b", Severity.ERROR, "m", since=Since.WORSE, figure=figure, loop=loop).as_json()
    assert "worse" == written["since"]
    assert {
        "limit": "inflow",
        "amount": 147.0,
        "capacity": 40.0,
        "up_to": False,
        "before": 23.8,
        "capacity_before": 80.0,
    } == written["figure"]
    written_place = {"file": "p.yaml", "line": 2, "column": 3}
    assert {
        "queues": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
        "rules": [
            {"source": "a", "target": "b", "kind": "overflow", "new": True, "position": written_place},
            {"source": "b", "target": "a", "kind": "backup", "new": False, "position": None},
        ],
        "tied": ["a", "b", "c"],
        "in_policies": True,
    } == written["loop"]


def test_only_errors_that_are_not_excused_refuse() -> None:
    found = Finding("a.b", Severity.ERROR, "m", since=Since.BEFORE)
    excused = replace(found, excused=True)
    assert [True, False, False] == [
        each.refuses for each in (found, excused, replace(found, severity=Severity.WARNING))
    ]
    assert [False, True] == [has_errors([excused]), has_errors([excused, found])]
    assert [False, True, True, True] == [
        replace(found, since=since).caused for since in (Since.BEFORE, Since.NEW, Since.WORSE, None)
    ]
