from typing import Any

import pytest

from syncer.audit.deviations import Deviation, deviations, without_entry
from tests.audit.histories import Entry, change, numbered, run, story


def kinds(*entries: Entry) -> list[tuple[str, str]]:
    linked = numbered(list(entries))
    return [(found.kind, found.detail) for found in deviations(linked, without_entry(linked.copy))]


def test_a_run_without_an_entry_is_known_wherever_its_changes_are() -> None:
    entries = [change("r1"), run("r1"), change("r2"), change("r3"), run("r3"), change("r1")]
    assert {"r2"} == without_entry(entries.copy)


def test_an_ordinary_run_has_none() -> None:
    assert [] == kinds(change("r"), run("r"))


def test_those_of_a_story() -> None:
    assert [
        Deviation("change failed", "2", "r1", "Care: no answer"),
        Deviation("run in part", "3", "r1", ""),
        Deviation("limit overridden", "5", "r2", "--allow-delete: more calls in winter"),
    ] == list(deviations(story(), without_entry(story)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"status": "lost"}, ("run lost", "")),
        ({"status": "failed", "detail": "the disk is full"}, ("run failed", "the disk is full")),
        (
            {"overrides": ["--allow-frozen"], "justification": ""},
            ("limit overridden without a justification", "--allow-frozen"),
        ),
        ({"clockOffsetMs": -5_001}, ("clock off", "-5001 ms")),
        ({"segregation": "self-approved"}, ("approved by the requester", "ann")),
        ({"approvers": [], "approval": "auto-approve"}, ("no approver known", "auto-approve")),
        ({"policies": {"dirty": True}}, ("policies with edits that no commit has", "c0ffee")),
        (
            {"origin": {"user": "eve", "unverified": "no ID token"}},
            ("identity claimed, not verified", "eve: no ID token"),
        ),
        ({"origin": {"user": "eve"}}, ("identity claimed, not verified", "eve")),
        ({"timestamp": "edited"}, ("time that can't be read", "edited")),
    ],
)
def test_of_a_run(values: dict[str, Any], expected: tuple[str, str]) -> None:
    assert [expected] == kinds(run("r", **values))


@pytest.mark.parametrize(
    "values", [{"clockOffsetMs": 5_000}, {"clockOffsetMs": None}, {"segregation": "unknown"}]
)
def test_what_is_ordinary(values: dict[str, Any]) -> None:
    assert [] == kinds(run("r", **values))


def test_of_a_change() -> None:
    assert [("change without the entry of its run", "Sales")] == kinds(change("r"))
    recovered = change("r", recoveredBy={"run": "r2", "user": "bob"})
    assert [("recorded by a later run", "run r2, by bob")] == kinds(recovered, run("r"))


def test_a_refusal_needs_no_approver_and_a_check_no_evidence() -> None:
    assert [] == kinds(run("r", status="refused", approvers=[], origin={}), {**run("c"), "kind": "check"})


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [1]])
def test_what_was_edited_into_a_trail_breaks_nothing(value: Any) -> None:
    keys = {*change("r"), *run("r"), "recoveredBy", "clockOffsetMs"}
    assert kinds(
        *({**dict.fromkeys(keys, value), "kind": kind, "status": "done"} for kind in ("run", "change"))
    )
