"""Reports beside the main one: all at once, whole, and whatever happened."""

import json
import re
from xml.etree import ElementTree

import pytest

from syncer.report import FORMATS, REPORTS
from tests.program import POLICIES, Program, policy_queue

ALL = [option for name in REPORTS for option in ("--report", f"{name}=out/{name}")]


@pytest.fixture(autouse=True)
def _folder(program: Program) -> None:
    """Where the reports go; nobody makes it for a path that is misspelt."""
    (program.folder / "out").mkdir()


def written(program: Program) -> set[str]:
    return {path.name for path in (program.folder / "out").iterdir()}


def read(program: Program, name: str) -> str:
    text: str = (program.folder / "out" / name).read_text()
    return text


FORGETFUL_DRIFT = "drift --state-dir policies/all.yaml/none"
"""Drift that is remembered is shown differently by each run: it is counted."""


@pytest.mark.parametrize("command", ["validate", "plan", FORGETFUL_DRIFT, "audit verify"])
def test_all_at_once_and_each_as_if_alone(program: Program, command: str) -> None:
    assert 0 == program.run("apply", "--auto-approve").code
    program.write_policies(policy_queue("Front", ("Back", 1)), *POLICIES[1:])
    alone = program.run(*command.split())
    done = program.run(*command.split(), *ALL)
    assert (alone.code, alone.out, alone.err) == (done.code, done.out, done.err)
    assert set(REPORTS) == written(program)
    assert read(program, "gitlab-codequality") == read(program, "codequality")
    for name in set(FORMATS) - {"json", "html"}:
        assert program.run(*command.split(), "--format", name).out == read(program, name)
    assert timeless(program.run(*command.split(), "--format", "html").out) == timeless(read(program, "html"))


def timeless(page: str) -> str:
    """A page without the moment at which its plan was made."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", page)


def test_findings_and_changes_stand_in_them(program: Program) -> None:
    program.write_policies(policy_queue("Front", ("Front", 25)))
    assert 3 == program.run("validate", *ALL).code
    errors = [each for each in json.loads(read(program, "codequality")) if each["severity"] == "critical"]
    assert errors
    assert {"policies/all.yaml"} == {each["location"]["path"] for each in errors}
    assert ElementTree.fromstring(read(program, "junit")).get("failures") != "0"
    assert "::error file=policies/all.yaml,line=" in read(program, "github")


def test_a_plan_is_counted(program: Program) -> None:
    program.run("plan", "--report", "terraform=out/tf.json")
    assert {"create": 1, "update": 1, "delete": 1} == json.loads(read(program, "tf.json"))


def test_drift_is_shown_at_the_queue_that_drifted(program: Program) -> None:
    program.run("drift", "--report", "codequality=out/q")
    entries = [each for each in json.loads(read(program, "q")) if each["check_name"].startswith("drift.")]
    assert 3 == len(entries)
    source = program.write_policies().read_text().split("\n")
    for entry in entries:
        assert "policies/all.yaml" == entry["location"]["path"]
        queue = entry["description"].partition(" → ")[0]
        assert f'"queue": "{queue}"' in source[entry["location"]["lines"]["begin"] - 1]


def test_the_report_for_people_is_linked(program: Program) -> None:
    program.setenv("CI_JOB_URL", "https://gitlab.example/-/jobs/7")
    program.run("validate", "--output", "main.txt", *ALL)
    links = json.loads(read(program, "annotations"))["syncer validate"]
    labels = [link["external_link"]["label"] for link in links]
    assert ["main.txt", "out/text", "out/markdown", "out/html", "job log"] == labels


@pytest.mark.parametrize("command", ["plan", "drift", "apply"])
def test_they_are_written_after_a_fatal_error_too(program: Program, command: str) -> None:
    program.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "guessed")
    done = program.run(command, *ALL)
    assert 1 == done.code
    assert set(REPORTS) == written(program)
    (entry,) = json.loads(read(program, "codequality"))
    assert ("blocker", "error.auth-error") == (entry["severity"], entry["check_name"])
    assert "1" == ElementTree.fromstring(read(program, "junit")).get("errors")
    (invocation,) = json.loads(read(program, "sarif"))["runs"][0]["invocations"]
    assert (False, 1) == (invocation["executionSuccessful"], invocation["exitCode"])
    assert read(program, "github").startswith("::error title=error.auth-error::")
    assert ["error"] == list(json.loads(read(program, "terraform")))
    assert all("guessed" not in read(program, name) for name in REPORTS)


def test_what_only_a_pipeline_reads_is_no_main_format(program: Program) -> None:
    for name in ("terraform", "annotations"):
        assert 64 == program.run("plan", "--format", name).code


def test_equal_mistakes_of_two_queues_keep_their_fingerprints(program: Program) -> None:
    """Else one more above would pass for the old one, and the old one for the new."""

    def prints(*names: str) -> dict[str, str]:
        wrong = [{"queue": name, "capacty": 5, "overflow": []} for name in names]
        odd = {"queue": {"id": "no-name"}, "capacty": 5}
        program.write_policies(*wrong, odd, {"queue": None, "capacty": 5})
        found = program.run("validate", "--format", "sarif").json["runs"][0]["results"]
        return {
            each["locations"][0]["logicalLocations"][0]["name"]: each["partialFingerprints"]["finding/v1"]
            for each in found
            if "capacty" in each["message"]["text"] and "logicalLocations" in each["locations"][0]
        }

    before, after = prints("B", "C"), prints("A", "B", "C")
    assert ["A", "B", "C", "no-name"] == sorted(after)
    assert before == {name: after[name] for name in ("B", "C", "no-name")}
    assert 4 == len(set(after.values()))
