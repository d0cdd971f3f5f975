"""What is going on: what is not known of it is empty."""

from syncer.report.sights import Flowing, Freezing, Situation


def test_a_situation_knows_nothing_until_it_is_said() -> None:
    view = Situation("2026-03-01T03:00:00.000Z", "", ".syncer")
    assert (None, (), frozenset(), (), None, (), (), ()) == (
        view.loops,
        view.exceptions,
        view.expired,
        view.freezes,
        view.active,
        view.left,
        view.recent,
        view.unknown,
    )


def test_a_queue_that_nothing_is_unknown_of_says_so() -> None:
    assert () == Flowing("https://api", "1h", "", ()).unknown


def test_two_freezes_with_the_same_words_are_one_only_at_the_same_time() -> None:
    assert Freezing(True, "sale") == Freezing(now=True, words="sale")
    assert Freezing(True, "sale") != Freezing(False, "sale")
