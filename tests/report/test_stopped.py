"""What a stop did, in words."""

from dataclasses import replace

from syncer.applying.apply import Result
from syncer.audit.exceptions import Exemption
from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.plan import Outcome, Status
from syncer.model.settings import ApiLocation
from syncer.report.stopped import exception_in_words, headline, until_in_words
from syncer.report.views import Stopped
from tests.report.report_samples import HEAD, NOW, RUN

MADE = Exemption(
    "stop",
    "run",
    ApiLocation("https://api"),
    target="b",
    target_name="Tier 2",
    at=NOW,
    until="2026-03-01T10:30:00.000Z",
)
RULES = (
    RuleChange(Action.UPDATE, "b", "Tier 2", OverflowRule("b", 5, 0, True), OverflowRule("b", 5)),
    RuleChange(Action.DELETE, "b", "Tier 2", BackupRule("b"), None),
)
CHANGE = QueueChange("a", "A", RULES, (), (), kinds=("overflow", "backup"))
RESULT = Result(RUN, "done", (Outcome(CHANGE, Status.APPLIED),), HEAD, {}, 1.0)


def test_the_sentence_says_what_is_true_now() -> None:
    done = Stopped("stop", MADE, RESULT, 1, 1)
    assert (
        "Nothing overflows into Tier 2 any more: 1 rule off, 1 backup queue removed; until 10:30 UTC"
        == headline(done)
    )
    left = replace(done, left=("x",), exemption=replace(MADE, until=""))
    assert (
        "Contacts still overflow into Tier 2: 1 rule off, 1 backup queue removed; until it is lifted"
        == headline(left)
    )
    some = replace(done, result=None, disabled=0, exemption=replace(MADE, sources=("a",)))
    assert headline(some).startswith(
        "Nothing overflows into Tier 2 from the queues that were named any more: "
    )


def test_loops_have_a_sentence_of_their_own() -> None:
    loops = replace(MADE, target="", target_name="", edges=(("a", "b"),))
    assert (
        "Nothing overflows in a circle any more: 1 rule off, 1 backup queue removed; until 10:30 UTC"
        == headline(Stopped("stop", loops, RESULT, 1, 1))
    )
    assert (
        "Rules that close loops are still in force: nothing was changed, so no stop is in force"
        == headline(Stopped("stop", loops, left=("x",)))
    )
    assert (
        "Not known whether contacts still overflow into Tier 2: 1 rule off, 1 backup queue removed; "
        "until 10:30 UTC; see syncer status" == headline(Stopped("stop", MADE, RESULT, 1, 1, unread=True))
    )
    assert "Nothing overflows in a circle any more: nothing was sent" == headline(
        Stopped("stop", replace(loops, edges=()))
    )


def test_a_lift_that_failed_says_that_the_stop_is_in_force() -> None:
    lifted = Stopped("lift", MADE, RESULT, 1, 1)
    assert "Lifted: the stop of overflow into Tier 2; 2 rules back" == headline(lifted)
    twice = replace(lifted, also=(MADE,))
    assert "Lifted: the stop of overflow into Tier 2; 2 rules back" == headline(twice)
    failed = replace(lifted, result=replace(RESULT, status="in part"))
    assert (
        "Still in force: the stop of overflow into Tier 2; lift it again, or end the hold alone: "
        'syncer stop "Tier 2" --lift --no-restore' == headline(failed)
    )
    assert "Lifted: the stop of overflow into Tier 2; nothing was sent" == headline(
        replace(lifted, result=None)
    )


def test_another_day_is_named() -> None:
    assert "until 10:30 UTC" == until_in_words(MADE)
    assert "until 2026-03-02 00:10 UTC" == until_in_words(replace(MADE, until="2026-03-02T00:10:00Z"))


def test_an_exception_has_one_line() -> None:
    assert (
        "the stop of overflow into Tier 2 since 2026-03-01 08:30 UTC, until 2026-03-01 10:30 UTC (run run)"
        == exception_in_words(MADE, NOW)
    )
