"""Queries of analytics, read and refused."""

from typing import Any

import pytest

from syncer.emulator.analytics_query import Span, read_filter, read_span, read_words
from syncer.emulator.wire import AnswerError

DAY = "2026-03-02T00:00:00.000Z/2026-03-03T00:00:00.000Z"
BEGIN = 1_772_409_600


@pytest.mark.parametrize(
    ("granularity", "step"),
    [(None, 86_400), ("PT15M", 900), ("PT30M", 1800), ("PT1H", 3600), ("P1D", 86_400), ("P1DT12H", 129_600)],
)
def test_a_span_is_read(granularity: str | None, step: int) -> None:
    found = read_span({"interval": DAY, "granularity": granularity})
    assert Span(BEGIN, BEGIN + 86_400, step) == found


def test_a_time_without_a_zone_is_utc_and_the_last_part_may_be_shorter() -> None:
    found = read_span({"interval": "2026-03-02T00:00:00/2026-03-02T01:30:00", "granularity": "PT1H"})
    assert [(BEGIN, BEGIN + 3600), (BEGIN + 3600, BEGIN + 5400)] == list(found.parts())


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "interval: has to be two times in ISO 8601, with a slash between"),
        ({"interval": "x/y"}, "interval: has to be two times in ISO 8601, with a slash between"),
        ({"interval": "/".join(reversed(DAY.split("/")))}, "interval: has to end after it begins"),
        (
            {"interval": "2026-01-01T00:00:00Z/2026-02-02T00:00:00Z", "granularity": "PT1H"},
            "interval: is longer than 31 days",
        ),
        ({"interval": "2024-01-01T00:00:00Z/2026-02-02T00:00:00Z"}, "interval: is longer than 400 days"),
        *(
            (
                {"interval": DAY, "granularity": wrong},
                "granularity: has to be a period such as PT15M, PT30M, PT1H or P1D",
            )
            for wrong in ("1h", "P", "PT", "PT7M", "PT0M", 5)
        ),
    ],
)
def test_what_is_no_span_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_span(asked)
    assert (400, message) == (caught.value.status, caught.value.message)


def test_words_are_known_and_come_once() -> None:
    assert ("b", "a") == read_words({"x": ["b", "a", "b"]}, "x", ("a", "b"))
    assert () == read_words({}, "x", ("a",))


@pytest.mark.parametrize("value", [None, [], "a", ["c"], [{}]])
def test_words_that_are_not_known_are_refused(value: Any) -> None:
    with pytest.raises(AnswerError):
        read_words({"x": value}, "x", ("a", "b"), needed=True)


def one(queue: str, **more: Any) -> dict[str, Any]:
    return {"type": "dimension", "dimension": "queueId", "operator": "matches", "value": queue, **more}


VOICE = {"dimension": "mediaType", "value": "voice"}


@pytest.mark.parametrize(
    ("filter_", "passes"),
    [
        (None, ["a/voice", "a/email", "b/voice"]),
        ({"type": "or", "predicates": [one("a"), one("b")]}, ["a/voice", "a/email", "b/voice"]),
        ({"type": "and", "predicates": [one("a"), VOICE]}, ["a/voice"]),
        ({"predicates": [one("a"), one("b")]}, []),
        (
            {"type": "AND", "predicates": [VOICE], "clauses": [{"type": "or", "predicates": [one("b")]}]},
            ["b/voice"],
        ),
        ({"type": "or", "predicates": [one("", operator="exists")]}, ["a/voice", "a/email", "b/voice"]),
        ({"type": "or", "predicates": [one("", operator="notExists")]}, []),
    ],
)
def test_a_filter_lets_pass(filter_: Any, passes: list[str]) -> None:
    test = read_filter(filter_)
    rows = (("a", "voice"), ("a", "email"), ("b", "voice"))
    assert passes == ["/".join(row) for row in rows if test(*row)]


@pytest.mark.parametrize(
    "filter_",
    [
        [],
        {},
        {"type": "not", "predicates": [one("a")]},
        {"predicates": {}},
        {"predicates": [1]},
        {"predicates": [one("a", dimension="ani")]},
        {"predicates": [one("a", type="metric")]},
        {"predicates": [one("a", operator="like")]},
        {"predicates": [one("a", value=None)]},
        {"clauses": [{}]},
    ],
)
def test_what_is_no_filter_is_refused(filter_: Any) -> None:
    with pytest.raises(AnswerError):
        read_filter(filter_)
