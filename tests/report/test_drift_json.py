"""Drift as JSON."""

from dataclasses import replace
from typing import Any

from syncer.model.change import Moved, Unmanaged
from syncer.report.drift_json import drift_document, unmanaged_document
from syncer.report.views import Drifted
from tests.report.report_samples import applied_set, reports, waiting


def test_what_is_pending_says_since_when() -> None:
    drift = waiting("Q")
    known = drift_document(Drifted(drift, applied=applied_set("Q")))
    run = {"run": "Q", "at": "Q", "commit": "Q"}
    assert (run, [{**run, "reason": "Q"}]) == (
        known["pending_since"]["applied"],
        known["pending_since"]["refused"][:1],
    )
    commit = drift.plan.source.commit
    nothing: dict[str, Any] = {"commit": commit, "applied": None, "refused": []}
    assert nothing == drift_document(Drifted(drift))["pending_since"]
    refused = replace(applied_set("Q"), run="")
    assert drift_document(Drifted(drift, applied=refused))["pending_since"]["applied"] is None
    assert "pending_since" not in drift_document(Drifted(replace(drift, pending=())))


def test_each_rule_says_who_moved_it() -> None:
    view = reports("Q")["drift, remembered"].view
    assert isinstance(view, Drifted)
    moved = [each["moved"] for each in drift_document(view)["rules"]]
    assert (Moved.LIVE.value, Moved.BOTH.value) == (moved[0], moved[-1])


def test_queues_that_no_policy_describes_are_there_where_they_were_asked_for() -> None:
    assert {} == unmanaged_document(None)
    (found,) = unmanaged_document([Unmanaged("q", "Q", ("a rule",), "us", ("a ring",))])["unmanaged"]
    assert {
        "queue": {"id": "q", "name": "Q"},
        "rules": ["a rule"],
        "owner": "us",
        "within": ["a ring"],
    } == found
