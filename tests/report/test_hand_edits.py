"""The hand edits that a run overwrote, in words."""

from typing import Any

import pytest

from syncer.report.binder.markdown import entries_table
from syncer.report.hand_edits import hand_edits_in_words
from syncer.report.lookups import AuditShown
from tests.report.report_samples import entries
from tests.report.text.as_text import text

EDIT = {
    "queue": {"id": "a", "name": "Front"},
    "kind": "overflow",
    "target": {"id": "b", "name": "Back"},
    "moved": "live",
}


def run(*edits: Any, **values: Any) -> dict[str, Any]:
    return {"kind": "run", "status": "done", "handEdits": list(edits), **values}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (run(EDIT), "; overwrote a hand edit: Front → Back"),
        (run(EDIT, EDIT), "; overwrote 2 hand edits: Front → Back, Front → Back"),
        (run({**EDIT, "target": {"id": "", "name": ""}}), "; overwrote a hand edit: Front"),
        (run({"queue": {"id": "a"}}), "; overwrote a hand edit: a"),
        (run(EDIT, status="in part"), "; was to overwrite a hand edit: Front → Back"),
        (run(EDIT, status="refused"), "; would have overwritten a hand edit: Front → Back"),
        (run(*[EDIT] * 22), f"; overwrote 22 hand edits: {', '.join(['Front → Back'] * 20)} and 2 more"),
        (run(), ""),
        (run(EDIT, kind="change"), ""),
        ({"kind": "run", "handEdits": "none"}, ""),
    ],
)
def test_what_a_run_overwrote_is_named(entry: dict[str, Any], words: str) -> None:
    assert words == hand_edits_in_words(entry)


def test_the_trail_names_them_and_names_are_escaped() -> None:
    (entry,) = [each for each in entries("Q") if each["kind"] == "run"]
    edit = {**EDIT, "queue": {"id": "a", "name": "\x1b[31m|`x"}}
    (line,) = text(AuditShown([{**entry, "handEdits": [edit]}]))
    assert "; overwrote a hand edit: " in line and line.endswith("→ Back")
    assert "\x1b" not in line
    row = [*entries_table([{**entry, "handEdits": [edit]}])][-2]
    assert "overwrote a hand edit: " in row and "\x1b" not in row
    assert 8 == row.replace("\\|", "").count("|")
