"""What is going on as text: one screen, the worst on top."""

from dataclasses import replace

import pytest

from syncer.report.sights import Situation
from syncer.report.text.situation import ago
from tests.report.report_samples import CALM, NOW, situation
from tests.report.text.as_text import text


def test_everything_at_once_has_the_loops_first_and_what_is_not_known_last() -> None:
    shown = text(situation("Q"))
    assert [
        f"live loop: Q overflows in a circle; closed by run Q of Q at {NOW}",
        "live loop: Q overflows in a circle; probably closed by Q, who edited Q last, at Q",
        "live loop: Q overflows in a circle; who closed it is not known",
        (
            f"held: stop r1: nothing overflows into Q from 1 queue, until {NOW} (expired, still in force), "
            "by Q: Q, Q"
        ),
        "held: rollback r2: 2 queues stay as rolled back, until it is lifted, by somebody",
        "frozen: Q",
        "freeze ahead: Q",
        (
            f"running: apply r3 by Q on Q (pid 4711) since {NOW}: 15 of 50 queues done, "
            "last write 9 min ago: looks hung; kill 4711 there ends it after the PUT in flight"
        ),
    ] == shown[:8]
    assert [
        (
            "cut off: apply rcut off by Q on Q was cut off, 1 of 3 queues settled; "
            "the next apply or rollback reads the queues and closes it"
        ),
        (
            "unsettled: apply runsettled by Q on Q finished without knowing the state of a queue, "
            "1 of 3 queues settled; the next apply or rollback reads the queues and closes it"
        ),
        "lost: apply rlost by Q on Q meant to write 3 queues, and the result is not known",
        "",
        "the last 4 runs that changed something:",
        f"  {NOW}  apply r4 done, by Q, Q: 7 rules of Q, Q, Q and 2 more",
        "      undo: syncer rollback r4",
        f"  {NOW}  rollback r5 not closed, undoes r0: 1 rule of Q",
        "      undone by r6",
        f"  {NOW}  apply r6 not closed: 1 rule of Q",
        "      how it is undone is not known: Q",
        f"  {NOW}  apply r7 not closed: 2 rules of Q",
        "      undo: syncer rollback r7 (the rest: r8 undid a part)",
        "not known: Q",
        "not seen from here: runs with another state folder than Q",
    ] == shown[8:]


def test_where_all_is_calm_that_is_said() -> None:
    assert [
        "no live loop: 200 queues of Q",
        "no run is under way, and none was cut off",
        "not seen from here: runs with another state folder than Q",
    ] == text(replace(situation("Q"), **CALM))


def test_of_live_that_was_not_read_nothing_is_said() -> None:
    assert "no run is under way, and none was cut off" == text(Situation(NOW, "", "s"))[0]


def test_a_run_that_sent_nothing_yet_waits_for_something() -> None:
    view = situation("Q")
    assert view.active
    waiting = replace(view, **CALM | {"active": replace(view.active, last_write="", pid=0, user="", host="")})
    assert (
        f"running: apply r3 by somebody on a host since {NOW}: nothing is sent yet; it reads the queues, "
        "checks them, or waits for an answer"
    ) in text(waiting)


def test_a_run_of_which_nothing_is_left_says_so() -> None:
    (run, *_) = situation("Q").recent
    view = replace(situation("Q"), **CALM | {"recent": (replace(run, undo=()),)})
    assert ["the last run that changed something:", "      nothing is left of it to undo"] == [
        line for line in text(view) if line.startswith(("the last", "      "))
    ]


def test_a_stop_of_loops_names_no_queue() -> None:
    (stop, _) = situation("Q").exceptions
    view = replace(situation("Q"), **CALM | {"exceptions": (replace(stop, target="", reason="", ticket=""),)})
    assert any(
        line.startswith("held: stop r1: rules that closed loops stay off, until") for line in text(view)
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s ago"), (99, "99 s ago"), (540, "9 min ago"), (7199, "120 min ago"), (10_800, "3 h ago")],
)
def test_times_are_told_in_their_size(seconds: float, words: str) -> None:
    assert words == ago(seconds)
