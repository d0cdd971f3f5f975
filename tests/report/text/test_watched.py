from syncer.model.observation import Watched
from syncer.report.text.paint import Paint
from syncer.report.text.watched import watched_lines
from tests.report.test_watched import ALL, BEFORE, queue

PLAIN = Paint(color=False)


def test_a_line_a_queue_and_what_was_worse_beneath() -> None:
    assert [
        "",
        "watched for 3 of 5 minutes: 1 of 3 targets is worse than before the run",
        "  worse      Tier 2  waiting 2 → 1,200 → 1,200, longest wait 20 s → 180 s → ?, agents 1,234 → 4 → ?",
        "             since minute 2: longest wait, waiting, waiting per agent",
        "  recovered  Tier 2  waiting 2 → 14 → 2, longest wait 20 s → 180 s → 20 s, agents 1,234 → 4 → 1,234",
        "             first in minute 1: longest wait, waiting, waiting per agent",
        (
            "  not worse  Tier 2  waiting 2 → 2 → 2, longest wait 20 s → 20 s → 20 s, "
            "agents 1,234 → 1,234 → 1,234"
        ),
        "  minute 4: no answer",
    ] == list(watched_lines(ALL, PLAIN))


def test_no_name_and_no_note_steers_a_terminal() -> None:
    hostile = Watched(1, 1, (queue(BEFORE, name="\x1b[31mred\n"),), ("\x1b[2J\r",))
    assert all(line.isprintable() for line in watched_lines(hostile, PLAIN))
