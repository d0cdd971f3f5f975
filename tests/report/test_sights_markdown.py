"""``status`` and ``into`` as Markdown."""

from dataclasses import replace
from typing import Any

from syncer.report import render
from syncer.report.views import Report
from tests.report.report_samples import CALM, flowing, situation


def lines(view: Any, command: str = "status") -> list[str]:
    return render("markdown", Report(command, view=view)).splitlines()


def test_loops_stand_on_top_and_each_run_has_its_row() -> None:
    shown = lines(situation("Front"))
    assert shown[2].startswith("- **Live loop:** `Front overflows in a circle; closed by run Front of Front")
    assert any(line.startswith("- **Running:** `apply r3 by Front on Front (pid 4711)") for line in shown)
    assert any(line.startswith("- **Cut off:** ") for line in shown)
    assert any(line.endswith("| `undo: syncer rollback r4` |") for line in shown)


def test_where_there_is_no_loop_that_is_said() -> None:
    shown = lines(replace(situation("Front"), **CALM))
    assert "**No live loop:** 200 queues of `Front`." == shown[2]
    assert "Not seen from here: runs with another state folder than `Front`." == shown[-1]


def test_each_rule_on_the_way_has_its_row() -> None:
    shown = lines(flowing("Front"), "into")
    assert [
        "| 1 | `Front` | `Front` | `25 % after 60 s` | 12.5 contacts |",
        "| 1 | `Front` | `Front` | `25 % after 60 s` | up to 40 contacts |",
        "| 2 | `Front` | `Front` | `25 % after 60 s` | load not known |",
    ] == [line for line in shown if line.startswith(("| 1", "| 2"))]
