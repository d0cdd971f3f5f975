from datetime import UTC, datetime
from typing import Any

import pytest

from syncer.audit.cover import Attested
from syncer.audit.deviations import Deviation
from syncer.audit.filters import Filters
from syncer.audit.period import Period
from syncer.audit.sample import METHOD
from syncer.audit.verify import Break, Verification
from syncer.report.binder.words import (
    MOST_BREAKS,
    UNATTESTED,
    Fact,
    cover_facts,
    exception_counts,
    heading_of,
    run_facts,
    warning_of,
)
from tests.audit.histories import run
from tests.report.binders import HEAD, cover

BREAK = Break(2, "edited", "it was")


def facts(**values: Any) -> dict[str, str]:
    return {fact.label: f"{fact.told}|{fact.remark}" for fact in cover_facts(cover("x", **values))}


def told(**values: Any) -> dict[str, str]:
    return {fact.label: f"{fact.told}|{fact.remark}" for fact in run_facts(run("r1", **values))}


def test_the_first_page() -> None:
    assert [
        Fact("Made at", "", "2026-11-27T08:00:00.000Z"),
        Fact("Made by", "x on x", "as the environment claims"),
        Fact("Made with", "", "syncer 1.0"),
        Fact("Period", "", "from the first entry to the last entry"),
        Fact("Only queue", "x or other"),
        Fact("Only user", "x"),
        Fact("Trail", "x", f"1,234 bytes, SHA-256 {'a' * 64}"),
        Fact("Verification", "", "whole: 65 entries"),
        Fact("Head", "x"),
        Fact("Attested head", HEAD, "entry 23 of 65; 42 rest on the chain alone"),
        Fact("Attested head", f"sha256:{'b' * 64}", "NOT in the trail"),
        Fact("Population", "", "1,234 changes, whatever their result"),
        Fact(
            "Sample",
            "",
            f"25 of 1,234 changes, drawn with seed 7: {METHOD}",
        ),
        Fact("Undated", "", "1 entry without a readable time: counted in every period"),
    ] == list(cover_facts(cover("x")))


def test_a_period_says_that_its_end_is_not_in_it() -> None:
    period = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert (
        "|from 2026-11-01T00:00:00.000Z up to, and without, 2026-12-01T00:00:00.000Z"
        == facts(filters=Filters(period))["Period"]
    )


def test_what_is_not_there_is_said() -> None:
    found = facts(files=(), heads=(), sample=None, undated=0, made_by="", host="")
    assert ("|there is none", f"|{UNATTESTED}", "nobody known|as the environment claims") == (
        found["Trail"],
        found["Attested head"],
        found["Made by"],
    )
    assert {"Sample", "Undated"} & set(found) == set()


def test_a_broken_trail_is_a_warning_and_names_its_breaks() -> None:
    assert "" == warning_of(cover("x"))
    assert (
        "The audit trail is broken in 1 place. What it states about runs and changes is not evidence."
        == warning_of(cover("x", BREAK))
    )
    many = [BREAK] * (MOST_BREAKS + 1)
    found = list(cover_facts(cover("x", *many)))
    assert Fact("Verification", "", "BROKEN: 21 breaks in 65 entries") in found
    assert MOST_BREAKS == found.count(Fact("Break, line 2", "it was", "edited"))


def test_all_entries_may_be_attested() -> None:
    found = facts(heads=(Attested(HEAD, 1),), verification=Verification(1, HEAD))
    assert f"{HEAD}|entry 1 of 1; 0 rest on the chain alone" == found["Attested head"]
    assert "|whole: 1 entry" == found["Verification"]


def test_a_run_with_all_evidence() -> None:
    assert {
        "When": "2026-11-01T07:59:00.000Z to 2026-11-01T09:00:00.000Z|",
        "Person": "ann|verified",
        "Requester": "ann|",
        "Approver": "bob|not the requester",
        "Ticket": "CHG-7|",
        "Justification": "more calls in winter|",
        "Commit": "c0ffee|",
        "Policies": f"sha256:{'2' * 64}|as committed",
        "Plan": "sha256:plan|signature checked",
        "Where": "prod of Acme (o1)|",
    } == told()


def test_who_should_be_known_and_isn_t_is_said() -> None:
    found = told(origin={}, approvers=[], segregation="unknown")
    assert ("nobody known|claimed, not verified", "|none known") == (found["Person"], found["Approver"])
    assert "eve|claimed, not verified" == told(origin={"user": "eve"})["Person"]
    assert "bob|self-approved" == told(segregation="self-approved")["Approver"]


def test_a_refusal_has_its_code_and_an_undo_its_run() -> None:
    found = told(status="refused", reason="too-much-change", detail="too much:\n9 of 10", undoes="r0")
    assert ("too-much-change|", "too much; 9 of 10|", "r0|") == tuple(
        found[key] for key in ("Refused", "Detail", "Undoes")
    )
    assert "|an older version, which kept no code" == told(status="refused")["Refused"]
    assert "lost-runner|" == told(status="lost", reason="lost-runner")["Reason"]


def test_overrides_and_edits_that_no_commit_has() -> None:
    found = told(overrides=["--allow-delete", "--allow-frozen"], policies={"digest": "d", "dirty": True})
    assert ("--allow-delete --allow-frozen|", "d|with uncommitted edits") == (
        found["Overrides"],
        found["Policies"],
    )


def test_a_run_is_called_by_what_it_did() -> None:
    assert "r1: apply done" == heading_of(run("r1"))
    assert "r1: rollback failed" == heading_of(run("r1", action="ROLLBACK_RUN", status="failed"))


def test_exceptions_are_counted_by_kind() -> None:
    found = [Deviation(kind, "1", "r") for kind in ("b", "a", "b")]
    assert [("a", 1), ("b", 2)] == list(exception_counts(found).items())


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [1]])
def test_what_was_edited_into_a_trail_breaks_nothing(value: Any) -> None:
    entry = dict.fromkeys(run("r"), value)
    assert heading_of(entry)
    assert run_facts(entry)
