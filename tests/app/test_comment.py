"""``sync comment`` against a stand-in of GitLab that runs as a process of its own."""

import sys

import pytest

from tests.hub import TOKEN, Hub
from tests.program import Program


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


def test_options_go_before_variables(job: Program, hub: Hub) -> None:
    for name in ("CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID", "CI_COMMIT_SHA", "CI_JOB_URL"):
        job.setenv(name, "nonsense")
    places = ["--api-url", f"{hub.url}/api/v4", "--project", "42", "--merge-request", "5"]
    sources = ["--commit", "3" * 40, "--job-url", "https://gitlab.example.com/-/jobs/3"]
    assert 0 == job.run("comment", "plan.json", *places, *sources).code
    (note,) = hub.notes()
    assert f"commit {'3' * 40}, [job](<https://gitlab.example.com/-/jobs/3>)" in note["body"]


def test_a_dry_run_needs_nothing(planned: Program) -> None:
    done = planned.run("comment", "plan.json", "--dry-run")
    assert 0 == done.code
    assert done.out.startswith("<!-- syncer:plan:default -->\n")
    assert done.out.endswith(".\n")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("CI_API_V4_URL", "CI_API_V4_URL"),
        ("CI_PROJECT_ID", "--project"),
        ("CI_MERGE_REQUEST_IID", "--merge-request"),
        ("SYNCER_GITLAB_TOKEN", "project access token"),
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
    assert [0, 1, 1, 1] == [done.code for done in shown]
    assert not [done for done in shown if "glpat" in done.out + done.err]
    assert not [note for note in hub.notes() if "glpat" in note["body"]]


def test_an_edited_plan_is_refused(job: Program, hub: Hub) -> None:
    path = job.folder / "plan.json"
    path.write_text(path.read_text().replace('"Front"', '"Frint"'))
    done = job.run("comment", "plan.json")
    assert 4 == done.code
    assert "edited after it was made" in done.err
    assert [] == hub.notes()


def test_an_environment_that_was_not_planned_for() -> None:
    from syncer.app.draft_note import environment_of
    from syncer.errors import WrongUsage

    assert ("prod", "prod", "prod") == (
        environment_of("prod", ""),
        environment_of("", "prod"),
        environment_of("prod", "prod"),
    )
    with pytest.raises(WrongUsage, match="is for the environment prod, not test"):
        environment_of("test", "prod")


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
    assert 1 == job.run("comment", "gone.json", "--audit-head", "head.txt").code
    for name in ("CI_COMMIT_SHA", "CI_JOB_URL", "CI_PIPELINE_URL"):
        job.setenv(name, "")
    done = job.run("comment", "gone.json", "--dry-run")
    assert (1, True) == (done.code, done.out.endswith("is not known.\n"))
    assert 0 == hub.writes()
