"""One summary over the environments."""

import json
import os
from pathlib import Path

import pytest

from syncer.app.child_pipeline import report_names
from syncer.app.summary import summary
from syncer.model.finding import Severity
from syncer.report import render
from syncer.report.summed import severity_of
from syncer.report.views import Summed
from tests.report.report_samples import reports

SAMPLES = reports("Front")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = {"version": 1, "environments": {name: {"region": "eu-central-1"} for name in ("a", "b", "c")}}
    (tmp_path / "settings.yaml").write_text(json.dumps(settings))
    return tmp_path


def keep(folder: Path, environment: str, sample: str, *, applied: bool = False) -> None:
    name = report_names(environment)[0 if applied else 1]
    (folder / name).write_text(render("json", SAMPLES[sample]))


def summed(folder: Path) -> list[Summed]:
    report = summary(folder, folder)
    assert report.view is not None
    assert report.view.summary is not None
    return list(report.view.summary)


def test_an_environment_without_a_report_comes_first(folder: Path) -> None:
    keep(folder, "a", "plan, not saved")
    keep(folder, "b", "apply", applied=True)
    keep(folder, "b", "plan")
    found = summed(folder)
    assert Summed("c") == found[0]
    assert {"a": "plan", "b": "apply", "c": ""} == {each.environment: each.command for each in found}


def test_rules_errors_and_verdicts_are_those_of_the_report(folder: Path) -> None:
    keep(folder, "a", "plan")
    found = next(each for each in summed(folder) if each.environment == "a")
    document = json.loads(render("json", SAMPLES["plan"]))
    actions = [rule["action"] for change in document["result"]["plan"]["changes"] for rule in change["rules"]]
    assert [actions.count(action) for action in ("create", "update", "delete")] == [
        found.create,
        found.update,
        found.delete,
    ]
    assert document["error"]["message"].split() == found.verdict.split()
    assert found.errors + found.warnings <= document["counts"]["error"] + document["counts"]["warning"]


def test_what_an_apply_did_is_counted_by_its_report(folder: Path) -> None:
    keep(folder, "b", "apply", applied=True)
    found = next(each for each in summed(folder) if each.environment == "b")
    counts = json.loads(render("json", SAMPLES["apply"]))["result"]["counts"]
    assert counts == {"create": found.create, "update": found.update, "delete": found.delete}
    assert found.exit_code not in (0, 2)
    assert "stale" in found.verdict


def test_settings_that_can_t_be_read_are_said(tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("version: [")
    report = summary(tmp_path, tmp_path)
    assert 3 == report.exit_code
    assert report.findings


def test_a_report_that_cant_be_used_is_a_line_and_hides_no_other(folder: Path) -> None:
    (folder / report_names("a")[1]).write_text("{}")
    keep(folder, "b", "plan, not saved")
    (folder / report_names("c")[0]).write_text(render("json", SAMPLES["plan"]))
    broken, other, plan = summed(folder)
    assert ("a", "", True) == (broken.environment, broken.command, "schema of a report" in broken.verdict)
    assert Summed("c", verdict="syncer-c.apply.json is a report of plan") == other
    assert ("b", "plan") == (plan.environment, plan.command)


def test_a_plan_that_failed_says_what_was_found_first(folder: Path) -> None:
    document = json.loads(render("json", SAMPLES["plan"]))
    messages = [each["message"] for each in document["findings"] if each["severity"] == "error"]
    document |= {"error": None, "verdict": None, "exit_code": 3}
    (folder / report_names("a")[1]).write_text(json.dumps(document))
    found = next(each for each in summed(folder) if each.environment == "a")
    assert messages[0].split() == found.verdict.split()


@pytest.mark.parametrize(
    ("sample", "verdict", "severity"),
    [
        ("drift", "8 rules drift", Severity.WARNING),
        ("drift, pending", "no drift; 8 wait to be applied", Severity.INFO),
    ],
)
def test_a_child_of_a_schedule_is_summed_up_by_its_drift(
    folder: Path, sample: str, verdict: str, severity: Severity
) -> None:
    document = json.loads(render("json", SAMPLES[sample])) | {"error": None, "findings": []}
    document["exit_code"] = 2 if document["result"]["rules"] else 0
    (folder / report_names("a")[2]).write_text(json.dumps(document))
    found = next(each for each in summed(folder) if each.environment == "a")
    assert (verdict, severity) == (found.verdict, severity_of(found))


def test_no_report_of_one_environment_hides_the_others(folder: Path) -> None:
    os.mkfifo(folder / report_names("a")[1])
    document = json.loads(render("json", SAMPLES["validate"])) | {"command": "drift", "error": None}
    document["findings"] = []
    (folder / report_names("b")[2]).write_text(json.dumps(document))
    keep(folder, "c", "plan, not saved")
    found = {each.environment: each for each in summed(folder)}
    assert "can't be read" in found["a"].verdict
    assert "syncer-b.drift.json has the result of another command" == found["b"].verdict
    assert "plan" == found["c"].command
