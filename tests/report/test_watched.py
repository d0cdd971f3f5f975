import json

import pytest

from syncer.model.observation import EMPTY, Look, Observation, Watched, WatchedQueue
from syncer.report.watched import (
    figures,
    headline,
    history,
    verdict,
    watched_document,
    watched_of,
)

BEFORE = Observation(2, 20.0, 5, 1_234)
BAD = Observation(14, 180.4, 9, 4)


def queue(*seen: Observation, name: str = "Tier 2", first: int = 1) -> WatchedQueue:
    """Seen a minute apart."""
    looks = tuple(Look(at + first, each) for at, each in enumerate(seen))
    return WatchedQueue("id", name, BEFORE, looks)


WORSE = queue(BEFORE, BAD, Observation(1200, None, 9, None))
RECOVERED = queue(BAD, BAD, BEFORE)
FINE = queue(BEFORE)
ALL = Watched(5, 3, (WORSE, RECOVERED, FINE), ("minute 4: no answer",))


def test_the_verdict_is_of_the_end_and_the_history_says_since_when() -> None:
    assert [
        ("worse", "since minute 2: longest wait, waiting, waiting per agent"),
        ("recovered", "first in minute 1: longest wait, waiting, waiting per agent"),
        ("not worse", ""),
    ] == [(verdict(each), history(each)) for each in ALL.queues]


def test_figures_are_before_at_their_worst_and_at_the_end() -> None:
    assert ("2 → 1,200 → 1,200", "20 s → 180 s → ?", "1,234 → 4 → ?") == figures(WORSE)
    assert ("2 → 0 → 0", "20 s → ? → ?", "1,234 → ? → ?") == figures(queue())


@pytest.mark.parametrize(
    ("watched", "expected"),
    [
        (ALL, "watched for 3 of 5 minutes: 1 of 3 targets is worse than before the run"),
        (
            Watched(1, 1, (FINE,)),
            "watched for 1 minute: nothing is worse than before the run",
        ),
        (
            Watched(3, 3, (WORSE, WORSE)),
            "watched for 3 minutes: 2 of 2 targets are worse than before the run",
        ),
        (Watched(5, 0, (), ("no permission",)), "not watched"),
    ],
)
def test_the_headline_says_how_many_are_worse(watched: Watched, expected: str) -> None:
    assert expected == headline(watched)


@pytest.mark.parametrize("watched", [ALL, Watched(5), Watched(1, 1, (WatchedQueue("q", "Q", EMPTY),))])
def test_what_is_written_is_read_again(watched: Watched) -> None:
    document = json.loads(json.dumps(watched_document(watched)))
    assert watched == watched_of(document)
    assert document == watched_document(watched_of(document))
