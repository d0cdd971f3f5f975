"""Outcomes by cause: three of a kind are shown, the rest is counted."""

from syncer.model.plan import Outcome, Status
from syncer.report.causes import More, by_cause, outcome_rows
from tests.applying.scripted import change


def failed(number: int, detail: str = "PUT /queues/q{}: 403 no") -> Outcome:
    return Outcome(change(f"q{number}"), Status.FAILED, detail.format(number))


def test_what_failed_for_one_reason_is_shown_three_times_and_counted() -> None:
    found = list(by_cause([failed(number) for number in range(30)], verbose=False))
    assert [failed(0), failed(1), failed(2), More(Status.FAILED, 27)] == found
    assert "and 27 more, for the same reason" == More(Status.FAILED, 27).words


def test_a_count_of_one_would_save_nothing() -> None:
    outcomes = [failed(number) for number in range(4)]
    assert outcomes == list(by_cause(outcomes, verbose=False))


def test_what_is_done_and_what_differs_is_shown_each() -> None:
    done = [Outcome(change(f"d{number}"), Status.APPLIED) for number in range(5)]
    other = [failed(number, "{}: gone") for number in range(5)]
    assert [*done, *other] == list(by_cause([*done, *other], verbose=False))


def test_one_cause_with_two_statuses_is_two() -> None:
    skipped = [Outcome(change(f"s{number}"), Status.SKIPPED, "no") for number in range(5)]
    outcomes = [*skipped, *(failed(number, "no") for number in range(5))]
    counts = [each for each in by_cause(outcomes, verbose=False) if isinstance(each, More)]
    assert [More(Status.SKIPPED, 2), More(Status.FAILED, 2)] == counts


def test_verbose_shows_all() -> None:
    outcomes = [failed(number) for number in range(30)]
    assert outcomes == list(by_cause(outcomes, verbose=True))


def test_rows_of_a_table() -> None:
    rows = outcome_rows([failed(number) for number in range(5)], str.upper, verbose=False)
    assert [
        ["Q0", "failed", "0", "PUT /QUEUES/Q0: 403 NO"],
        ["", "failed", "", "and 2 more, for the same reason"],
    ] == [rows[0], rows[-1]]
    assert 4 == len(rows)
