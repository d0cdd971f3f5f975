"""The pipeline, really run by gitlab-ci-local, against an emulator and a stand-in of GitLab as processes.

Run it with ``make pipeline``. Each job runs in a shell of this machine and finds the tool on the PATH. What
the rules choose is what runs; only ``make lint`` and ``make test`` do nothing here.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import TOKEN, serving
from tests.pipeline.repository import Repository, serving_process

ROOT = Path(__file__).parents[2]
MERGE_REQUEST = {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_IID": "5",
    "CI_COMMIT_BRANCH": "",
}
SCHEDULE = {"CI_PIPELINE_SOURCE": "schedule"}
PUSH = {"CI_PIPELINE_SOURCE": "push"}
APPLY_ENV = ".gitlab-ci-reports/dotenv/apply.env"
ON_PUSH = ("lint", "test", "validate", "plan", "apply", "comment:applied", "verify")
COUNTS = "3 to create, 4 to update, 3 to delete in 9 queues"
ADOPTED = {"setup": "image", "policies": "rules of ours", "environment": "live"}


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    """An empty repository, with servers around it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    with (
        serving_process("-m", "syncer", "emulator", "--port", "0", "--rate-limit", "100000") as api,
        serving() as hub,
    ):
        yield Repository(folder, api, hub)


@pytest.fixture
def ours(repository: Repository) -> Repository:
    """This repository as far as its pipeline reads it."""
    for name in ("policies", ".ci"):
        shutil.copytree(ROOT / name, repository.folder / name)
    for name in (".gitlab-ci.yml", ".gitignore"):
        shutil.copy(ROOT / name, repository.folder)
    repository.write(Makefile="lint test:\n\t@true\n")
    repository.begin()
    return repository


@pytest.fixture
def adopting(repository: Repository) -> Repository:
    """A repository that holds policies alone and includes the component."""
    shutil.copytree(ROOT / "policies", repository.folder / "rules of ours")
    repository.include(ADOPTED)
    repository.begin()
    return repository


def _passed(*jobs: str) -> dict[str, str]:
    return dict.fromkeys(jobs, "PASS")


def test_a_merge_request_is_planned_and_nothing_is_changed(ours: Repository) -> None:
    for _ in range(2):
        ran = ours.run(MERGE_REQUEST)
        assert (0, _passed("lint", "test", "validate", "plan:merge-request", "comment")) == (
            ran.code,
            ran.jobs,
        ), ran.log
    (note,) = ours.notes()
    assert COUNTS in note
    kept = ours.kept / "planOgmerge-request"
    assert {"plan.json", "plan.md", "syncer.plan.json", "plan.html"} == ours.artifacts(kept.name)
    assert COUNTS in (kept / "plan.md").read_text().replace("**", "")
    assert TOKEN not in ran.log
    assert 0 == ours.puts()


def test_without_a_token_the_job_says_what_to_set(ours: Repository) -> None:
    ours.token = ""
    ran = ours.run(MERGE_REQUEST)
    assert (0, "PASS", "PASS") == (ran.code, ran.jobs["plan:merge-request"], ran.jobs["comment"]), ran.log
    assert "SYNCER_GITLAB_TOKEN is not set" in ran.log
    assert "project access token with the scope api" in ran.log
    assert [] == ours.notes()


def test_reviewers_see_the_errors_of_a_plan(ours: Repository) -> None:
    path = ours.folder / "policies" / "support.yaml"
    path.write_text(path.read_text().replace("target: Support Tier 2", "target: Nobody", 1))
    ran = ours.run(MERGE_REQUEST)
    jobs = {**_passed("lint", "test", "validate", "comment"), "plan:merge-request": "FAIL"}
    assert (1, jobs) == (ran.code, ran.jobs), ran.log
    (note,) = ours.notes()
    assert "Nobody" in note


def test_a_push_is_applied_and_then_nothing_drifts(ours: Repository) -> None:
    ours.merged()
    before = ours.run(SCHEDULE)
    assert (1, {"drift": "FAIL"}) == (before.code, before.jobs), before.log
    assert "drift: 10 rules" in before.log
    assert [(10, 120)] == ours.rules("Support French")

    ran = ours.run(PUSH)
    assert (0, _passed(*ON_PUSH)) == (ran.code, ran.jobs), ran.log
    assert ([(15, 90)], 9) == (ours.rules("Support French"), ours.puts())
    assert {"plan.json", "syncer.plan.json"} == ours.artifacts("plan")
    kept = {path for path in ours.artifacts("apply") if not path.startswith(".syncer/audit/")}
    assert {".syncer/record.json", "audit-head.txt", "syncer.apply.json", "apply.html", APPLY_ENV} == kept
    assert {"audit.jsonl", "plans"} <= {path.name for path in (ours.kept / "apply/.syncer/audit").iterdir()}
    _the_chain_ends_in_its_head(ours.kept / "apply", ran.log)
    (note,) = ours.notes()
    assert "## syncer apply for the default environment: done (9 applied)" in note
    assert f"audit head `{(ours.kept / 'apply' / 'audit-head.txt').read_text().strip()}`" in note

    after = ours.run(SCHEDULE)
    assert (0, _passed("drift")) == (after.code, after.jobs), after.log

    again = ours.run(PUSH)
    assert (0, 9) == (again.code, ours.puts()), again.log
    assert "nothing was sent" in again.log


def test_drift_is_remembered_from_schedule_to_schedule(ours: Repository) -> None:
    for times in (1, 2):
        ran = ours.run(SCHEDULE)
        assert (1, {"drift": "FAIL"}) == (ran.code, ran.jobs), ran.log
        (kept,) = ours.folder.glob(".gitlab-ci-local/cache/syncer-drift/**/drift.json")
        drifts = json.loads(kept.read_text())["drifts"]
        assert (10, {times}) == (len(drifts), {drift["detections"] for drift in drifts})


def test_what_is_refused_is_told_on_the_merge_request_too(ours: Repository) -> None:
    ours.write(**{"policies/settings.yaml": "version: 1\nsafety:\n  protected: [Support French]\n"})
    ours.merged()
    ran = ours.run(PUSH)
    assert (1, "FAIL", 0) == (ran.code, ran.jobs["apply"], ours.puts()), ran.log
    (note,) = ours.notes()
    assert "## syncer apply for the default environment: refused" in note
    assert "protected" in note
    assert f"Audit head `{(ours.kept / 'apply' / 'audit-head.txt').read_text().strip()}`" in note


def test_a_commit_without_a_merge_request_gets_no_note(ours: Repository) -> None:
    ours.merged(request=0)
    ran = ours.run(PUSH)
    assert (0, "PASS") == (ran.code, ran.jobs["apply"]), ran.log
    assert "no note was written" in ran.log
    assert [] == ours.notes()


def test_drift_is_written_back_once_as_a_merge_request(ours: Repository) -> None:
    """The job of the schedule never saw live before: what was applied last it has from the cache of apply."""
    ours.merged()
    assert 0 == ours.run(PUSH).code
    ours.edit("Billing Payments", 12)
    ours.edit("Support French", 16, times=2)
    for _ in range(2):
        ran = ours.run({**SCHEDULE, "SYNCER_DRIFT_MR": "1"})
        assert (1, {"drift": "FAIL"}) == (ran.code, ran.jobs), ran.log
    assert [5, 6] == list(ours.hub.requests()), ran.log
    assert "Drift of the live queues: 3 rules of 2 queues" == ours.hub.requests()[6]["title"]
    assert (
        "- `Support French`: `2 overflow rules have the same target" in ours.hub.requests()[6]["description"]
    )
    before = (ours.folder / "policies" / "billing.yaml").read_text()
    ours.write(**ours.hub.merge(6))
    after = (ours.folder / "policies" / "billing.yaml").read_text()
    assert re.findall("#.*", before) == re.findall("#.*", after) and before != after
    left = ours.run(SCHEDULE)
    assert "drift: 2 rules " in left.log, left.log


def test_a_merge_that_is_not_applied_is_not_written_back(ours: Repository) -> None:
    ours.merged()
    assert 0 == ours.run(PUSH).code
    file = ours.folder / "policies" / "languages.yaml"
    file.write_text(
        file.read_text().replace("threshold: 15\n        delay: 90", "threshold: 14\n        delay: 90")
    )
    ours.merged()
    ran = ours.run({**SCHEDULE, "SYNCER_DRIFT_MR": "1"})
    assert (0, _passed("drift")) == (ran.code, ran.jobs), ran.log
    assert "pending: 1 rule of 1 queue" in ran.log
    assert [5] == list(ours.hub.requests()), ran.log


def _the_chain_ends_in_its_head(folder: Path, log: str) -> None:
    head = (folder / "audit-head.txt").read_text().strip()
    assert f"audit head: {head}" in log
    state = ("--state-dir", str(folder / ".syncer"))
    verify = [sys.executable, "-m", "syncer", "audit", "verify", "--head", head, *state]
    assert 0 == subprocess.run(verify, stdout=subprocess.DEVNULL).returncode
    entries = [json.loads(line) for line in (folder / ".syncer/audit/audit.jsonl").read_text().splitlines()]
    assert head.endswith(entries[-1]["hash"].removeprefix("sha256:"))


def test_a_repository_of_policies_alone_adopts_the_component(adopting: Repository) -> None:
    review = adopting.run(MERGE_REQUEST)
    jobs = ["syncer:validate", "syncer:plan:merge-request", "syncer:comment"]
    assert (0, _passed(*jobs)) == (review.code, review.jobs), review.log
    (note,) = adopting.notes()
    assert COUNTS in note

    adopting.merged()
    push = adopting.run(PUSH)
    jobs = ["syncer:validate", "syncer:plan", "syncer:apply", "syncer:comment:applied", "syncer:verify"]
    assert (0, _passed(*jobs)) == (push.code, push.jobs), push.log
    assert ([(15, 90)], 9) == (adopting.rules("Support French"), adopting.puts())
    _the_chain_ends_in_its_head(adopting.kept / "syncerOgapply", push.log)
    assert 2 == len(adopting.notes())

    watch = adopting.run(SCHEDULE)
    assert (0, _passed("syncer:drift")) == (watch.code, watch.jobs), watch.log


def test_the_component_is_included_once_an_environment(adopting: Repository) -> None:
    environments = "".join(f"  {env}: {{api_url: '{adopting.api}'}}\n" for env in ("eu", "us"))
    settings = adopting.folder / "rules of ours" / "settings.yaml"
    settings.write_text(f"{settings.read_text()}\nenvironments:\n{environments}")
    adopting.include(
        *(
            {**ADOPTED, "env": env, "prefix": f"syncer-{env}", "environment": f"live/{env}"}
            for env in ("eu", "us")
        )
    )
    adopting.commit()
    review = adopting.run(MERGE_REQUEST)
    names = ("validate", "plan:merge-request", "comment")
    jobs = [f"syncer-{env}:{name}" for env in ("eu", "us") for name in names]
    assert (0, _passed(*jobs)) == (review.code, review.jobs), review.log
    notes = sorted(adopting.notes())
    markers = [f"<!-- syncer:plan:{env}:syncer-{env} -->" for env in ("eu", "us")]
    assert markers == [note.split("\n")[0] for note in notes]
