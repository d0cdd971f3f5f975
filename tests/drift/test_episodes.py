from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.drift.episodes import DriftFacts, Episode, EpisodeKey, Gone, Stage, Step, advance

FACTS = DriftFacts("A", "b", "B", "live differs", 30, "25 % to B after 60 s", "30 % to B after 60 s")
KEY = EpisodeKey("https://api", "prod", "a", "overflow", "b", "sha256:1")
EDITED = replace(KEY, live="sha256:2")
KEYS = (KEY, EDITED, replace(KEY, number=1), replace(KEY, queue="z"))
FIRST, SECOND = "2026-03-01T08:30:00.000Z", "2026-03-01T09:30:00.000Z"


def all_of_it(_: EpisodeKey) -> bool:
    return True


def nothing_of_it(_: EpisodeKey) -> bool:
    return False


def step(
    known: Sequence[Episode],
    *found: EpisodeKey,
    after: int = 2,
    looked_at: Callable[[EpisodeKey], bool] = all_of_it,
) -> Step:
    return advance(known, dict.fromkeys(found, FACTS), SECOND, after, looked_at)


def test_a_drift_is_new_then_known_then_alerted_then_resolved() -> None:
    first = advance((), {KEY: FACTS}, FIRST, 3, all_of_it)
    assert (Episode(KEY, FACTS, FIRST, FIRST),) == first.going == first.kept
    assert Stage.NEW is first.going[0].standing
    second = step(first.kept, KEY, after=3)
    assert (Episode(KEY, FACTS, FIRST, SECOND, 2),) == second.kept
    assert (Stage.KNOWN, ()) == (second.going[0].standing, second.alerts)
    third = step(second.kept, KEY, after=3)
    assert (Episode(KEY, FACTS, FIRST, SECOND, 3, alerted=True),) == third.alerts == third.kept
    assert Stage.ALERTED is third.going[0].standing
    fourth = step(third.kept, KEY, after=3)
    assert ((), 4) == (fourth.alerts, fourth.going[0].detections)
    assert Step(resolved=(Gone(fourth.going[0], superseded=False),)) == step(fourth.kept)


def test_what_is_gone_before_anybody_was_told_is_forgotten() -> None:
    assert Step() == step([Episode(KEY, FACTS, FIRST, FIRST, 1)])


def test_another_edit_is_another_drift() -> None:
    alerted = Episode(KEY, FACTS, FIRST, FIRST, 5, alerted=True)
    again = step([alerted], EDITED)
    assert (Episode(EDITED, FACTS, SECOND, SECOND),) == again.kept
    assert (Gone(alerted, superseded=True),) == again.resolved


def test_what_was_not_looked_at_stays_as_it_is() -> None:
    alerted = Episode(KEY, FACTS, FIRST, FIRST, 5, alerted=True)
    assert Step(aside=(alerted,)) == step([alerted], looked_at=nothing_of_it)


def test_the_facts_are_those_of_today() -> None:
    renamed = replace(FACTS, queue_name="New name")
    (episode,) = advance([Episode(KEY, FACTS, FIRST, FIRST)], {KEY: renamed}, SECOND, 5, all_of_it).going
    assert Episode(KEY, renamed, FIRST, SECOND, 2) == episode


def test_a_smaller_number_alerts_what_is_already_older() -> None:
    assert 1 == len(step([Episode(KEY, FACTS, FIRST, FIRST, 4)], KEY, after=2).alerts)


@pytest.mark.parametrize("order", [KEYS, KEYS[::-1]])
def test_what_is_kept_has_one_order(order: Sequence[EpisodeKey]) -> None:
    made = step((), *order)
    assert tuple(order) == tuple(episode.key for episode in made.going)
    assert sorted(KEYS) == [episode.key for episode in made.kept]


def all_but(unseen: frozenset[EpisodeKey]) -> Callable[[EpisodeKey], bool]:
    return lambda key: key not in unseen


RUNS = st.lists(st.tuples(st.frozensets(st.sampled_from(KEYS)), st.frozensets(st.sampled_from(KEYS))))
"""For each run the keys that it found, and those that it did not look at."""


@given(RUNS, st.integers(1, 4))
def test_any_sequence_alerts_once_an_episode_and_resolves_once_after(
    runs: Sequence[tuple[frozenset[EpisodeKey], frozenset[EpisodeKey]]], after: int
) -> None:
    known: tuple[Episode, ...] = ()
    alerts: list[tuple[int, EpisodeKey]] = []
    resolved: list[tuple[int, EpisodeKey]] = []
    for number, (there, unseen) in enumerate(runs):
        found = dict.fromkeys(sorted(there - unseen), FACTS)
        made = advance(known, found, f"run {number}", after, all_but(unseen))
        known = made.kept
        alerts += [(number, episode.key) for episode in made.alerts]
        resolved += [(number, gone.episode.key) for gone in made.resolved]
    expected = [(number, key, what) for key in KEYS for number, what in told(key, runs, after)]
    assert sorted((number, key) for number, key, what in expected if what == "alert") == sorted(alerts)
    assert sorted((number, key) for number, key, what in expected if what == "gone") == sorted(resolved)


def told(
    key: EpisodeKey, runs: Sequence[tuple[frozenset[EpisodeKey], frozenset[EpisodeKey]]], after: int
) -> list[tuple[int, str]]:
    """The oracle: the length of each row of detections, among the runs that looked at the key."""
    said, row = [], 0
    for number, there in [(n, key in there) for n, (there, unseen) in enumerate(runs) if key not in unseen]:
        if there and row + 1 == after:
            said.append((number, "alert"))
        if not there and row >= after:
            said.append((number, "gone"))
        row = row + 1 if there else 0
    return said
