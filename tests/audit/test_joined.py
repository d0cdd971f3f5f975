from typing import Any

import pytest

from syncer.audit.joined import COLUMNS, Runs, flat, identity, row_of, rows
from tests.audit.histories import change, run, story
from tests.audit.trails import whole_run


def test_a_change_has_who_and_why_of_its_run() -> None:
    first = next(rows(story(), Runs(story())))
    expected = {
        "n": 1,
        "run": "r1",
        "queueName": "Sales",
        "rule": "10 % after 60 s ⇒ 20 % after 60 s",
        "status": "applied",
        "success": True,
        "user": "ann",
        "commit": "c0ffee",
        "environment": "prod",
        "organizationId": "o1",
        "organizationName": "Acme",
        "requester": "ann",
        "approvers": ("bob",),
        "segregation": "ok",
        "ticket": "CHG-7",
        "justification": "more calls in winter",
        "policiesDigest": f"sha256:{'2' * 64}",
        "policiesDirty": False,
        "planSignature": "checked",
        "runAction": "APPLY_RUN",
        "runStatus": "in part",
        "runStartedAt": "2026-11-01T07:59:00.000Z",
        "runEndedAt": "2026-11-01T09:00:00.000Z",
        "overrides": (),
        "hash": story()[0]["hash"],
    }
    assert expected == {key: first[key] for key in expected}


def test_who_ran_it_is_said_by_the_change_itself() -> None:
    own = {"user": "eve", "verified": True, "source": "gitlab"}
    row = row_of(change("r", origin=own), run("r"))
    assert ("eve", "verified", True, "gitlab") == tuple(
        row[key] for key in ("user", "identity", "verified", "source")
    )


def test_an_entry_of_an_older_trail_and_one_without_its_run_have_all_columns() -> None:
    entries = whole_run()
    for row in (*rows(entries[:3], Runs(entries)), *rows(entries[:3], Runs())):
        assert COLUMNS == tuple(row)
    row = row_of(entries[0], None)
    assert ("claimed", None, False, None, ()) == tuple(
        row[key] for key in ("identity", "ticket", "verified", "runStatus", "overrides")
    )


def test_the_overrides_are_those_of_the_run() -> None:
    found = list(rows([entry for entry in story() if entry["kind"] == "change"], Runs(story())))
    assert [(), (), ("--allow-delete",)] == [row["overrides"] for row in found]


def test_the_newest_of_two_entries_of_a_run_counts() -> None:
    runs = Runs([run("r", status="cut off"), run("r", status="done")])
    assert "done" == row_of(change("r"), runs.of(change("r")))["runStatus"]


def test_equal_texts_are_kept_once_as_far_as_there_are_few_of_them() -> None:
    many = [run(f"r{number}", ticket=f"CHG-{number}", planDigest="") for number in range(6_000)]
    runs = Runs(many)
    first, last = runs.of({"run": "r0"}), runs.of({"run": "r5999"})
    assert first is not None
    assert last is not None
    assert ("CHG-0", "CHG-5999") == (first["ticket"], last["ticket"])


def test_what_is_not_flat_is_its_json() -> None:
    values: list[Any] = [None, "a", True, 5, 2.5, ["a", "b"], [1], {"a": [1]}]
    assert [None, "a", True, 5, 2.5, ("a", "b"), "[1]", '{"a": [1]}'] == [flat(value) for value in values]


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [1]])
def test_what_was_edited_into_a_trail_breaks_nothing(value: Any) -> None:
    keys = {*change("r"), *run("r"), "recoveredBy"}
    entry = dict.fromkeys(keys, value) | {"kind": "run"}
    assert COLUMNS == tuple(row_of(entry, Runs([entry]).of(entry)))


def test_nobody_vouches_for_a_user_but_whoever_says_true() -> None:
    assert ["verified", *["claimed"] * 4] == [
        identity(each)
        for each in ({"verified": True}, {"verified": 1}, {"verified": "true"}, {"verified": False}, {})
    ]
