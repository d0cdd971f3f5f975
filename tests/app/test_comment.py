"""``sync comment`` against a stand-in of GitLab, a process of its own: of a plan, and of an apply."""

import sys
from pathlib import Path

import pytest

from syncer.app import LiveTarget, PlanOptions, Session, comment, plan
from syncer.app.options import CommentOptions
from tests.hub import TOKEN, Hub
from tests.program import Program
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
    assert "left alone" in job.run("comment", "plan.json").out
    others, ours = hub.notes()
    assert others["body"].endswith("fooled you")
    assert "1 to create, 1 to update, 1 to delete in 2 queues" in ours["body"]
    assert "Superseded: 1 earlier plan" in ours["body"]
    assert 3 == hub.writes()


def test_another_pipeline_that_says_the_same_leaves_the_note_alone(job: Program, hub: Hub) -> None:
    job.run("comment", "plan.json")
    job.setenv("CI_JOB_URL", "https://gitlab.example.com/-/jobs/2")
    job.setenv("CI_PIPELINE_URL", "https://gitlab.example.com/-/pipelines/2")
    assert "left alone" in job.run("comment", "plan.json").out
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
    assert "there is no nowhere.json, so there is nothing to tell" in done.err
    assert "The job that should have written it failed: its log says why." in done.err


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
    assert "left alone" in job.run("comment", "gone.json").out

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


def test_a_note_is_shown_without_gitlab(target: LiveTarget) -> None:
    plan(SOURCE, target, PlanOptions(out=Path("plan.json")), session=session())
    done = comment(Path("plan.json"), CommentOptions(dry_run=True), session=Session(environ={}))
    assert (True, None) == ("Front" in done.text, done.problem)
    missing = comment(Path("missing.json"), CommentOptions(dry_run=True))
    assert missing.problem is not None
