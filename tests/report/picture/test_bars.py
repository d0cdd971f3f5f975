import pytest

from syncer.model.network import Load
from syncer.model.plan import QueueState
from syncer.report.picture.bars import Bar, bars


def state(kept: float, inflow: float, capacity: float | None = 100) -> QueueState:
    return QueueState(capacity, 0, Load(kept, kept, inflow))


def test_a_bar_is_of_four_thirds_of_the_capacity() -> None:
    assert [Bar("keeps 50/100", 0.375), Bar("in 25/100", 0.1875)] == list(bars(state(50, 25)))


def test_over_and_close_to_the_capacity() -> None:
    kept, inflow = bars(state(86, 101))
    assert ("tight", "over") == (kept.level, inflow.level)
    assert 1.0 == next(bars(state(500, 0))).filled


def test_what_it_was_before_where_it_is_another() -> None:
    kept, inflow = bars(state(50, 10), state(80, 10))
    assert inflow.before is None
    assert 0.6 == pytest.approx(kept.before)
    assert [None, None] == [bar.before for bar in bars(state(50, 10), state(50, 10, None))]


def test_what_is_not_known_is_said() -> None:
    loop = QueueState(100, 0, None)
    assert ["load not looked at"] == [bar.words for bar in bars(None)]
    assert ["load not known: loop"] == [bar.words for bar in bars(loop, loop)]
    assert ["load not known: loop", "before: keeps 80/115"] == [
        bar.words for bar in bars(loop, state(80, 0, 115))
    ]
    assert ["keeps 50, takes in 10", "no capacity known"] == [bar.words for bar in bars(state(50, 10, None))]


def test_digits_after_the_point_only_where_there_is_room() -> None:
    assert ["keeps 1234/99.5", "in 20.3/99.5"] == [bar.words for bar in bars(state(1234.4, 20.26, 99.5))]
    assert ["keeps 0/120", "in 0/120"] == [bar.words for bar in bars(state(0, 0, 120), state(9, 0, 120))]


def test_a_queue_without_a_load_has_no_bar() -> None:
    assert ["no load is stated", "capacity 120"] == [bar.words for bar in bars(state(0, 0, 120))]
    assert ["no load is stated", "no capacity known"] == [bar.words for bar in bars(state(0, 0, None))]
    assert not any(bar.known for bar in bars(state(0, 0, 120)))


def test_bounds_are_called_bounds() -> None:
    assert ["keeps ≤ 50/100", "in ≤ 25/100"] == [bar.words for bar in bars(state(50, 25), at_most=True)]
    assert "keeps ≤ 50, takes in ≤ 10" == next(bars(state(50, 10, None), at_most=True)).words
