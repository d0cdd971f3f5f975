import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.filters import Filters
from syncer.audit.period import Period
from syncer.audit.population import Again, Population, population
from syncer.errors import WrongUsage
from tests.audit.histories import (
    ENVIRONMENTS,
    QUEUES,
    STATUSES,
    USERS,
    Entry,
    change,
    histories,
    numbered,
    story,
)

FILTERS = st.builds(
    Filters,
    period=st.builds(
        Period,
        st.none() | st.integers(1, 14).map(lambda day: datetime(2026, 11, day, 8, tzinfo=UTC)),
        st.none() | st.integers(15, 28).map(lambda day: datetime(2026, 11, day, 8, tzinfo=UTC)),
    ),
    environments=st.lists(st.sampled_from(ENVIRONMENTS), max_size=2).map(tuple),
    queues=st.lists(st.sampled_from([*(f"id-{each}" for each in QUEUES), "S*"]), max_size=2).map(tuple),
    users=st.lists(st.sampled_from(USERS), max_size=1).map(tuple),
    statuses=st.lists(st.sampled_from(STATUSES), max_size=2).map(tuple),
    overrides=st.lists(st.sampled_from(["allow-delete", "*"]), max_size=1).map(tuple),
)


def of(entries: list[Entry], filters: Filters | None = None, **how: Any) -> Population:
    return population(lambda: entries, filters or Filters(), **how)


def found(entries: list[Entry], filters: Filters, **how: Any) -> Population | None:
    """The population; None where a filter fits nothing in so small a trail."""
    try:
        return of(entries, filters, **how)
    except WrongUsage:
        return None


def numbers(entries: Iterator[Any]) -> list[int]:
    return [entry["n"] for entry in entries]


@given(histories())
def test_without_filters_everything_is_meant(entries: list[Entry]) -> None:
    every = of(entries)
    assert entries == list(every.entries())
    assert [entry for entry in entries if entry["kind"] == "change"] == list(every.meant())
    assert (len(entries), len(list(every.meant())), 0) == (every.length, every.changes, every.undated)


@given(histories(), FILTERS)
def test_what_is_meant_fits_and_what_fits_is_meant(entries: list[Entry], filters: Filters) -> None:
    part = found(entries, filters)
    if part is None:
        return
    overriding = {
        entry["run"]
        for entry in entries
        if entry["kind"] == "run" and (entry["overrides"] or not filters.overrides)
    }
    if "allow-delete" in filters.overrides:
        overriding = {entry["run"] for entry in entries if "--allow-delete" in entry.get("overrides", ())}
    expected = [
        entry
        for entry in entries
        if entry["kind"] == "change" and filters.hold_change(entry) and entry["run"] in overriding
    ]
    assert expected == list(part.meant())
    assert len(expected) == part.changes


@given(histories(), st.integers(1, 28))
def test_two_halves_of_time_are_the_whole(entries: list[Entry], day: int) -> None:
    border = datetime(2026, 11, day, 8, tzinfo=UTC)
    halves = [of(entries, Filters(Period(until=border))), of(entries, Filters(Period(since=border)))]
    assert sorted(numbers(iter(entries))) == sorted(
        number for half in halves for number in numbers(half.entries())
    )


@given(histories(), FILTERS, st.integers(1, 20), st.integers(0, 99))
def test_a_sample_is_a_part_of_the_population_and_comes_again(
    entries: list[Entry], filters: Filters, size: int, seed: int
) -> None:
    part, sampled = found(entries, filters), found(entries, filters, sample=size, seed=seed)
    if part is None or sampled is None:
        return
    every, drawn = numbers(part.meant()), numbers(sampled.meant())
    assert set(drawn) <= set(every)
    assert sorted(drawn) == drawn
    assert min(size, len(every)) == len(drawn)
    assert sampled.sample is not None
    assert (len(every), len(drawn)) == (sampled.sample.population, sampled.sample.drawn)
    again = found(entries, filters, sample=size, seed=seed)
    assert again is not None
    assert drawn == numbers(again.meant())
    assert list(part.entries()) == list(sampled.undrawn().entries())


@given(histories(), st.integers(0, 99))
def test_a_sample_that_is_large_enough_is_everything(entries: list[Entry], seed: int) -> None:
    assert [entry for entry in entries if entry["kind"] == "change"] == list(
        of(entries, sample=1_000, seed=seed).meant()
    )


def test_a_run_is_shown_with_its_changes_or_where_it_fits_itself() -> None:
    asked = {
        "queues": Filters(queues=("Sales",)),
        "statuses": Filters(statuses=("refused",)),
        "actions": Filters(actions=("DELETE_*",)),
        "overrides": Filters(overrides=("allow-delete",)),
        "users": Filters(users=("bob",)),
        "organizations": Filters(organizations=("Lab",)),
    }
    shown = {option: numbers(of(story(), filters).entries()) for option, filters in asked.items()}
    assert {
        "queues": [1, 3, 6],
        "statuses": [6],
        "actions": [4, 5],
        "overrides": [4, 5],
        "users": [6],
        "organizations": [6],
    } == shown


def test_with_a_sample_only_the_runs_of_its_changes_are_shown() -> None:
    drawn = of(story(), sample=1, seed=1)
    (one,) = drawn.meant()
    assert [(one["run"], "change"), (one["run"], "run")] == [
        (entry["run"], entry["kind"]) for entry in drawn.entries()
    ]


def test_what_has_no_time_is_in_every_period_and_counted() -> None:
    entries = numbered([change("r1", timestamp="edited"), change("r1", 5)])
    part = of(entries, Filters(Period(until=datetime(2026, 11, 2, tzinfo=UTC))))
    assert ([1], 1) == (numbers(part.meant()), part.undated)


def test_a_sample_and_its_seed_belong_together() -> None:
    for sample, seed in ((1, None), (None, 1)):
        with pytest.raises(WrongUsage, match="belong together"):
            of(story(), sample=sample, seed=seed)


def test_an_empty_trail_has_nothing_to_misspell() -> None:
    assert [] == list(of([], Filters(users=("nobody",))).entries())


def test_a_run_that_writes_meanwhile_changes_nothing() -> None:
    entries = story()
    part = of(entries)
    entries.append(change("r9"))
    assert 6 == len(list(part.entries()))


def test_what_was_edited_into_a_trail_breaks_nothing() -> None:
    values: list[Any] = [None, 5, [], {}, [[]]]
    entries = [
        dict.fromkeys(change("r"), value) | {"kind": kind} for value in values for kind in ("change", "run")
    ]
    every = of(entries, sample=2, seed=1)
    assert (5, 2) == (every.changes, len(list(every.meant())))


def test_hardly_more_than_the_sample_is_in_memory() -> None:
    def walk() -> Iterator[Entry]:
        return ({**change(f"r{place % 50}"), "hash": str(place)} for place in range(20_000))

    tracemalloc.start()
    try:
        drawn = population(walk, Filters(), sample=25, seed=1)
        assert 25 == sum(1 for _ in drawn.meant())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1024 * 1024


def test_what_is_walked_again_is_made_anew() -> None:
    again = Again(lambda: iter("ab"))
    assert (["a", "b"], ["a", "b"]) == (list(again), list(again))
