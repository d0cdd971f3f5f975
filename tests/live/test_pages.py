import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.errors import BadAnswer
from syncer.live.pages import read_all, read_on


class SideBySide:
    """Calls of a listing that wait until so many are under way."""

    def __init__(self, listing: "Listing", many: int) -> None:
        self.listing, self._meeting = listing, Barrier(many)
        self.together = 0

    def __call__(self, number: int) -> Mapping[str, Any]:
        if number > 1:
            with suppress(BrokenBarrierError):
                self._meeting.wait(10)
                self.together += 1
        return self.listing(number)


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

    with pytest.raises(BadAnswer, match="organization changes while it is read"):
        read_all(fetch)
    assert calls == [1, 1, 1, 1]


def test_more_than_the_total_with_no_end_is_an_error() -> None:
    with pytest.raises(BadAnswer, match="organization changes"):
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


def test_pages_are_fetched_side_by_side_and_read_in_their_order() -> None:
    listing = Listing([f"q{i}" for i in range(90)], 10, ENDINGS[0])
    fetch = SideBySide(listing, 4)
    assert listing.ids == [entity["id"] for entity in read_all(fetch, side_by_side=4)]
    assert (9, 8) == (listing.calls, fetch.together)


@given(st.integers(0, 60), st.integers(1, 20), st.sampled_from(ENDINGS), st.integers(1, 6))
def test_side_by_side_no_page_is_asked_for_twice_or_beyond_the_end(
    count: int, size: int, fields: tuple[str, ...], many: int
) -> None:
    listing = Listing([f"q{i}" for i in range(count)], size, fields)
    assert [entity["id"] for entity in read_all(listing, side_by_side=many)] == listing.ids
    assert listing.calls == max(1, -(-count // size))


def test_a_page_that_fails_ends_the_reading_and_its_threads() -> None:
    listing = Listing([f"q{i}" for i in range(90)], 10, ENDINGS[0])

    def fetch(number: int) -> Mapping[str, Any]:
        if number == 3:
            raise BadAnswer("no")
        return listing(number)

    with pytest.raises(BadAnswer, match="no"):
        read_all(fetch, side_by_side=4)
    assert [] == [each.name for each in threading.enumerate() if each.name == "side-by-side"]
    assert listing.calls <= 6


def test_a_listing_that_moves_is_read_again_side_by_side() -> None:
    listing = Listing([f"q{i}" for i in range(30)], 10, ENDINGS[0])
    moved: list[int] = []

    def fetch(number: int) -> Mapping[str, Any]:
        page = listing(number)
        if number == 3 and not moved:
            moved.append(number)
            return {**page, "total": 31}
        return page

    assert 30 == len(read_all(fetch, side_by_side=2))
    assert 6 == listing.calls


def test_each_page_is_counted_with_the_total_where_the_server_says_one() -> None:
    heard: list[tuple[str, int, int | None]] = []
    ids = [f"q{number}" for number in range(5)]
    read_all(Listing(ids, 2, ("total", "nextUri")), "groups", counting=lambda *each: heard.append(each))
    read_all(Listing(ids, 3, ("pageCount",)), counting=lambda *each: heard.append(each))
    groups = [("reading groups", done, 5) for done in (2, 4, 5)]
    queues = [("reading queues", done, None) for done in (0, 3, 5)]
    assert [("reading groups", 0, None), *groups, *queues, ("reading queues", 5, 5)] == heard


def test_a_listing_that_moved_is_counted_anew() -> None:
    heard: list[tuple[int, int | None]] = []
    pages: Iterator[Mapping[str, Any]] = iter(
        [{"entities": [{"id": "a"}], "total": 2, "nextUri": "?"}, {"entities": [{"id": "a"}]}] * 4
    )
    with pytest.raises(BadAnswer, match="4 readings"):
        read_all(lambda _: next(pages), counting=lambda _, done, total: heard.append((done, total)))
    assert [(0, None), (1, 2), (1, 1)] * 4 == heard


def test_pages_of_a_cursor_are_counted_without_a_total() -> None:
    heard: list[tuple[str, int, int | None]] = []
    pages: Iterator[Mapping[str, Any]] = iter(
        [{"entities": [{"id": "a"}], "nextUri": "?after=x"}, {"entities": [{"id": "b"}]}]
    )
    read_on(lambda _: next(pages), "teams", counting=lambda *each: heard.append(each))
    assert [("reading teams", *each) for each in ((0, None), (1, None), (2, None), (2, 2))] == heard
