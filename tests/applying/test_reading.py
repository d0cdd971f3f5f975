"""Reads that decide: nonsense is read again, what may be past too, and neither for ever."""

from collections.abc import Callable
from typing import Any

import pytest

from syncer.applying.reading import queue_in, read_settled
from syncer.errors import BadAnswer, NoAnswer
from syncer.live.wire import read_queue
from syncer.model.queue import LiveQueue
from tests.applying.scripted import raw, rule
from tests.scripted_server import FakeTime

NEW, OLD = read_queue(raw(rule(threshold=25))), read_queue(raw(rule(threshold=10)))
SHOWN = ("id", "name", "routingRules")


def reading(*answers: LiveQueue | Exception) -> Callable[[], LiveQueue]:
    """One answer a read; the last one stays."""
    left = list(answers)

    def read() -> LiveQueue:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    return read


@pytest.mark.parametrize("first", [BadAnswer("nonsense"), OLD])
def test_a_read_that_decides_nothing_is_repeated(first: LiveQueue | Exception) -> None:
    time = FakeTime()
    found = read_settled(reading(first, first, NEW), 10, time.timing, lambda queue: queue is OLD)
    assert ((NEW, 0.75), [0.25, 0.5]) == (found, time.sleeps)


def test_what_still_makes_no_sense_is_an_error_in_the_end() -> None:
    time = FakeTime()
    with pytest.raises(BadAnswer, match="nonsense"):
        read_settled(reading(BadAnswer("nonsense")), 1, time.timing)
    assert [0.25, 0.5, 0.25] == time.sleeps


def test_what_is_still_past_is_returned_with_the_time_that_it_took() -> None:
    time = FakeTime()
    assert (OLD, 1) == read_settled(reading(OLD), 1, time.timing, lambda _: True)
    assert [0.25, 0.5, 0.25] == time.sleeps


@pytest.mark.parametrize("answer", [NoAnswer("down"), NEW])
def test_everything_else_is_read_once(answer: LiveQueue | Exception) -> None:
    time = FakeTime()
    if isinstance(answer, Exception):
        with pytest.raises(NoAnswer):
            read_settled(reading(answer, NEW), 10, time.timing)
    else:
        assert (answer, 0) == read_settled(reading(answer, OLD), 10, time.timing)
    assert [] == time.sleeps


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "front"},
        {"id": "other", "name": "Other", "routingRules": []},
        {"id": "front", "name": "Front"},
        {"id": "front", "name": "Front", "routingRules": "none"},
    ],
)
def test_what_is_not_that_queue_is_never_believed(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer):
        queue_in(body, "front", SHOWN)


@pytest.mark.parametrize("more", [{"_etag": "2"}, {"dateModified": "2026-03-01T08:00:00Z"}])
def test_a_state_of_the_queue_without_a_list_of_rules_has_none(more: dict[str, Any]) -> None:
    """Some servers leave out a list that is empty, and say with an etag or a date that this is a state."""
    assert () == queue_in({"id": "front", "name": "Front", **more}, "front", SHOWN).rules


def test_a_queue_that_never_showed_rules_may_go_on_without() -> None:
    assert () == queue_in({"id": "front", "name": "Front"}, "front", ("id", "name")).rules


@pytest.mark.parametrize("shown", [("directRouting",), ("conditionalGroupRouting", "routingRules")])
def test_a_queue_that_showed_rules_of_any_kind_does_not_go_on_without(shown: tuple[str, ...]) -> None:
    with pytest.raises(BadAnswer, match="without its rules"):
        queue_in({"id": "front", "name": "Front"}, "front", shown)
    whole = {"id": "front", "name": "Front", "routingRules": []}
    assert () == queue_in(whole, "front", shown).rules, "a body with the list that all have is whole"
