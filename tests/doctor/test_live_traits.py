from typing import Any

import pytest

from syncer.doctor import Line, State, skipped
from syncer.doctor.access import TRAITS, check_clock, check_traits
from syncer.kinds.registry import GENESYS_CLOUD, OVERFLOW_RULES

ETAG = {"id": "a", "name": "A", "_etag": "1"}
PLAIN = {"id": "b", "name": "B", "directRouting": {"backupQueueId": "a"}}


def traits(*queues: dict[str, Any], dialect: str = "auto", **headers: str) -> dict[str, Line]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return {line.name: line for line in check_traits(queues, names, dialect, GENESYS_CLOUD)}


def test_without_a_page_of_queues() -> None:
    assert skipped(TRAITS, "no queue could be read") == check_traits(None, {}, "auto", OVERFLOW_RULES)


@pytest.mark.parametrize(
    ("queues", "state", "words"),
    [
        ([ETAG], State.OK, "etag: "),
        ([ETAG, PLAIN], State.OK, "compare: live has no etags"),
        ([], State.SKIPPED, "no queue tells"),
    ],
)
def test_the_lock(queues: list[dict[str, Any]], state: State, words: str) -> None:
    found = traits(*queues)["lock"]
    assert state is found.state
    assert found.found.startswith(words)


@pytest.mark.parametrize(
    ("queues", "dialect", "state", "words"),
    [
        ([ETAG], "auto", State.OK, "overflow-rules, told from 1 queues: overflow"),
        ([ETAG, PLAIN], "auto", State.OK, "mixed, told from 2 queues: overflow, backup, conditional_groups"),
        ([], "auto", State.OK, "genesys-cloud, told from 0 queues: backup, conditional_groups"),
        ([PLAIN], "genesys-cloud", State.OK, "genesys-cloud, as --dialect says: backup, conditional_groups"),
        ([], "overflow-rules", State.OK, "overflow-rules, as --dialect says: overflow"),
        (
            [PLAIN],
            "overflow-rules",
            State.WARNING,
            "overflow-rules, as --dialect says, but the queues look like genesys-cloud",
        ),
    ],
)
def test_the_dialect(queues: list[dict[str, Any]], dialect: str, state: State, words: str) -> None:
    found = traits(*queues, dialect=dialect)["dialect"]
    assert (state, words) == (found.state, found.found)
    assert (state is State.OK) == (found.remedy == "")


@pytest.mark.parametrize(
    ("figures", "state", "words"),
    [
        (("3", "300", "42"), State.OK, "3 of 300 calls used, 42 s to the reset"),
        (("3", "300", ""), State.OK, "3 of 300 calls used"),
        (("240", "300", "1"), State.OK, "240 of 300 calls used, 1 s to the reset"),
        (("241", "300", "1"), State.WARNING, "241 of 300 calls used, 1 s to the reset"),
        (("", "300", "1"), State.OK, "live does not tell it"),
        (("x", "0", "1"), State.OK, "live does not tell it"),
    ],
)
def test_the_rate_limit(figures: tuple[str, str, str], state: State, words: str) -> None:
    count, allowed, reset = figures
    headers = {
        "inin_ratelimit_count": count,
        "inin_ratelimit_allowed": allowed,
        "inin_ratelimit_reset": reset,
    }
    found = traits(ETAG, **headers)["rate limit"]
    assert state is found.state
    assert found.found.startswith(words)


MOMENT = 1_772_353_800.0
DATE = {"Date": "Sun, 01 Mar 2026 08:30:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "skew", "state", "words"),
    [
        (DATE, 0, State.OK, "agrees"),
        (DATE, -30, State.OK, "agrees"),
        (DATE, 31, State.WARNING, "this machine is 31 s ahead of live"),
        (DATE, -3600, State.WARNING, "this machine is 3,600 s behind live"),
        ({}, 0, State.SKIPPED, "no answer told the time"),
        ({"Date": "soon"}, 0, State.SKIPPED, "no answer told the time"),
    ],
)
def test_the_clock(headers: dict[str, str], skew: float, state: State, words: str) -> None:
    found = check_clock(headers, lambda: MOMENT + skew)
    assert state is found.state
    assert found.found.startswith(words)
