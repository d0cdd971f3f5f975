"""What an error says of a run whose journal or audit could not be written any more."""

from syncer.applying.cut_short import cut_short
from syncer.errors import AuditError
from syncer.model.plan import Outcome, Status
from tests.applying.scripted import change

FULL = AuditError("the journal can't be written: No space left on device", hint="Nothing is sent.")


def outcomes(*statuses: Status) -> list[Outcome]:
    return [Outcome(change(f"q{n}"), status, attempts=1) for n, status in enumerate(statuses)]


def test_nothing_is_added_where_nothing_was_sent() -> None:
    skipped = Outcome(change("a"), Status.SKIPPED)
    assert FULL is cut_short(FULL, [], 3)
    assert FULL is cut_short(FULL, [skipped], 3)


def test_what_was_written_and_what_was_not_is_counted_and_named() -> None:
    known = outcomes(*[Status.APPLIED] * 4, Status.MERGED, Status.FAILED)
    found = cut_short(FULL, known, 50)
    assert (
        f"{FULL.message}; before that 5 of 50 queues were written (Q0, Q1, Q2 and 2 more); 45 not; "
        "nothing more was sent" == found.message
    )
    assert "Nothing is sent" not in found.hint
    assert "run the same command again" in found.hint


def test_what_is_not_known_is_said() -> None:
    found = cut_short(FULL, outcomes(Status.UNKNOWN, Status.APPLIED), 2)
    assert "1 of 2 queues were written (Q1); for 1 it is not known (Q0); nothing more" in found.message


def test_the_last_outcome_of_a_queue_counts() -> None:
    [first] = outcomes(Status.APPLIED)
    [last] = outcomes(Status.TAKEN_BACK)
    assert "before that 0 of 2 queues were written; 2 not" in cut_short(FULL, [first, last], 2).message
