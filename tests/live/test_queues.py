from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import BadAnswer
from syncer.live.queues import is_older, is_other, last_edit, mark_of, read_all
from syncer.live.wire import read_queue
from syncer.model.queue import Edit, LiveQueue


class Listing:
    """Pages of ``size`` over ``ids``, with ``fields`` telling where it ends; it counts its calls."""

    def __init__(self, ids: list[str], size: int, fields: tuple[str, ...]) -> None:
        self.ids, self.size, self.fields, self.calls = ids, size, fields, 0

    def __call__(self, number: int) -> Mapping[str, Any]:
        self.calls += 1
        start = (number - 1) * self.size
        pages = -(-len(self.ids) // self.size)
        page: dict[str, Any] = {
            "entities": [{"id": id_} for id_ in self.ids[start : start + self.size]],
            "total": len(self.ids),
            "pageCount": pages,
            "pageSize": self.size,
            "nextUri": f"?{number + 1}" if number < pages else None,
        }
        return {key: page[key] for key in ("entities", *self.fields)}


ENDINGS = [("total", "pageCount", "pageSize", "nextUri"), ("pageCount",), ("nextUri",), ("total", "nextUri")]


@given(st.integers(0, 60), st.integers(1, 20), st.sampled_from(ENDINGS))
def test_every_queue_once_in_as_few_calls_as_can_be(count: int, size: int, fields: tuple[str, ...]) -> None:
    listing = Listing([f"q{i}" for i in range(count)], size, fields)
    assert [entity["id"] for entity in read_all(listing)] == listing.ids
    assert listing.calls == max(1, -(-count // size))


@given(st.integers(0, 60), st.integers(1, 20))
def test_without_any_count_a_short_page_is_the_end(count: int, size: int) -> None:
    listing = Listing([f"q{i}" for i in range(count)], size, ("pageSize",))
    assert [entity["id"] for entity in read_all(listing)] == listing.ids
    assert listing.calls == count // size + 1


def page(*ids: str, **fields: object) -> dict[str, object]:
    return {"entities": [{"id": id_} for id_ in ids], **fields}


def script(*pages: dict[str, object]) -> list[str]:
    """Read ``pages``, whatever number is asked for, and give the ids."""
    left = list(pages)
    ids = [entity["id"] for entity in read_all(lambda _number: left.pop(0))]
    assert left == []
    return ids


def test_a_total_that_changes_is_read_again() -> None:
    first, second = page("a", total=2, pageCount=2), page("b", total=3, pageCount=3)
    good = page("a", "b", "c", total=3, pageCount=1)
    assert script(first, second, good) == ["a", "b", "c"]


def test_a_queue_that_moves_between_pages_is_neither_lost_nor_doubled() -> None:
    one = page("a", total=2, pageCount=2)
    assert script(one, one, one, page("b", total=2, pageCount=2)) == ["a", "b"]


def test_an_empty_page_where_more_were_promised_is_read_again() -> None:
    assert script(page("a", pageCount=2), page(pageCount=2), page("a", pageCount=1)) == ["a"]


def test_null_is_an_empty_list() -> None:
    assert script({"entities": None, "total": 0}) == []


def test_a_listing_that_never_agrees_is_an_error() -> None:
    calls = []

    def fetch(number: int) -> dict[str, object]:
        calls.append(number)
        return page("a", total=2, pageCount=1)

    with pytest.raises(BadAnswer, match="organisation changes while it is read"):
        read_all(fetch)
    assert calls == [1, 1, 1, 1]


def test_more_than_the_total_with_no_end_is_an_error() -> None:
    with pytest.raises(BadAnswer, match="organisation changes"):
        read_all(lambda number: page(f"q{number}", total=3, pageCount=10**9))


def test_paging_that_never_ends_is_an_error() -> None:
    with pytest.raises(BadAnswer, match="no end"):
        read_all(lambda number: page(f"q{number}", nextUri="more"))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({}, "no list of entities"),
        ({"entities": {}}, "no list of entities"),
        ({"entities": ["a"]}, "entity 0 has no id"),
        ({"entities": [{"id": "a"}, {"id": 3}]}, "entity 1 has no id"),
        ({"entities": [{"id": ""}]}, "entity 0 has no id"),
        ({"entities": [{"id": "a", "x": 1}, {"id": "a", "x": 2}]}, "two different queues with one id"),
    ],
)
def test_pages_that_make_no_sense(raw: dict[str, object], words: str) -> None:
    with pytest.raises(BadAnswer, match=words):
        read_all(lambda _number: raw)


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
