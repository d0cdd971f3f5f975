"""Figures, ways and transfers as JSON, with null for what is not determined."""

import json
from typing import Any

from syncer.report import render
from syncer.report.views import Report
from tests.report.report_samples import measured


def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render("json", Report("measure", view=measured("Tier 1"))))["result"]
    return found


def test_each_queue_has_its_figures_beside_what_is_stated() -> None:
    known, bare = result()["queues"]
    assert {"stated": 0.0, "measured": 120.0} == known["base_load"]
    assert {"stated": 100.0, "measured": 118, "at_least": True} == known["capacity"]
    assert (150.0, 30.0, 240.0, True) == tuple(
        known[name] for name in ("offered", "inflow", "handle_seconds", "changes")
    )
    assert {"stated": 5.0, "measured": None} == bare["base_load"]
    assert {"stated": None, "measured": None, "at_least": False} == bare["capacity"]
    assert (None, False, ["Tier 1"]) == (bare["inflow"], bare["changes"], bare["left"])


def test_each_way_has_the_model_and_what_flows() -> None:
    off, open_, unseen = result()["ways"]
    assert ({"least": 10.0, "most": 12.0}, 30.0, True) == (off["model"], off["measured"], off["off"])
    assert ({"least": 0.0, "most": None}, None, False) == (
        open_["model"],
        open_["measured"],
        open_["off"],
    )
    assert "c" == open_["target"]["name"], "a queue that has no name here is shown by its id"
    assert (None, True) == (unseen["target"], unseen["off"])


def test_over_what_was_measured_is_said() -> None:
    found = result()
    assert (95, 34, 400, "1h") == tuple(
        found["measured"][name] for name in ("busy", "busy_intervals", "intervals_with_contacts", "interval")
    )
    assert [12.5] == [each["percent"] for each in found["transfers"]]
    assert (["Tier 1"], True, 1) == (found["files"], found["written"], found["changed"])
