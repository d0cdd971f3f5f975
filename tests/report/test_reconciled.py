"""A trail held against the audit of the organization, as JSON. That it is what the schema says is held by the
samples."""

import json
from dataclasses import replace
from typing import Any

import pytest

from syncer.errors import WrongUsage
from syncer.report import render
from syncer.report.reconciled import COLUMNS, Reconciled, rows
from syncer.report.views import Report
from tests.report.report_samples import NOW, reconciled


def document(view: Reconciled) -> Any:
    return json.loads(render("json", Report("audit reconcile", view=view)))["result"]


def test_each_list_is_data() -> None:
    found = document(reconciled("Q"))
    assert (False, 7, 3, ["Q"]) == (
        found["agrees"],
        found["queues_compared"],
        found["member_events"],
        found["unknown"],
    )
    assert [1, 2, 1, 1, 3] == [
        len(found[name]) for name in ("matched", "not_in_trail", "not_in_audit", "not_yet_known", "by_others")
    ]
    [pair] = found["matched"]
    assert {"queue": {"id": "q", "name": "Q"}, "run": "Q", "user": "Q", "status": "Q", "at": NOW} == pair[
        "put"
    ]
    assert {"property": "Q", "old": ["Q"], "new": ["Q", "Q"]} == pair["event"]["changes"][0]
    assert {"id": "none", "name": "none"} == found["not_in_trail"][1]["queue"]
    assert {"id": "none", "name": "Q"} == found["not_yet_known"][0]["queue"]


def test_rows_have_every_column_and_one_for_a_write_without_a_property() -> None:
    found = list(rows(reconciled("Q")))
    assert {COLUMNS} == {tuple(row) for row in found}
    bare = [row for row in found if row["queueId"] == "none" and row["finding"] == "not in the trail"]
    assert [("", "Q")] == [(row["property"], row["action"]) for row in bare]
    assert ["Q", ""] == [
        row["ranBy"] for row in found if row["finding"] in ("not in the audit", "not yet known")
    ]


def test_it_has_rows_for_spreadsheets_alone() -> None:
    report = Report("audit reconcile", view=replace(reconciled("Q")))
    assert render("csv", report).startswith("finding,at,")
    for name in ("jsonl", "ocsf"):
        with pytest.raises(WrongUsage, match="can't show"):
            render(name, report)
