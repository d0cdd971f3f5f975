from syncer.drift.loops import KnownLoop, LoopStep, names_of, next_loops
from syncer.model.finding import Loop
from syncer.planning.live_loops import LiveLoop

NOW, BEFORE = "2026-03-01T09:30:00.000Z", "2026-03-01T08:30:00.000Z"
LOOP = LiveLoop(Loop((("b", "B"), ("a", "A")), (), ("b", "a")), "B → A → B overflows in a circle")
KNOWN = KnownLoop("https://api", "prod", ("a", "b"), "B → A → B", NOW)


def test_a_loop_that_nobody_knew_is_news() -> None:
    step = next_loops((), [LOOP], NOW, "https://api", "prod")
    assert LoopStep((LOOP,), True, (), (KNOWN,)) == step
    assert step.is_news


def test_a_loop_that_is_still_there_is_none_and_keeps_when_it_was_seen_first() -> None:
    known = KnownLoop("https://api", "prod", ("a", "b"), "B → A → B", BEFORE)
    step = next_loops((known,), [LOOP], NOW, "https://api", "prod")
    assert (False, (known,), (LOOP,)) == (step.is_news, step.kept, step.now)


def test_a_loop_that_is_gone_is_news_once() -> None:
    step = next_loops((KNOWN,), [], NOW, "https://api", "prod")
    assert (True, ("B → A → B",), ()) == (step.is_news, step.gone, step.kept)


def test_loops_of_other_places_stay() -> None:
    step = next_loops((KNOWN,), [], NOW, "https://api", "test")
    assert LoopStep(kept=(KNOWN,)) == step


def test_a_loop_that_grew_is_another_one() -> None:
    grown = LiveLoop(Loop(LOOP.loop.queues, (), ("a", "b", "c")), LOOP.message)
    step = next_loops((KNOWN,), [grown], NOW, "https://api", "prod")
    assert (True, ("B → A → B",)) == (step.new, step.gone)


def test_the_names_go_once_round() -> None:
    assert "B → A → B" == names_of(LOOP)
