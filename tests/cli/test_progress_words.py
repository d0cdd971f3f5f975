"""How far work has come, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.cli.progress_words import RECENT, Work, in_words, span


def worked(*marks: tuple[float, int], total: int | None = 100) -> Work:
    work = Work("reading queues", 0.0)
    for now, done in marks:
        work.note(now, done, total)
    return work


def test_rate_and_time_left_come_from_what_was_done_lately() -> None:
    work = worked((1.0, 10), (2.0, 20), (3.0, 30))
    assert (10.0, 7.0) == (work.rate, work.left(3.0))
    assert 5.0 == work.left(5.0)
    slower = worked((1.0, 10), (2.0, 20), (3.0, 30), (RECENT + 10, 31), (RECENT + 20, 32))
    assert slower.rate is not None
    assert 0.1 >= slower.rate


@pytest.mark.parametrize(
    ("work", "now"),
    [
        (worked(), 5.0),
        (worked((0.5, 10)), 5.0),
        (worked((3.0, 10)), 5.0),
        (worked((1.0, 10), (2.0, 20), total=None), 5.0),
        (worked((0.5, 1), (1.0, 2)), 1.0),
        (worked((1.0, 1), (2.0, 1), (40_000.0, 2)), 40_000.0),
        (worked((1.0, 50), (2.0, 99)), 9.0),
    ],
)
def test_no_time_left_is_guessed(work: Work, now: float) -> None:
    assert work.left(now) is None


def test_a_total_that_is_too_small_is_none() -> None:
    assert "120" == worked((1.0, 120)).count
    assert "" == worked(total=None).count
    assert "5 of 100" == worked((1.0, 5)).count


def test_counts_that_follow_closely_are_one() -> None:
    work = worked((1.0, 1), (1.01, 2), (1.02, 3), (1.02, 3), (2.02, 103), total=1000)
    assert 103 == work.done
    assert work.rate == pytest.approx(103 / 2.02)


def test_the_line_has_what_fits() -> None:
    work = worked((1.0, 10), (2.0, 20), (3.0, 30))
    assert [
        "reading queues  ######..............  30 of 100  10/s  7 s left",
        "reading queues  30 of 100  10/s  7 s left",
        "reading queues  30 of 100  7 s left",
        "reading queues  30 of 100",
        "reading queues",
        "readin",
    ] == [work.line(3.0, 0.0, width, "#.") for width in (70, 50, 40, 30, 20, 6)]
    assert "reading queues  ######..............  30 of 100  waiting 12 s" == work.line(3.0, 12.0, 80, "#.")
    assert "reading queues" == worked(total=None).line(0.0, 0.0, 80)


def test_the_sentence_of_a_log() -> None:
    work = worked((1.0, 10), (2.0, 20), (3.0, 30))
    assert "reading queues: 30 of 100, 10/s, 7 s left" == work.sentence(3.0, 0.0)
    assert "reading queues: 30 of 100, waiting 9 s" == work.sentence(3.0, 9.0)
    assert "reading queues: 12 s" == worked(total=None).sentence(12.0, 0.0)


@pytest.mark.parametrize(
    ("rate", "words"),
    [(None, ""), (0.0, ""), (0.01, ""), (0.2, "12/min"), (1.0, "1.0/s"), (9.96, "10/s"), (1234.5, "1,234/s")],
)
def test_rates(rate: float | None, words: str) -> None:
    assert words == in_words(rate)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.0, "1 s"), (59.6, "1 min"), (185, "3 min 5 s"), (4800, "1 h 20 min"), (3601, "1 h")],
)
def test_spans(seconds: float, words: str) -> None:
    assert words == span(seconds)


@given(
    st.lists(st.tuples(st.floats(0.001, 500), st.integers(0, 10_000)), max_size=20),
    st.none() | st.integers(0, 10_000),
    st.integers(1, 120),
)
def test_it_never_fails_and_always_fits(
    steps: list[tuple[float, int]], total: int | None, width: int
) -> None:
    work, now = Work("reading queues", 0.0), 0.0
    for after, done in steps:
        now += after
        work.note(now, max(done, work.done), total)
        assert len(work.line(now, 0.0, width)) <= width
        left = work.left(now)
        assert left is None or 0 < left <= 24 * 3600
        assert work.sentence(now, 0.0).startswith("reading queues: ")
