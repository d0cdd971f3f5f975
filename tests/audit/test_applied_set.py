"""A set of policies in the record: what was applied, what was refused since, and which of two is newer."""

import json

import pytest

from syncer.audit.applied_set import MOST_REFUSED, AppliedSet, RefusedRun, newest_sets, set_of

APPLIED = AppliedSet("billing").applied("c1", "r1", "2026-11-27T08:00:00Z")
REFUSED = RefusedRun("r2", "2026-11-27T09:00:00Z", "c2", "frozen")


def test_a_set_is_read_back_as_it_was_written() -> None:
    known = APPLIED.with_refused(REFUSED)
    assert known == set_of(json.loads(json.dumps(known.as_json())))


def test_what_was_refused_is_forgotten_with_the_next_apply() -> None:
    again = APPLIED.with_refused(REFUSED).applied("c2", "r3", "2026-11-27T10:00:00Z")
    assert AppliedSet("billing", "c2", "r3", "2026-11-27T10:00:00Z") == again


def test_of_many_refusals_the_newest_are_kept() -> None:
    known = APPLIED
    for number in range(MOST_REFUSED + 5):
        known = known.with_refused(RefusedRun(f"r{number}", "2026-11-27T09:00:00Z"))
    assert [f"r{number}" for number in range(5, MOST_REFUSED + 5)] == [each.run for each in known.refused]


LATER = APPLIED.applied("c3", "r3", "2026-11-27T11:00:00Z")


@pytest.mark.parametrize(
    ("ours", "theirs", "newer"),
    [
        (APPLIED, LATER, LATER),
        (LATER, APPLIED, LATER),
        (APPLIED.with_refused(REFUSED), APPLIED, APPLIED.with_refused(REFUSED)),
        (APPLIED, APPLIED.with_refused(REFUSED), APPLIED.with_refused(REFUSED)),
        (LATER, APPLIED.with_refused(REFUSED), LATER),
    ],
)
def test_of_two_sides_that_counts_which_was_applied_later(
    ours: AppliedSet, theirs: AppliedSet, newer: AppliedSet
) -> None:
    assert {"billing": newer} == newest_sets({"billing": ours}, {"billing": theirs})


def test_a_set_that_one_side_alone_knows_stays() -> None:
    assert {"": APPLIED, "billing": LATER} == newest_sets({"": APPLIED}, {"billing": LATER})
