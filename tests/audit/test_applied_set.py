"""A set of policies in the record: what was applied, what was refused since, and which of two is newer."""

import json

import pytest

from syncer.audit.applied_set import (
    MOST_PARTS,
    MOST_REFUSED,
    AppliedSet,
    RefusedRun,
    TrailPart,
    newest_sets,
    set_of,
)

APPLIED = AppliedSet("billing").applied("c1", "r1", "2026-11-27T08:00:00Z")
REFUSED = RefusedRun("r2", "2026-11-27T09:00:00Z", "c2", "frozen")


def test_a_set_is_read_back_as_it_was_written() -> None:
    known = APPLIED.with_refused(REFUSED)
    assert known == set_of(json.loads(json.dumps(known.as_json())))


def test_what_was_refused_is_forgotten_with_the_next_apply() -> None:
    again = APPLIED.with_refused(REFUSED).applied("c2", "r3", "2026-11-27T10:00:00Z")
    assert AppliedSet("billing", "c2", "r3", "2026-11-27T10:00:00Z") == again


def test_the_commit_that_was_applied_as_a_whole_stays_known_after_one_in_part() -> None:
    whole = APPLIED.ended(whole=True)
    part = whole.applied("c2", "r2", "2026-11-27T10:00:00Z").ended(whole=False)
    assert (("c1", ""), ("c1", "in part")) == ((whole.whole, whole.state), (part.whole, part.state))
    again = part.applied("c2", "r3", "2026-11-27T11:00:00Z").ended(whole=True)
    assert ("c2", "") == (again.whole, again.state)
    assert (again, "rolled back") == (again.undone("r2"), again.undone("r3").state)


def test_a_set_of_an_older_file_was_applied_as_a_whole() -> None:
    document = APPLIED.as_json()
    del document["whole"], document["state"]
    assert ("c1", "") == (set_of(document).whole, set_of(document).state)


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


def part(run: int, first: int, last: int) -> TrailPart:
    return TrailPart(f"r{run}", f"https://gitlab/-/jobs/{run}", first, f"h{first}", last, f"h{last}")


def test_what_runs_added_to_the_trail_is_known_by_both_ends() -> None:
    known = APPLIED.with_part(part(1, 1, 3)).with_part(part(2, 4, 7))
    assert (7, "h7") == (known.entry, known.head)
    assert {1: "h1", 3: "h3", 4: "h4", 7: "h7"} == known.heads
    assert known == set_of(json.loads(json.dumps(known.as_json())))
    assert (known.parts, "billing") == (
        AppliedSet("billing").with_trail_of(known).parts,
        AppliedSet("billing").with_trail_of(known).name,
    )


def test_a_run_that_adds_more_keeps_its_first_entry() -> None:
    known = APPLIED.with_part(part(1, 1, 3)).with_part(part(1, 4, 7))
    assert (part(1, 1, 7),) == known.parts


def test_of_many_parts_the_first_and_the_newest_are_kept() -> None:
    known = APPLIED
    for number in range(1, MOST_PARTS + 11):
        known = known.with_part(part(number, number, number))
    assert [1, *range(12, MOST_PARTS + 11)] == [each.entry for each in known.parts]


def test_a_set_of_an_older_version_has_no_parts() -> None:
    document = APPLIED.as_json()
    del document["parts"]
    assert APPLIED == set_of(document)
    assert {} == APPLIED.heads
    assert {4: "h4"} == AppliedSet(entry=4, head="h4").heads
