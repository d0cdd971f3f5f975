"""One summary over the environments."""

import json
from pathlib import Path

import pytest

from syncer.app.child_pipeline import report_names
from syncer.app.summary import summary
from syncer.errors import ConfigError
from syncer.report import render
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


def test_a_file_that_is_no_report_is_an_error(folder: Path) -> None:
    (folder / report_names("a")[1]).write_text("{}")
    with pytest.raises(ConfigError, match="schema of a report"):
        summary(folder, folder)
