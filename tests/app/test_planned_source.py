"""Where a plan says that its policies come from, and what it is of in a pipeline of a merge request."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.app import PolicySource
from syncer.app.planned_source import source_of
from syncer.model.source import Source
from tests.policy.test_revision import git
from tests.program import Program, policy_queue

JOB, PIPELINE = "https://gitlab.example.com/-/jobs/1", "https://gitlab.example.com/-/pipelines/1"
REQUEST = {
    "CI_MERGE_REQUEST_IID": "5",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_COMMIT_SHA": "1" * 40,
}


def test_the_commit_is_its_authors() -> None:
    merged = {"CI_COMMIT_SHA": "9" * 40, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "1" * 40}
    assert "1" * 40 == source_of(merged).commit
    assert "9" * 40 == source_of({**merged, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""}).commit
    assert "2" * 40 == source_of({"GITHUB_SHA": "2" * 40}).commit


def test_what_a_pipeline_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "eu").mkdir()
    monkeypatch.chdir(tmp_path / "eu")
    environ = {**REQUEST, "CI_JOB_URL": JOB, "CI_PIPELINE_URL": PIPELINE, "CI_PROJECT_DIR": str(tmp_path)}
    found = source_of(environ, PolicySource(set_name="sales"))
    assert Source("1" * 40, "5", "sales", "eu", JOB, PIPELINE, "main") == found
    assert Source() == source_of({"CI_JOB_URL": "javascript:alert(1)", "CI_PIPELINE_URL": "https://a b"})
    assert (True, False) == (bool(found), bool(Source()))


@pytest.fixture
def checkout(program: Program) -> Program:
    """A clone whose ``topic`` changed Front, and whose ``main`` got a commit about Desk since."""
    origin = program.folder
    git(origin, "init", "--initial-branch=main")
    git(origin, "add", ".")
    git(origin, "commit", "--message=begin")
    git(origin, "checkout", "-b", "topic")
    program.write_policies(policy_queue("Front", ("Back", 44)), policy_queue("Back"), name="front.yaml")
    program.write_policies(policy_queue("Desk", ("Back", 20)))
    git(origin, "add", ".")
    git(origin, "commit", "--message=topic")
    git(origin, "checkout", "main")
    program.write_policies(policy_queue("Other", ("Back", 33)), name="other.yaml")
    git(origin, "add", ".")
    git(origin, "commit", "--message=main")
    here = origin / "clone"
    git(origin, "clone", "--branch=topic", origin.as_uri(), str(here))
    for name, value in REQUEST.items():
        program.setenv(name, value)
    return program


@pytest.fixture
def inside(checkout: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    monkeypatch.chdir(checkout.folder / "clone")
    return checkout


def planned(program: Program, *more: str) -> tuple[dict[str, Any], str]:
    """The plan, and what was said on stderr."""
    done = program.run("plan", "--out", "plan.json", *more)
    assert 0 == done.code, done.err
    return json.loads(Path("plan.json").read_text()), done.err


def changed(plan: dict[str, Any]) -> set[str]:
    return {change["queue"]["name"] for change in plan["changes"]}


def test_a_checkout_that_is_behind_says_so(inside: Program) -> None:
    plan, said = planned(inside)
    source = plan["source"]
    assert (False, 1, "main") == (source["merged"], source["behind"], source["target"])
    assert "warning: 1 commit behind main: what others merged looks undone here\n" in said
    assert {"Front", "Desk"} == changed(plan)


def test_with_merge_target_the_plan_is_of_what_merging_gives(inside: Program) -> None:
    plan, said = planned(inside, "--merge-target")
    assert (True, 1, "") == (plan["source"]["merged"], plan["source"]["behind"], said)
    assert {"Front", "Desk", "Other"} == changed(plan)
    assert "policies/other.yaml" in [file["path"] for file in plan["policies"]]
    assert not Path("policies/other.yaml").exists()
    named, _ = planned(inside, "--merge-target", "policies/front.yaml")
    assert ["policies/front.yaml"] == named["paths"]


def test_what_can_not_be_merged_is_planned_alone_with_a_warning(
    inside: Program, checkout: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = checkout.folder / "policies"
    _, said = planned(inside, "--merge-target", "--policies", str(outside))
    assert "policies outside of the current folder are not merged with main" in said
    origin = checkout.folder
    checkout.write_policies(policy_queue("Front", ("Back", 77)), name="front.yaml")
    git(origin, "add", ".")
    git(origin, "commit", "--message=conflict")
    plan, said = planned(inside, "--merge-target")
    assert "warning: this branch can't be merged with main, so the plan covers the branch alone\n" in said
    assert "2 commits behind main" in said
    assert {"Front", "Desk"} == changed(plan)


def test_a_merge_of_gitlab_is_one(inside: Program) -> None:
    inside.setenv("CI_MERGE_REQUEST_EVENT_TYPE", "merged_result")
    plan, said = planned(inside, "--merge-target")
    assert (True, False, "") == (plan["source"]["merged"], "behind" in plan["source"], said)


def test_of_a_fork_it_is_not_known(inside: Program) -> None:
    inside.setenv("CI_PROJECT_ID", "43")
    inside.setenv("CI_MERGE_REQUEST_PROJECT_ID", "42")
    plan, said = planned(inside)
    assert {"merged", "behind"}.isdisjoint(plan["source"])
    assert "whether commits of main are missing here is not known" in said
    assert "runs in a fork" not in said
    inside.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", "")
    inside.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "")
    done = inside.run("plan")
    assert (1, True) == (done.code, "this pipeline runs in a fork" in done.err)


def test_outside_of_a_merge_request_nothing_is_said(inside: Program) -> None:
    inside.setenv("CI_MERGE_REQUEST_IID", "")
    plan, said = planned(inside, "--merge-target")
    assert ("", True) == (said, {"merged", "behind"}.isdisjoint(plan["source"]))


def test_another_job_makes_the_same_plan(inside: Program) -> None:
    inside.setenv("CI_JOB_URL", JOB)
    first, _ = planned(inside)
    inside.setenv("CI_JOB_URL", f"{JOB}2")
    inside.setenv("CI_MERGE_REQUEST_EVENT_TYPE", "merged_result")
    inside.setenv("CI_COMMIT_SHA", "9" * 40)
    inside.setenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "1" * 40)
    second, _ = planned(inside)
    assert first["digest"] == second["digest"]
    assert first["file_digest"] != second["file_digest"]
    third, _ = planned(inside, "--policy-set", "sales")
    assert first["digest"] != third["digest"]
