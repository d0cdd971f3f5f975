import csv
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.joined import COLUMNS, Runs, rows
from syncer.errors import SyncerError
from syncer.report import reconciled, render
from syncer.report.csv import cell
from syncer.report.lookups import AuditExported
from syncer.report.views import Report
from tests.audit.histories import change, run, story
from tests.report.report_samples import HOSTILE, reports

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    " =1",
    "\u3000＝1",
)
CHARACTERS = st.text(st.characters(exclude_categories=()), max_size=20)


def exported(*entries: dict[str, Any]) -> Report:
    changes = [entry for entry in entries if entry["kind"] == "change"]
    return Report("audit export", view=AuditExported(list(rows(changes, Runs(entries)))))


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_a_head_and_a_line_a_change() -> None:
    text = render("csv", exported(*story()))
    lines = text.split("\r\n")
    assert ",".join(COLUMNS) == lines[0]
    assert (5, "") == (len(lines), lines[-1])
    first = read(text)[0]
    expected = {
        "n": "1",
        "queueName": "Sales",
        "success": "true",
        "approvers": "bob",
        "occurredAt": "",
        "justification": "more calls in winter",
        "rule": "10 % after 60 s ⇒ 20 % after 60 s",
    }
    assert expected == {key: first[key] for key in expected}
    assert '"threshold": 10' in first["before"]


def test_a_trail_without_changes_has_a_head_and_an_error_has_nothing() -> None:
    assert f"{','.join(COLUMNS)}\r\n" == render("csv", exported())
    assert "" == render("csv", Report("audit export", 1, error=SyncerError("no")))


@pytest.mark.parametrize("text", FORMULAS)
def test_what_begins_like_a_formula_is_text(text: str) -> None:
    assert cell(text).startswith("'")
    (row,) = read(render("csv", exported(change("r", queueName=text), run("r", approvers=[text]))))
    assert (True, True) == (row["queueName"].startswith("'"), row["approvers"].startswith("'"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (-2.5, "-2.5"),
        ((), ""),
        (("a", "b"), "a; b"),
        ("a=b", "a=b"),
        ("a\nb", "a\\x0ab"),
    ],
)
def test_cells(value: Any, expected: str) -> None:
    assert expected == cell(value)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_row_is_one_line_whatever_a_name_holds(name: str) -> None:
    text = render("csv", exported(change("r", queueName=name, detail=name), run("r", justification=name)))
    assert 2 == text.count("\n") == text.count("\r\n")
    assert text.replace("\r\n", "").isprintable()
    assert 1 == len(read(text))


@given(CHARACTERS)
def test_no_cell_that_is_text_begins_like_a_formula(name: str) -> None:
    (row,) = read(render("csv", exported(change("r", queueName=name, note=name), run("r", ticket=name))))
    for key in ("queueName", "note", "ticket"):
        assert row[key].lstrip(" \u00a0\u3000")[:1] not in {
            "=",
            "+",
            "-",
            "@",
            "＝",
            "＋",
            "－",
            "＠",
            "\t",
            "\r",
        }


def test_a_trail_held_against_an_audit_has_a_line_a_property() -> None:
    found = read(render("csv", reports("=1")["audit reconcile"]))
    assert {
        "matched": 2,
        "not in the trail": 3,
        "by others": 5,
        "not in the audit": 1,
        "not yet known": 1,
    } == (Counter(line["finding"] for line in found))
    first = found[0]
    assert ("'=1", "'=1; =1", "'=1; =1", "'=1") == (
        first["queueName"],
        first["addresses"],
        first["new"],
        first["run"],
    )
    assert list(reconciled.COLUMNS) == list(first)


def test_a_simulation_is_a_line_a_queue() -> None:
    found = read(render("csv", reports("=1")["simulate"]))
    assert ["'=1"] * 5 == [each["queue"] for each in found]
    assert ("150.0", "210.0", "false", "true") == (
        found[0]["before_base_load"],
        found[0]["after_base_load"],
        found[0]["before_over"],
        found[0]["after_over"],
    )
