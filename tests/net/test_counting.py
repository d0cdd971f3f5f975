"""How far long work has come."""

import pytest

from syncer.net.counting import Count, each_counted, uncounted

Heard = list[tuple[str, int, int | None]]


def test_a_total_may_become_known_later() -> None:
    heard: Heard = []
    with Count(lambda *told: heard.append(told), "reading") as count:
        count.so_far(2)
        count.so_far(4, 5)
        count.so_far(5)
    assert [("reading", 0, None), ("reading", 2, None), ("reading", 4, 5), ("reading", 5, 5)] == heard


@pytest.mark.parametrize("total", [None, 7])
def test_work_that_fails_ends_too(total: int | None) -> None:
    heard: Heard = []
    with pytest.raises(ZeroDivisionError), Count(lambda *told: heard.append(told), "work", total) as count:
        count.one_more()
        raise ZeroDivisionError
    assert [("work", 0, total), ("work", 1, total), ("work", 1, 1)] == heard


def test_a_part_is_done_when_the_next_one_is_asked_for() -> None:
    heard: Heard = []
    parts = each_counted(lambda *told: heard.append(told), "work", "ab")
    assert ("a", [("work", 0, 2)]) == (next(parts), heard)
    assert ["b"] == list(parts)
    assert [("work", 0, 2), ("work", 1, 2), ("work", 2, 2)] == heard


def test_nobody_has_to_listen() -> None:
    assert ["a"] == list(each_counted(uncounted, "work", "a"))
