"""What would be, as JSON. That it is what the schema says is held by the samples."""

import json
from dataclasses import replace
from typing import Any

from syncer.checks.erlang import ASSUMPTIONS
from syncer.report import render
from syncer.report.sights import Simulated
from syncer.report.views import Report
from tests.report.report_samples import simulated


def result(view: Simulated) -> Any:
    return json.loads(render("json", Report("simulate", view=view)))["result"]


def test_each_queue_has_its_figures_before_and_after() -> None:
    found = result(simulated("Tier 1"))
    first, out, *_, looped = found["queues"]
    assert ({"least": 150.0, "most": 150.0}, {"least": 210.0, "most": 210.0}) == (
        first["before"]["offered"],
        first["after"]["offered"],
    )
    assert (14, 11.25, False) == (
        first["before"]["service"]["agents"],
        first["before"]["service"]["erlangs"],
        first["before"]["over"],
    )
    assert (True, 0.0, None) == (out["after"]["out"], out["after"]["capacity"], out["after"]["service"])
    assert (None, None) == (looped["after"]["offered"], looped["after"]["use"])
    assert {"answered_within": 20.0, "assumes": list(ASSUMPTIONS)} == found["service"]


def test_what_is_full_first_stands_first() -> None:
    found = result(simulated("Tier 1"))
    assert [("a", "kept")] == [(each["queue"]["id"], each["limit"]) for each in found["full_in_turn"]]
    assert ("a", "today", 1.0) == (
        found["headroom"]["after"]["queue_id"],
        found["before_is"],
        found["factor"],
    )
    assert "before the plan" == result(replace(simulated("x"), planned=True))["before_is"]
