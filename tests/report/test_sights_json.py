"""``status`` and ``into`` as JSON. That each is what the schema says is held by the samples."""

import json
from dataclasses import replace
from typing import Any

from syncer.report import render
from syncer.report.sights import Situation
from syncer.report.views import Report
from tests.report.report_samples import CALM, NOW, flowing, situation


def result(view: Any, command: str = "status") -> Any:
    return json.loads(render("json", Report(command, view=view)))["result"]


def test_everything_that_goes_on_is_data() -> None:
    found = result(situation("Front"))
    assert (NOW, "Front", "Front", 200) == tuple(
        found[name] for name in ("at", "where", "state_dir", "live_queues")
    )
    assert [True, False, None] == [
        loop["closed"] and loop["closed"]["certain"] for loop in found["live_loops"]
    ]
    assert [("stop", True), ("rollback", False)] == [
        (each["kind"], each["expired"]) for each in found["exceptions"]
    ]
    assert (4711, True) == (found["running"]["pid"], found["running"]["looks_hung"])
    assert ["cut off", "unsettled", "lost"] == [each["how"] for each in found["left"]]
    assert [["rollback", "r4"], [], [], ["rollback", "r7"]] == [each["undo"] for each in found["recent"]]


def test_no_loop_is_another_thing_than_live_that_was_not_read() -> None:
    calm = replace(situation("Front"), **CALM)
    assert ([], None) == (result(calm)["live_loops"], result(Situation(NOW, "", "s"))["live_loops"])
    assert None is result(calm)["running"]


def test_contacts_have_two_ends_where_nobody_knows_the_share() -> None:
    (into,) = result(flowing("Front"), "into")["into"]
    assert [{"least": 12.5, "most": 12.5}, {"least": 0.0, "most": 40.0}, None] == [
        rule["contacts"] for rule in into["rules"]
    ]
