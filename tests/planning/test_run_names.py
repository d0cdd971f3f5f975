"""A run by the beginning of its id."""

import pytest

from syncer.errors import AuditError
from syncer.planning.run_names import full_id

RUNS = ["20260301T083000Z-9f2c41", "20260301T083000Z-aa0000", "20260302T083000Z-9f2c41"]


@pytest.mark.parametrize(
    ("said", "found"),
    [(RUNS[0], RUNS[0]), ("20260302", RUNS[2]), ("20260301T083000Z-a", RUNS[1])],
)
def test_an_id_or_the_beginning_that_one_run_has(said: str, found: str) -> None:
    assert found == full_id(said, RUNS, RUNS)


def test_a_run_that_changed_something_goes_before_those_that_did_not() -> None:
    assert RUNS[1] == full_id("20260301", RUNS, [RUNS[1]])


@pytest.mark.parametrize(
    ("said", "words", "reason"),
    [
        ("2027", "the audit trail has no run 2027 at here", "unknown-run"),
        ("", "the audit trail has no run  at here", "unknown-run"),
        ("20260301", f"2 runs begin with 20260301; the newest: {RUNS[0]}, {RUNS[1]}", "ambiguous-run"),
    ],
)
def test_none_or_several(said: str, words: str, reason: str) -> None:
    with pytest.raises(AuditError) as error:
        full_id(said, RUNS, RUNS, "here")
    assert (words, reason) == (error.value.message, error.value.reason)
