"""The pipeline and the hook: valid, run when they should, and call commands that exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncer.cli.main import cli
from syncer.model.settings import AuditSettings
from tests.docs.documents import ROOT, called, commands
from tests.docs.pipelines import PIPELINE, jobs, pipeline

HOOKS = ROOT / ".pre-commit-hooks.yaml"
ON_MAIN = {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}


def _jobs() -> dict[str, dict[str, Any]]:
    return jobs(pipeline())


def _holds(condition: str, variables: dict[str, str]) -> bool:
    """The part of GitLab's rules that the file uses: ``$X``, ``$X == "text"``, ``$X != $Y`` and ``&&``."""
    return all(_term(term.strip(), variables) for term in condition.split("&&"))


def _term(term: str, variables: dict[str, str]) -> bool:
    left, sign, right = (part.strip() for part in (*re.split(r"([!=]=)", term), "", "")[:3])
    if not sign:
        return bool(_value(left, variables))
    return (_value(left, variables) == _value(right, variables)) is (sign == "==")


def _value(text: str, variables: dict[str, str]) -> str | None:
    return variables.get(text[1:]) if text.startswith("$") else text.strip('"')


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"CI_PIPELINE_SOURCE": "merge_request_event", "CI_DEFAULT_BRANCH": "main"},
            ["lint", "test", "validate", "plan:merge-request", "comment"],
        ),
        (
            {"CI_PIPELINE_SOURCE": "push", **ON_MAIN},
            ["lint", "test", "validate", "plan", "apply", "comment:applied", "verify"],
        ),
        (
            {"CI_PIPELINE_SOURCE": "web", **ON_MAIN},
            ["lint", "test", "validate", "plan", "apply", "comment:applied", "verify"],
        ),
        (
            {
                "CI_PIPELINE_SOURCE": "parent_pipeline",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_DEFAULT_BRANCH": "main",
            },
            ["validate", "plan:merge-request", "comment"],
        ),
        ({"CI_PIPELINE_SOURCE": "parent_pipeline", "CI_DEFAULT_BRANCH": "main"}, []),
        (
            {"CI_PIPELINE_SOURCE": "parent_pipeline", **ON_MAIN},
            ["lint", "test", "validate", "plan", "apply", "comment:applied", "verify"],
        ),
        ({"CI_PIPELINE_SOURCE": "schedule", **ON_MAIN}, ["drift"]),
        ({"CI_PIPELINE_SOURCE": "schedule", **ON_MAIN, "CI_COMMIT_BRANCH": "topic"}, []),
        (
            {"CI_PIPELINE_SOURCE": "parent_pipeline", "SYNCER_PARENT_SOURCE": "schedule", **ON_MAIN},
            ["drift"],
        ),
        ({"CI_PIPELINE_SOURCE": "push", **ON_MAIN, "CI_COMMIT_BRANCH": "topic"}, []),
        (
            {"CI_PIPELINE_SOURCE": "push", "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_TAG": "v1"},
            ["lint", "test"],
        ),
    ],
)
def test_the_jobs_of_a_pipeline(variables: dict[str, str], expected: list[str]) -> None:
    chosen = [
        name for name, job in _jobs().items() if any(_holds(rule["if"], variables) for rule in job["rules"])
    ]
    assert expected == chosen


def test_the_pipeline_is_valid() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(PIPELINE)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout + done.stderr


def _calls() -> list[list[str]]:
    hooks = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    lines = [line for job in _jobs().values() for line in job["script"]] + [hook["entry"] for hook in hooks]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("syncer ")]


def test_the_program_accepts_every_call() -> None:
    names = ["validate", "plan", "comment", "plan", "apply", "comment", "audit verify", "drift", "validate"]
    calls = [called(each) for each in _calls()]
    assert names == [name for name, _ in calls]
    for name, arguments in calls:
        with commands()[name].make_context(name, arguments, **cli.context_settings):
            pass


def test_an_apply_runs_alone_without_interruption_and_once() -> None:
    apply = _jobs()["apply"]
    assert ("syncer-all", False, 0, ["plan"]) == (
        apply["resource_group"],
        apply["interruptible"],
        apply["retry"],
        apply["needs"],
    )
    assert {"name": "production", "deployment_tier": "production"} == apply["environment"]


def test_only_an_apply_can_prove_who_runs_it() -> None:
    proof = {"SYNCER_ID_TOKEN": {"aud": AuditSettings().audience}}
    assert {"apply": proof} == {name: job["id_tokens"] for name, job in _jobs().items() if "id_tokens" in job}


def test_reviewers_see_the_plan_even_if_checks_fail() -> None:
    assert [] == _jobs()["plan:merge-request"]["needs"]


def test_only_an_apply_gets_the_credentials_that_can_write() -> None:
    assert ["apply"] == [name for name, job in _jobs().items() if "environment" in job]


def test_artifacts_with_queue_names_are_not_for_guests() -> None:
    kept = {name: job["artifacts"]["access"] for name, job in _jobs().items() if _keeps_files(job)}
    assert dict.fromkeys(("plan:merge-request", "plan", "apply", "drift"), "developer") == kept


@pytest.mark.parametrize(("left", "given"), [(True, ["--head", "audit-head.txt"]), (False, [])])
def test_the_trail_is_checked_against_the_head_of_the_apply(
    tmp_path: Path, *, left: bool, given: list[str]
) -> None:
    if left:
        (tmp_path / "audit-head.txt").write_text("sha256:1")
    script = "\n".join(['set -e; syncer() { echo "$@"; }', *_jobs()["verify"]["script"]])
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ["audit", "verify", *given] == done.stdout.split()


def _keeps_files(job: dict[str, Any]) -> bool:
    return "paths" in job.get("artifacts", {})


def test_only_written_files_are_kept() -> None:
    kept = [file for job in _jobs().values() for file in _files(job.get("artifacts", {}))]
    written = [part.rpartition("=")[2] for call in _calls() for part in call if re.search(r"=|\.json$", part)]
    state = {".syncer/audit/", ".syncer/record.json"}
    assert {*written, *state, "audit-head.txt", "metrics.txt", "apply.env"} == set(kept)


def test_metrics_are_kept_of_every_job_that_calls_the_api() -> None:
    measured = {
        name for name, job in _jobs().items() if "metrics" in job.get("artifacts", {}).get("reports", {})
    }
    asking = {name for name, job in _jobs().items() if "--metrics metrics.txt" in " ".join(job["script"])}
    assert {"plan:merge-request", "plan", "apply", "drift"} == measured == asking


def test_known_drift_is_kept_from_run_to_run() -> None:
    drift = _jobs()["drift"]
    (kept,) = [cache for cache in drift["cache"] if ".syncer/drift.json" in cache["paths"]]
    assert ("syncer-drift", "always") == (kept["key"], kept["when"])
    assert "syncer-drift" == drift["resource_group"]


def test_the_note_on_the_result_is_written_after_every_apply() -> None:
    told = _jobs()["comment:applied"]
    assert (["apply"], True) == (told["needs"], told["allow_failure"])
    assert ["always"] == [rule["when"] for rule in told["rules"]]


def _files(artifacts: dict[str, Any]) -> list[str]:
    return [*artifacts.get("paths", []), *artifacts.get("reports", {}).values()]


def test_a_plan_with_errors_gets_a_note_too() -> None:
    comment = _jobs()["comment"]
    assert (["plan:merge-request"], True) == (comment["needs"], comment["allow_failure"])
    assert ["always"] * 2 == [rule["when"] for rule in comment["rules"]]


def test_jobs_that_compare_commits_have_the_whole_history() -> None:
    deep = [name for name, job in _jobs().items() if job.get("variables", {}).get("GIT_DEPTH") == "0"]
    assert ["plan:merge-request", "plan", "apply", "drift"] == deep


def test_what_was_last_applied_is_kept_without_a_shared_cache() -> None:
    assert "gitlab" == yaml.safe_load(pipeline())["variables"]["SYNCER_RECORD"]


def test_how_jobs_get_the_tool_can_be_set() -> None:
    setups = {name: job.get("before_script") for name, job in _jobs().items()}
    assert [None, None] == [setups.pop("lint"), setups.pop("test")]
    assert [['eval "$SYNCER_SETUP"']] * len(setups) == list(setups.values())


def test_make_targets_of_scripts_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = [line for job in _jobs().values() for line in job["script"]]
    named = [line.removeprefix("make ") for line in lines if line.startswith("make ")]
    assert ["lint", "test"] == [target for target in named if f"\n{target}:" in makefile]
