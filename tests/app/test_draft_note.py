"""What a note says: of an apply, what became of the merge request that brought the commit."""

import json
from pathlib import Path

import pytest

from syncer.app.draft_note import environment_of
from syncer.errors import WrongUsage
from tests.hub import TOKEN, Hub
from tests.program import Program, policy_queue

COMMIT = "1" * 40
MARKER = "<!-- syncer:apply:default -->"


@pytest.fixture
def job(program: Program, hub: Hub) -> Program:
    """The program as a job of the default branch, after a merge request was merged."""
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
    return program


def apply(job: Program, *more: str) -> int:
    report = ("--report", "json=apply.json", "--audit-head", "head.txt")
    return job.run("apply", "--auto-approve", *report, *more).code


def head(job: Program) -> str:
    return (job.folder / "head.txt").read_text().strip()


def test_the_note_holds_the_head_of_the_audit(job: Program, hub: Hub) -> None:
    hub.write(f"{MARKER}\nfooled you")
    assert 0 == apply(job)
    done = job.run("comment", "apply.json")
    assert (0, "note of the default environment on merge request 5: created\n", "") == (
        done.code,
        done.out,
        done.err,
    )
    theirs, ours = hub.notes()
    assert theirs["body"].endswith("fooled you")
    assert f"{MARKER}\n" in ours["body"]
    assert "## syncer apply for the default environment: done (2 applied)" in ours["body"]
    assert f"audit head `{head(job)}`, commit {COMMIT}, [job]" in ours["body"]
    for kept in ("head.txt", "gone.txt"):
        assert "left unchanged" in job.run("comment", "apply.json", "--audit-head", kept).out


def test_the_note_links_the_page_that_the_job_keeps(job: Program) -> None:
    said = ("comment", "apply.json", "--dry-run", "--page")
    (job.folder / "kept").mkdir()
    assert 0 == apply(job, "--report", "html=kept/apply ä.html")
    page = "[page](<https://gitlab.example.com/-/jobs/1/artifacts/file/kept/apply%20%C3%A4.html>), [job]"
    assert page in job.run(*said, "kept/apply ä.html").out
    for absent in ("gone.html", "kept", "../apply.html"):
        assert "[page]" not in job.run(*said, absent).out
    (job.folder.parent / "apply.html").touch()
    assert "[page]" not in job.run(*said, "../apply.html").out
    job.setenv("CI_JOB_URL", "")
    assert 0 == apply(job)
    assert "[page]" not in job.run(*said, "kept/apply ä.html").out


def test_the_next_run_keeps_the_head_before(job: Program, hub: Hub) -> None:
    assert 0 == apply(job)
    job.run("comment", "apply.json")
    first = head(job)
    job.write_policies(policy_queue("Front", ("Back", 30)))
    assert 0 == apply(job)
    assert "updated" in job.run("comment", "apply.json").out
    (note,) = hub.notes()
    assert 1 == note["body"].count(f"done; audit head `{first}`")
    assert f"audit head `{head(job)}`, commit" in note["body"]


def test_a_refusal_is_told(job: Program, hub: Hub) -> None:
    job.write_settings(safety={"protected": ["Desk"]})
    assert 4 == apply(job)
    assert 0 == job.run("comment", "apply.json", "--audit-head", "head.txt").code
    (note,) = hub.notes()
    assert f"Audit head `{head(job)}`, commit" in note["body"]
    assert "for the default environment: refused" in note["body"]
    assert "**Error:** `refused for safety" in note["body"]


def test_a_note_for_each_environment(job: Program, hub: Hub) -> None:
    assert 0 == apply(job)
    for environment in ("eu", "us"):
        job.setenv("SYNCER_ENV", environment)
        assert f"note of {environment} on" in job.run("comment", "apply.json").out
    assert ["<!-- syncer:apply:eu -->", "<!-- syncer:apply:us -->"] == [
        note["body"].split("\n")[0] for note in hub.notes()
    ]


def test_a_dry_run_needs_no_gitlab(job: Program, hub: Hub) -> None:
    assert 0 == apply(job)
    done = job.run("comment", "apply.json", "--dry-run")
    assert (0, True) == (done.code, done.out.startswith(f"{MARKER}\n"))
    assert 0 == hub.writes()


def test_reports_of_other_commands_and_broken_ones_are_refused(job: Program) -> None:
    assert 0 == job.run("drift", "--report", "json=drift.json").code
    done = job.run("comment", "drift.json")
    assert (64, True) == (done.code, "is the report of drift" in done.err)
    report = json.loads((job.folder / "drift.json").read_text())
    for text in (json.dumps({**report, "command": "nothing"}), json.dumps(report)[:-1]):
        (job.folder / "broken.json").write_text(text)
        assert 1 == job.run("comment", "broken.json").code
    assert "there is no gone.json, so there is nothing to report" in job.run("comment", "gone.json").err


def test_an_environment_that_was_not_planned_for() -> None:
    assert ("prod", "prod", "prod") == (
        environment_of("prod", ""),
        environment_of("", "prod"),
        environment_of("prod", "prod"),
    )
    with pytest.raises(WrongUsage, match="is for the environment prod, not test"):
        environment_of("test", "prod")


def test_findings_of_a_plan_in_a_folder_are_named_from_the_top(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = program.folder / "top"
    (top / ".git").mkdir(parents=True)
    (program.folder / "policies").rename(top / "policies")
    (top / "eu").mkdir()
    (top / "policies").rename(top / "eu" / "policies")
    monkeypatch.chdir(top / "eu")
    policies = json.loads(Path("policies/all.yaml").read_text())
    policies["queues"][0]["overflow"][0]["target"] = "Nobody"
    Path("policies/all.yaml").write_text(json.dumps(policies, indent=1))
    assert 3 == program.run("plan", "--out", "plan.json").code
    Path("policies/bad.yaml").write_text("version: [")
    assert 3 == program.run("plan", "--out", "new.json", "--report", "json=report.json").code
    monkeypatch.chdir(top)
    missing = program.run("comment", "eu/new.json", "--report", "eu/report.json", "--dry-run")
    assert missing.out.startswith("<!-- syncer:plan:default:eu%2Fpolicies -->\n")
    assert "at `eu/policies/bad.yaml:" in missing.out
    done = program.run("comment", "eu/plan.json", "--dry-run")
    assert done.out.startswith("<!-- syncer:plan:default:eu%2Fpolicies -->\n")
    assert "at `eu/policies/all.yaml:" in done.out
