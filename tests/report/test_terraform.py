"""GitLab's Terraform report."""

import json
from dataclasses import replace

from syncer.errors import AuthError
from syncer.model.change import Action, RuleChange
from syncer.report import render
from syncer.report.terraform import MOST
from syncer.report.views import Applied, Planned, Report
from tests.report.ci_schemas import checked
from tests.report.report_samples import KINDS, plan, reports


def test_every_command_with_a_result_counts() -> None:
    planned, mixed = {"create": 2, "update": 4, "delete": 2}, {"create": 3, "update": 2, "delete": 2}
    counts = {kind: mixed if kind.endswith("other kinds") else planned for kind in KINDS}
    expected = {
        kind: counts[kind] if kind.startswith(("plan", "apply", "drift")) else dict.fromkeys(planned, 0)
        for kind in KINDS
        if kind not in ("an error alone", "drift, nothing compared")
    }
    found = {kind: checked(render("terraform", reports("x")[kind]), "terraform") for kind in expected}
    assert expected == found


def test_an_apply_without_a_plan_changed_nothing() -> None:
    report = Report("apply", view=Applied(None, None))
    assert {"create": 0, "update": 0, "delete": 0} == checked(render("terraform", report), "terraform")


def test_a_count_is_no_larger_than_gitlab_takes() -> None:
    change = replace(plan("x").changes[0], rules=(RuleChange(Action.CREATE, "b", "B"),) * (MOST + 1))
    report = Report("plan", view=Planned(replace(plan("x"), changes=(change,)), {}))
    assert MOST == checked(render("terraform", report), "terraform")["create"]


def test_nothing_is_counted_where_there_is_no_result() -> None:
    refused = Report("plan", 1, error=AuthError("no credentials", hint="Set them."))
    assert {"error": "no credentials\nSet them."} == json.loads(render("terraform", refused))
    nothing = json.loads(render("terraform", reports("x")["drift, nothing compared"]))
    assert {
        "error": "nothing could be compared, so it is not known whether the live queues drifted"
    } == nothing
    invalid = Report("plan", 3)
    assert {"error": "the policies are invalid, so there is no plan"} == json.loads(
        render("terraform", invalid)
    )
