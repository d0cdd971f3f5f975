"""``sync comment`` against a stand-in of GitLab, a process of its own: of a plan, and of an apply."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, PlanOptions, Session, comment, plan
from syncer.app.options import CommentOptions
from tests.hub import TOKEN, Hub
from tests.program import Program, policy_queue
from tests.stand_in import TOKEN as STAND_IN_TOKEN
from tests.stand_in import StandIn, gitlab
from tests.stand_in_repository import diff
from tests.use_cases import SOURCE, session


@pytest.fixture
def planned(program: Program) -> Program:
    """The program with a saved plan."""
    assert 0 == program.run("plan", "--out", "plan.json").code
    return program


@pytest.fixture
def job(planned: Program, hub: Hub) -> Program:
    """The program as a job of a merge-request pipeline."""
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "5",
        "CI_COMMIT_SHA": "1" * 40,
        "CI_JOB_URL": "https://gitlab.example.com/-/jobs/1",
        "CI_PIPELINE_URL": "https://gitlab.example.com/-/pipelines/1",
        "SYNCER_GITLAB_TOKEN": TOKEN,
    }.items():
        planned.setenv(name, value)
    return planned


def test_one_note_is_kept_up_to_date(job: Program, hub: Hub) -> None:
    hub.write("<!-- syncer:plan:default -->\nfooled you")
    done = job.run("comment", "plan.json")
    assert (0, "note of the default environment on merge request 5: created\n", "") == (
        done.code,
        done.out,
        done.err,
    )
    job.setenv("CI_COMMIT_SHA", "2" * 40)
    assert "updated" in job.run("comment", "plan.json").out
    assert "left unchanged" in job.run("comment", "plan.json").out
    others, ours = hub.notes()
    assert others["body"].endswith("fooled you")
    assert "1 to create, 1 to update, 1 to delete in 2 queues" in ours["body"]
    assert "Superseded: 1 earlier plan" in ours["body"]
    assert 3 == hub.writes()


def test_another_pipeline_that_says_the_same_leaves_the_note_alone(job: Program, hub: Hub) -> None:
    job.run("comment", "plan.json")
    job.setenv("CI_JOB_URL", "https://gitlab.example.com/-/jobs/2")
    job.setenv("CI_PIPELINE_URL", "https://gitlab.example.com/-/pipelines/2")
    assert "left unchanged" in job.run("comment", "plan.json").out
    (note,) = hub.notes()
    assert "[job](<https://gitlab.example.com/-/jobs/1>)" in note["body"]
    assert 1 == hub.writes()


def test_a_note_for_each_environment(job: Program, hub: Hub) -> None:
    for environment in ("prod", "prod-eu"):
        assert "created" in job.run("comment", "plan.json", "--env", environment).out
    assert ["<!-- syncer:plan:prod -->", "<!-- syncer:plan:prod-eu -->"] == [
        note["body"].split("\n")[0] for note in hub.notes()
    ]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("CI_API_V4_URL", "CI_API_V4_URL"),
        ("CI_PROJECT_ID", "--project"),
        ("CI_MERGE_REQUEST_IID", "--merge-request"),
    ],
)
def test_what_is_not_set_is_said(job: Program, hub: Hub, missing: str, words: str) -> None:
    job.setenv(missing, "")
    job.setenv("CI_JOB_TOKEN", "glcbt-secret")
    done = job.run("comment", "plan.json")
    assert (1, "") == (done.code, done.out)
    assert words in done.err
    assert "secret" not in done.err
    assert [] == hub.notes()


def test_the_token_is_never_shown(job: Program, hub: Hub) -> None:
    shown = [job.run("comment", "plan.json"), job.run("comment", "plan.json", "--merge-request", "6")]
    job.setenv("SYNCER_GITLAB_TOKEN", f"{TOKEN} and more")
    shown.append(job.run("comment", "plan.json"))
    job.setenv("SYNCER_GITLAB_TOKEN", "glpat-wrong")
    shown.append(job.run("comment", "plan.json"))
    assert [0, 0, 0, 0] == [done.code for done in shown]
    assert [0, 1, 1, 1] == [done.err.count("was not written") for done in shown]
    assert not [done for done in shown if "glpat" in done.out + done.err]
    assert not [note for note in hub.notes() if "glpat" in note["body"]]


def test_an_edited_plan_is_refused(job: Program, hub: Hub) -> None:
    path = job.folder / "plan.json"
    path.write_text(path.read_text().replace('"Front"', '"Frint"'))
    done = job.run("comment", "plan.json")
    assert 4 == done.code
    assert "edited after it was made" in done.err
    assert [] == hub.notes()


def test_without_the_library_it_is_said_what_to_install(
    job: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gitlab", None)
    monkeypatch.delitem(sys.modules, "syncer.gitlab.notes", raising=False)
    done = job.run("comment", "plan.json")
    assert 1 == done.code
    assert "pip install python-gitlab" in done.err


def test_a_plan_that_was_never_made(job: Program, hub: Hub) -> None:
    done = job.run("comment", "nowhere.json")
    assert (1, "note of the default environment on merge request 5: created\n") == (done.code, done.out)
    assert "there is no nowhere.json, so there is nothing to report" in done.err
    assert "The job that should have written it failed: its log shows why." in done.err


def test_a_plan_that_could_not_be_made_does_not_leave_the_earlier_one(job: Program, hub: Hub) -> None:
    assert 0 == job.run("comment", "plan.json").code
    job.setenv("CI_COMMIT_SHA", "2" * 40)
    assert (1, True) == ((done := job.run("comment", "gone.json")).code, "updated" in done.out)
    (note,) = hub.notes()
    head, *_ = note["body"].partition("<details>")
    assert "## syncer plan for the default environment: none could be made" in head
    assert f"Commit {'2' * 40}, [job](<https://gitlab.example.com/-/jobs/1>)" in head
    assert "to create" not in head
    assert f"- commit {'1' * 40}: 1 to create, 1 to update, 1 to delete" in note["body"]
    assert "left unchanged" in job.run("comment", "gone.json").out

    assert "updated" in job.run("comment", "plan.json").out
    (note,) = hub.notes()
    assert "could be made" not in note["body"]
    assert "Superseded: 1 earlier plan" in note["body"]


def test_nothing_is_written_where_no_merge_request_is_named(job: Program, hub: Hub) -> None:
    job.setenv("CI_MERGE_REQUEST_IID", "")
    done = job.run("comment", "gone.json")
    assert (1, "", True) == (done.code, done.out, "there is no gone.json" in done.err)
    job.setenv("CI_MERGE_REQUEST_IID", "5")
    for name in ("CI_COMMIT_SHA", "CI_JOB_URL", "CI_PIPELINE_URL"):
        job.setenv(name, "")
    done = job.run("comment", "gone.json", "--dry-run")
    assert (1, True) == (done.code, done.out.endswith("is not known.\n"))
    assert 0 == hub.writes()


def test_the_note_is_of_the_job_and_commit_that_planned(job: Program, hub: Hub) -> None:
    assert 0 == job.run("plan", "--out", "plan.json").code
    job.setenv("CI_JOB_URL", "https://gitlab.example.com/-/jobs/99")
    job.setenv("CI_COMMIT_SHA", "9" * 40)
    assert "created" in job.run("comment", "plan.json").out
    (note,) = hub.notes()
    assert f"commit {'1' * 40}, [job](<https://gitlab.example.com/-/jobs/1>)" in note["body"]
    job.setenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "1" * 40)
    job.setenv("CI_MERGE_REQUEST_EVENT_TYPE", "merged_result")
    assert 0 == job.run("plan", "--out", "plan.json").code
    assert "left unchanged" in job.run("comment", "plan.json").out


def test_two_sets_of_policies_have_two_notes(job: Program, hub: Hub) -> None:
    for name in ("eu/policies", "us--policies"):
        assert 0 == job.run("plan", "--policy-set", name, "--out", "plan.json").code
        done = job.run("comment", "plan.json")
        assert f"note of the default environment, policies {name} on merge request 5: created" in done.out
    assert "updated" in job.run("comment", "gone.json", "--policy-set", "eu/policies").out
    assert [
        "<!-- syncer:plan:default:eu%2Fpolicies -->",
        "<!-- syncer:plan:default:us-%2Dpolicies -->",
    ] == [note["body"].split("\n")[0] for note in hub.notes()]


def test_a_fork_has_no_token_and_is_told_so(job: Program, hub: Hub) -> None:
    job.setenv("CI_PROJECT_ID", "43")
    job.setenv("CI_MERGE_REQUEST_PROJECT_ID", "42")
    assert "created" in job.run("comment", "plan.json").out
    job.setenv("SYNCER_GITLAB_TOKEN", "")
    done = job.run("comment", "plan.json", "--log-format", "json")
    assert (0, True) == (done.code, done.out.startswith("<!-- syncer:plan:default -->\n"))
    (line,) = done.err.splitlines()
    record = json.loads(line)
    assert ("warning", True) == (record["level"], "this pipeline runs in a fork" in record["message"])
    assert 1 == len(hub.notes())


@pytest.mark.parametrize(
    ("hub_is", "words"),
    [
        ({"fail_with": 401}, "401"),
        ({"fail_with": 403}, "403"),
        ({"fail_with": 404}, "404"),
        ({"fail_with": 400, "fail_page": b"<html>"}, "a page that isn't from its API"),
        ({"redirect_to": "http://127.0.0.1:9"}, "redirect"),
        ({"nonsense": {"user": b"[]"}}, "not GitLab's API"),
        ({"nonsense": {"notes": b"{]"}}, "not GitLab's API"),
    ],
)
def test_whatever_gitlab_answers_it_is_a_warning(job: Program, hub_is: dict[str, Any], words: str) -> None:
    with gitlab() as server:
        for name, value in hub_is.items():
            setattr(server.hub, name, value)
        job.setenv("SYNCER_GITLAB_TOKEN", STAND_IN_TOKEN)
        done = job.run("comment", "plan.json", "--api-url", server.api)
    assert (0, 1) == (done.code, done.err.count("\n"))
    assert done.err.startswith("warning: the note was not written: ")
    assert (True, False) == (words in done.err, STAND_IN_TOKEN in done.err)
    assert "### Changes" in done.out


def test_what_is_not_an_error_of_ours_is_a_warning_too(job: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr("syncer.gitlab.notes.Notes.mine", broken)
    done = job.run("comment", "plan.json")
    assert (0, True) == (done.code, "warning: the note was not written" in done.err)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("syncer.gitlab.notes.Notes.mine", interrupted)
    assert 130 == job.run("comment", "plan.json").code


@pytest.fixture
def server(job: Program) -> Iterator[StandIn]:
    """A stand-in in this process, which shows what was pushed to merge request 5; it is the job's."""
    with gitlab() as running:
        job.setenv("CI_API_V4_URL", running.api)
        job.setenv("SYNCER_GITLAB_TOKEN", STAND_IN_TOKEN)
        running.hub.repository.requests[5]["sha"] = "2" * 40
        yield running


NEWER = "note of the default environment on merge request 5: left unchanged: it is for a newer commit\n"


@pytest.mark.parametrize("file", ["plan.json", "gone.json"])
def test_a_late_job_of_an_older_commit_leaves_the_newer_note_alone(
    job: Program, server: StandIn, file: str
) -> None:
    job.setenv("CI_COMMIT_SHA", "2" * 40)
    job.run("plan", "--out", "new.json")
    job.run("comment", file.replace("plan", "new"))
    said = server.hub.bodies()
    job.setenv("CI_COMMIT_SHA", "1" * 40)
    assert (0, NEWER) == ((done := job.run("comment", "plan.json")).code, done.out)
    assert (1, NEWER) == ((done := job.run("comment", "gone.json")).code, done.out)
    assert said == server.hub.bodies()
    server.hub.repository.requests[5]["sha"] = "1" * 40
    assert "updated" in job.run("comment", "plan.json").out


def test_where_the_head_is_not_known_a_note_is_replaced(job: Program, server: StandIn) -> None:
    job.setenv("CI_COMMIT_SHA", "2" * 40)
    job.run("comment", "gone.json")
    server.hub.nonsense = {"5": b"{]"}
    assert "updated" in job.run("comment", "plan.json").out


def test_why_there_is_no_plan_is_in_the_note(job: Program, hub: Hub) -> None:
    (job.folder / "policies" / "bad.yaml").write_text("version: 1\nqueues:\n  - {queue: A\n")
    assert 3 == job.run("plan", "--out", "new.json", "--report", "json=report.json").code
    assert 1 == job.run("comment", "new.json", "--report", "report.json").code
    (note,) = hub.notes()
    assert "- **error** `yaml.syntax` at `policies/bad.yaml:" in note["body"]
    job.setenv("SYNCER_API_URL", "http://127.0.0.1:9")
    (job.folder / "policies" / "bad.yaml").unlink()
    assert 1 == job.run("plan", "--out", "new.json", "--report", "json=report.json").code
    job.run("comment", "new.json", "--report", "report.json")
    (note,) = hub.notes()
    assert "**Error:** `" in note["body"]
    done = job.run("comment", "new.json", "--report", "nowhere.json")
    assert "the note doesn't give the reason why there is no plan: nowhere.json can't be read" in done.err


COMMIT = "1" * 40


@pytest.fixture
def applied(program: Program, hub: Hub) -> Program:
    """The program as a job of the default branch, after an apply of what was merged."""
    hub.begin(COMMIT, {}, merged=5)
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": COMMIT,
        "CI_COMMIT_BRANCH": "main",
        "CI_JOB_URL": "https://gitlab.example.com/-/jobs/1",
        "SYNCER_GITLAB_TOKEN": TOKEN,
    }.items():
        program.setenv(name, value)
    report = ("--report", "json=apply.json", "--audit-head", "head.txt")
    assert 0 == program.run("apply", "--auto-approve", *report).code
    return program


@pytest.mark.parametrize("branch", ["main", "release"])
def test_a_commit_that_no_merge_request_brought(applied: Program, hub: Hub, branch: str) -> None:
    hub.begin("2" * 40, {})
    applied.setenv("CI_COMMIT_SHA", "2" * 40 if branch == "main" else COMMIT)
    done = applied.run("comment", "apply.json", "--branch", branch)
    assert 0 == done.code
    assert f" to {branch}: no note was written\n" in done.out
    assert ([], 0) == (hub.notes(), hub.writes())


def test_a_merge_request_that_is_named_is_not_looked_for(applied: Program, hub: Hub) -> None:
    assert (
        "request 5: created"
        in applied.run("comment", "apply.json", "--merge-request", "5", "--commit", "").out
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CI_COMMIT_BRANCH", "", "--branch"),
        ("CI_COMMIT_SHA", "", "--commit"),
        ("CI_PROJECT_ID", "", "A pipeline sets CI_PROJECT_ID"),
    ],
)
def test_what_is_not_set_to_find_the_merge_request_is_said(
    applied: Program, hub: Hub, name: str, value: str, words: str
) -> None:
    applied.setenv(name, value)
    done = applied.run("comment", "apply.json")
    assert (1, True) == (done.code, words in done.err)
    assert [] == hub.notes()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CI_COMMIT_SHA", "3" * 40, "project or commit"),
        ("SYNCER_GITLAB_TOKEN", "", "project access token"),
    ],
)
def test_a_note_that_gitlab_does_not_take_is_a_warning(
    applied: Program, hub: Hub, name: str, value: str, words: str
) -> None:
    applied.setenv(name, value)
    done = applied.run("comment", "apply.json")
    assert (0, 1, True) == (done.code, done.err.count("\n"), words in done.err)
    assert done.err.startswith("warning: the note was not written: ")
    assert done.out.startswith("<!-- syncer:apply:default -->\n")
    assert [] == hub.notes()


def test_each_merge_request_that_went_live_is_told_so(applied: Program, hub: Hub) -> None:
    assert "request 5: created" in applied.run("comment", "apply.json").out
    hub.begin("2" * 40, {}, merged=6)
    hub.begin("3" * 40, {}, merged=7)
    applied.setenv("CI_COMMIT_SHA", "3" * 40)
    applied.write_policies(policy_queue("Front", ("Back", 31)), policy_queue("Back"))
    report = ("--report", "json=apply.json", "--audit-head", "head.txt")
    assert 0 == applied.run("apply", "--auto-approve", *report).code
    source = json.loads((applied.folder / "apply.json").read_text())["source"]
    assert (COMMIT, "3" * 40) == (source["before"], source["commit"])
    done = applied.run("comment", "apply.json")
    assert [
        "note of the default environment on merge request 7: created",
        "note of the default environment on merge request 6: created",
    ] == done.out.splitlines()
    (own,), (other,) = hub.notes(7), hub.notes(6)
    assert "Went live with 1 other merge request merged before it." in own["body"]
    assert f"Applied by the apply of commit {'3' * 40} (run `" in other["body"]
    assert 1 == len(hub.notes(5))
    assert 2 == applied.run("comment", "apply.json").out.count("left unchanged")


def test_a_refused_apply_is_told_on_its_own_merge_request_alone(applied: Program, hub: Hub) -> None:
    hub.begin("2" * 40, {}, merged=6)
    hub.begin("3" * 40, {}, merged=7)
    applied.setenv("CI_COMMIT_SHA", "3" * 40)
    applied.write_settings(safety={"protected": ["Front"]})
    applied.write_policies(policy_queue("Front", ("Back", 31)), policy_queue("Back"))
    assert 4 == applied.run("apply", "--auto-approve", "--report", "json=apply.json").code
    assert "merge request 7: created" in applied.run("comment", "apply.json").out
    assert [] == hub.notes(6)


@pytest.mark.parametrize(
    ("folder", "changed", "told"),
    [
        ("policies", ["other/a.yaml"], False),
        ("policies", ["policies/a.yaml", "other/a.yaml"], True),
        ("policies/eu", ["policies/a.yaml"], False),
        (".", ["a.yaml"], True),
        ("../elsewhere", ["a.yaml"], True),
        ("policies", [], True),
    ],
)
def test_a_merge_request_that_changed_other_policies_alone_gets_no_note(
    applied: Program, folder: str, changed: list[str], told: bool
) -> None:
    with gitlab() as server:
        repository = server.hub.repository
        repository.begin(COMMIT, {}, merged=5)
        repository.diffs[5] = [diff(path) for path in changed]
        applied.setenv("CI_API_V4_URL", server.api)
        applied.setenv("SYNCER_GITLAB_TOKEN", STAND_IN_TOKEN)
        done = applied.run("comment", "apply.json", "--policies", folder)
        assert (0, int(told)) == (done.code, len(server.hub.bodies()))
        untold = f"merge request 5 changed nothing in {folder}: no note was written\n"
        assert told == (done.out != untold)
        server.hub.nonsense = {"diffs": b"{]"}
        assert "merge request 5: " in applied.run("comment", "apply.json", "--policies", folder).out


def test_an_old_refusal_that_comes_late_leaves_the_note_of_a_newer_apply(applied: Program, hub: Hub) -> None:
    applied.setenv("SYNCER_FREEZE", "INC-1")
    old = ("--report", "json=old.json", "--audit-head", "head.txt")
    applied.write_policies(policy_queue("Front", ("Back", 31)), policy_queue("Back"))
    assert 4 == applied.run("apply", "--auto-approve", *old).code
    assert "created" in applied.run("comment", "old.json").out
    applied.setenv("SYNCER_FREEZE", "")
    hub.begin("2" * 40, {}, merged=6)
    applied.setenv("CI_COMMIT_SHA", "2" * 40)
    assert 0 == applied.run("apply", "--auto-approve", "--report", "json=new.json").code
    assert 0 == applied.run("comment", "new.json", "--merge-request", "5").code
    (note,) = hub.notes(5)
    applied.setenv("CI_COMMIT_SHA", COMMIT)
    for file, code in (("old.json", 0), ("gone.json", 1)):
        assert (code, NEWER) == ((done := applied.run("comment", file)).code, done.out)
    assert [note["body"]] == [each["body"] for each in hub.notes(5)]


def test_commits_that_can_not_be_compared_are_a_warning(applied: Program, hub: Hub) -> None:
    path = applied.folder / "apply.json"
    report = json.loads(path.read_text())
    path.write_text(json.dumps({**report, "source": {**report["source"], "before": "8" * 40}}))
    done = applied.run("comment", "apply.json")
    assert "merge request 5: created" in done.out
    assert "warning: which other merge requests went live is not known: " in done.err
    assert 0 == done.code


def test_what_is_applied_is_held_against_what_was_reviewed(program: Program, hub: Hub) -> None:
    hub.begin(COMMIT, {}, merged=5)
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": COMMIT,
        "SYNCER_GITLAB_TOKEN": TOKEN,
    }.items():
        program.setenv(name, value)
    program.run("plan", "--out", "plan.json")
    assert "created" in program.run("comment", "plan.json", "--merge-request", "5").out
    assert 0 == program.run("apply", "--auto-approve", "--report", "json=apply.json").code
    program.setenv("CI_COMMIT_BRANCH", "main")
    program.run("comment", "apply.json")
    assert "As reviewed: the changes are those" in hub.notes()[1]["body"]
    program.write_policies(policy_queue("Front", ("Back", 31)), policy_queue("Back"))
    assert 0 == program.run("apply", "--auto-approve", "--report", "json=apply.json").code
    program.run("comment", "apply.json")
    words = "**Differs from what was reviewed:** 0 to create, 1 to update, 0 to delete; reviewed: 1 to create"
    assert words in hub.notes()[1]["body"]


def test_an_apply_without_a_report_is_told_loudly(applied: Program, hub: Hub) -> None:
    done = applied.run("comment", "gone.json")
    assert (1, True) == (done.code, "merge request 5: created" in done.out)
    assert "there is no gone.json, so there is nothing to report" in done.err
    (note,) = hub.notes()
    assert "## syncer apply for the default environment: the result is not known" in note["body"]
    assert "- The record has no open run" in note["body"]
    assert f"- Applied last from commit `{COMMIT}`, by run `" in note["body"]
    assert "updated" in applied.run("comment", "apply.json").out
    applied.setenv("SYNCER_GITLAB_TOKEN", "")
    done = applied.run("comment", "gone.json", "--record", "nowhere/record.json")
    assert (1, True) == (done.code, "the result is not known" in done.out)
    assert "warning: the note was not written: SYNCER_GITLAB_TOKEN is not set" in done.err


def test_a_note_is_shown_without_gitlab(target: LiveTarget) -> None:
    plan(SOURCE, target, PlanOptions(out=Path("plan.json")), session=session())
    done = comment(Path("plan.json"), CommentOptions(dry_run=True), session=Session(environ={}))
    assert (True, None) == ("Front" in done.text, done.problem)
    missing = comment(Path("missing.json"), CommentOptions(dry_run=True))
    assert missing.problem is not None
