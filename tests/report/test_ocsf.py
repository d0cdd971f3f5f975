import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.audit.joined import COLUMNS, Runs, rows
from syncer.report import render
from syncer.report.lookups import AuditExported
from syncer.report.views import Report
from tests.audit.histories import change, run, story
from tests.audit.trails import whole_run
from tests.report.report_samples import HOSTILE

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "ocsf.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def events(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    changes = [entry for entry in entries if entry["kind"] == "change"]
    view = AuditExported(list(rows(changes, Runs(entries))))
    return [json.loads(line) for line in render("ocsf", Report("x", view=view)).splitlines()]


def test_every_event_has_what_the_class_requires() -> None:
    evidence = run("r", client="c1", tool="1.0", overrides=["--allow-delete"])
    whole = change("r", recordedAt="2026-11-01T08:00:01.000Z", latencyMs=12.6, n=1, hash="h", detail="why")
    found = [
        *events(*story()),
        *events(*whole_run()),
        *events(whole, evidence),
        *events(change("r", origin=None)),
    ]
    assert [] == [error.message for event in found for error in VALIDATOR.iter_errors(event)]
    written = {key for event in found for key in event}
    assert set(SCHEMA["properties"]) == written


def test_an_update_is_told_whole() -> None:
    (event,) = events(change("r", n=7, hash="h", note="a note"), run("r", client="c1", tool="1.0"))
    expected = {
        "activity_id": 3,
        "type_uid": 300403,
        "time": 1793520000000,
        "severity_id": 1,
        "status_id": 1,
        "status_code": "applied",
        "comment": "more calls in winter",
        "message": "UPDATE_OVERFLOW_RULE: Sales: 10 % after 60 s ⇒ 20 % after 60 s",
        "actor": {"app_name": "syncer", "app_uid": "c1", "user": {"name": "ann"}},
        "src_endpoint": {"hostname": "h"},
    }
    assert expected == {key: event[key] for key in expected}
    assert ("h", 7, "r", "o1") == tuple(
        event["metadata"][key] for key in ("uid", "sequence", "correlation_uid", "tenant_uid")
    )
    assert (10, 20) == tuple(event[key]["data"]["threshold"] for key in ("entity", "entity_result"))
    assert ("CHG-7", ["bob"], "a note", "Acme") == tuple(
        event["unmapped"][key] for key in ("ticket", "approvers", "note", "organizationName")
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"action": "CREATE_BACKUP_QUEUE"}, (1, 1, 1)),
        ({"action": "DELETE_OWNER_MARK"}, (4, 1, 1)),
        ({"action": "edited"}, (99, 1, 1)),
        ({"success": False, "status": "failed"}, (3, 2, 3)),
        ({"success": False, "status": "unknown"}, (3, 0, 3)),
    ],
)
def test_activity_status_and_severity(values: dict[str, Any], expected: tuple[int, ...]) -> None:
    (event,) = events(change("r", **values))
    assert expected == (event["activity_id"], event["status_id"], event["severity_id"])


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_whole(name: str) -> None:
    (event,) = events(change("r", queueName=name), run("r", justification=name))
    assert (name, name) == (event["entity"]["name"], event["comment"])


@pytest.mark.parametrize("value", [None, 5, "x", [], {}, [1]])
def test_what_was_edited_into_a_trail_breaks_nothing(value: Any) -> None:
    keys = {*change("r"), *run("r"), *COLUMNS}
    assert 1 == len(events(dict.fromkeys(keys, value) | {"kind": "change"}))
