from typing import Any

import pytest

from syncer.live.queues import is_older, is_other, last_edit, mark_of
from syncer.live.wire import read_queue
from syncer.model.queue import Edit, LiveQueue

AT = "2026-03-01T08:30:00.000Z"


@pytest.mark.parametrize(
    ("raw", "expected", "words"),
    [
        ({"modifiedBy": "u1", "dateModified": AT}, Edit("u1", "", AT), f"by u1 at {AT}"),
        ({"modifiedBy": {"id": "u1", "name": "Ada"}}, Edit("u1", "Ada"), "by Ada"),
        ({"modifiedBy": {"id": "u1", "selfUri": "/x"}}, Edit("u1"), "by u1"),
        ({"dateModified": AT}, Edit(at=AT), f"at {AT}"),
        ({}, Edit(), ""),
        ({"modifiedBy": 5, "dateModified": ["x"]}, Edit(), ""),
        ({"modifiedBy": {"id": None, "name": 7}, "dateModified": None}, Edit(), ""),
        ({"modifiedBy": "a\x1b\nb" + "x" * 500}, Edit("a b" + "x" * 116 + "…"), "by a b" + "x" * 116 + "…"),
    ],
)
def test_who_changed_a_queue(raw: dict[str, Any], expected: Edit, words: str) -> None:
    found = last_edit(raw)
    assert (expected, words) == (found, found.in_words())
    assert {"id": found.id, "name": found.name, "at": found.at} == found.as_json()


def queue(date: Any = None, etag: str = "", **fields: Any) -> LiveQueue:
    own = {"dateModified": date, "_etag": etag}
    return read_queue(
        {"id": "q", "name": "Q", **{name: value for name, value in own.items() if value}, **fields}
    )


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z", True),
        ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", False),
        ("2026-01-01T00:00:00Z", "2026-01-01T02:00:00+01:00", True),
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", False),
        (None, "2026-01-01T00:00:00Z", False),
        ("2026-01-01T00:00:00Z", None, False),
        ("2026-01-01", "2026-01-01T00:00:00Z", False),
        ("yesterday", "2026-01-01T00:00:00Z", False),
        (5, 6, False),
    ],
)
def test_older_is_what_the_server_dates_before(one: Any, other: Any, older: bool) -> None:
    assert older is is_older(queue(one).raw, queue(other).raw)


def test_another_state_is_one_with_another_etag_or_else_another_date() -> None:
    assert [False, False, True] == [is_other(queue(etag=etag), queue(etag="1")) for etag in ("", "1", "2")]
    assert [False, True, False] == [is_other(queue(date), queue("b")) for date in (None, "a", "b")]
    assert is_other(queue("a"), queue())


def test_a_mark_is_the_etag_or_what_does_not_move_by_itself_with_its_date() -> None:
    assert mark_of(queue("a", "7")) == mark_of(queue("b", "7", color="red")) == "7"
    assert mark_of(queue("a")) == mark_of(queue("a", memberCount=3))
    assert 3 == len({mark_of(each) for each in (queue("a"), queue("b"), queue("a", color="red"))})
