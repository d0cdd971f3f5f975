from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.model.observation import (
    EMPTY,
    LONGEST_WAIT,
    WAITING,
    WAITING_PER_AGENT,
    Look,
    Observation,
    WatchedQueue,
    worse_than,
)

BEFORE = Observation(waiting=4, longest=60.0, interacting=5, agents=8)
SOME = st.builds(
    Observation,
    waiting=st.integers(0, 30),
    longest=st.none() | st.floats(0, 600),
    interacting=st.integers(0, 30),
    agents=st.none() | st.integers(0, 20),
)


def queue(*waiting: int) -> WatchedQueue:
    """Four contacts wait before; then so many, a look a minute."""
    looks = tuple(Look(at + 1, replace(BEFORE, waiting=each)) for at, each in enumerate(waiting))
    return WatchedQueue("q", "Q", BEFORE, looks)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ()),
        ({"longest": 89.9}, ()),
        ({"longest": 90.0}, (LONGEST_WAIT,)),
        ({"longest": None}, ()),
        ({"waiting": 6}, ()),
        ({"waiting": 7}, (WAITING,)),
        ({"agents": 5}, ()),
        ({"agents": 4}, (WAITING_PER_AGENT,)),
        ({"agents": 0}, (WAITING_PER_AGENT,)),
        ({"agents": None}, ()),
        ({"waiting": 2, "agents": 1}, ()),
        ({"waiting": 9, "longest": 300.0, "agents": 2}, (LONGEST_WAIT, WAITING, WAITING_PER_AGENT)),
    ],
)
def test_what_is_worse_has_grown_by_a_number_and_by_half(
    changed: dict[str, int], expected: tuple[str, ...]
) -> None:
    assert expected == worse_than(BEFORE, replace(BEFORE, **changed))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [(20.0, 49.9, False), (20.0, 50.0, True), (200.0, 299.9, False), (200.0, 300.0, True)],
)
def test_a_long_wait_has_to_grow_by_half_and_a_short_one_by_30_seconds(
    before: float, now: float, expected: bool
) -> None:
    found = worse_than(Observation(longest=before), Observation(longest=now))
    assert ((LONGEST_WAIT,) if expected else ()) == found


@pytest.mark.parametrize(
    ("waiting", "since", "worse", "why"),
    [
        ((), None, False, ()),
        ((4,), None, False, ()),
        ((9,), 1, True, (WAITING, WAITING_PER_AGENT)),
        ((9, 4), None, False, ()),
        ((4, 9), None, False, ()),
        ((9, 9), 1, True, (WAITING, WAITING_PER_AGENT)),
        ((4, 9, 4, 9, 9, 4), 4, False, (WAITING, WAITING_PER_AGENT)),
        ((4, 7, 7, 4, 7, 7), 2, True, (WAITING,)),
        ((7, 7, 7, 4), 1, False, (WAITING,)),
    ],
)
def test_two_looks_in_a_row_make_it_worse(
    waiting: tuple[int, ...], since: int | None, worse: bool, why: tuple[str, ...]
) -> None:
    found = queue(*waiting)
    assert (since, worse, why) == (found.since, found.worse, found.why)


def test_the_worst_is_of_all_looks_and_the_end_is_the_last_one() -> None:
    first, last = Observation(9, None, 2, 4), Observation(3, 50.0, 7, None)
    found = WatchedQueue("q", "Q", BEFORE, (Look(1, first), Look(3, last)))
    assert (Observation(9, 50.0, 7, 4), last) == (found.worst, found.end)
    assert (None, None) == (queue().worst, queue().end)
    bare = WatchedQueue("q", "Q", BEFORE, (Look(1, Observation()),))
    assert Observation() == bare.worst


def test_without_an_agent_all_wait_for_the_next_one() -> None:
    assert [2.0, 4.0, 0.0, None] == [
        each.per_agent
        for each in (
            Observation(waiting=4, agents=2),
            Observation(waiting=4, agents=0),
            Observation(agents=0),
            EMPTY,
        )
    ]


@given(SOME)
def test_nothing_is_worse_than_itself(seen: Observation) -> None:
    assert () == worse_than(seen, seen)


@given(SOME, SOME, SOME)
def test_what_is_worse_than_the_worse_is_worse(
    one: Observation, two: Observation, three: Observation
) -> None:
    of_wait = {LONGEST_WAIT, WAITING}
    both = of_wait & set(worse_than(one, two)) & set(worse_than(two, three))
    assert both <= set(worse_than(one, three))


@given(SOME, st.lists(SOME, max_size=6))
def test_what_is_worse_at_the_end_was_worse_first_in_some_minute(
    before: Observation, seen: list[Observation]
) -> None:
    looks = tuple(Look(at + 1, each) for at, each in enumerate(seen))
    found = WatchedQueue("q", "Q", before, looks)
    assert (found.since is not None) == bool(found.why)
    if found.worse:
        assert found.since is not None
    if found.since is not None:
        assert worse_than(before, looks[found.since - 1].seen)
        assert not any(
            worse_than(before, looks[at].seen) and worse_than(before, looks[at + 1].seen)
            for at in range(found.since - 2)
        )
