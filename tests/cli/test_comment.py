"""``sync comment``: options before variables, and what is printed."""

import json

import pytest

from tests.hub import TOKEN, Hub
from tests.program import Program


@pytest.fixture
def planned(program: Program) -> Program:
    """The program with a saved plan."""
    assert 0 == program.run("plan", "--out", "plan.json").code
    return program


def test_options_go_before_variables(planned: Program, hub: Hub) -> None:
    for name in ("CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID", "CI_COMMIT_SHA", "CI_JOB_URL"):
        planned.setenv(name, "nonsense")
    planned.setenv("SYNCER_GITLAB_TOKEN", TOKEN)
    places = ["--api-url", f"{hub.url}/api/v4", "--project", "42", "--merge-request", "5"]
    sources = ["--commit", "3" * 40, "--job-url", "https://gitlab.example.com/-/jobs/3"]
    assert 0 == planned.run("comment", "plan.json", *places, *sources).code
    (note,) = hub.notes()
    assert f"commit {'3' * 40}, [job](<https://gitlab.example.com/-/jobs/3>)" in note["body"]


def test_a_dry_run_needs_nothing(planned: Program) -> None:
    done = planned.run("comment", "plan.json", "--dry-run")
    assert 0 == done.code
    assert done.out.startswith("<!-- syncer:plan:default -->\n")
    assert done.out.endswith(".\n")


def test_the_exit_code_is_that_of_what_the_note_reports(program: Program) -> None:
    done = program.run("comment", "gone.json", "--dry-run")
    assert (1, True) == (done.code, done.out.startswith("<!-- syncer:plan:default -->\n"))
    assert "there is no gone.json" in done.err
    assert 64 == program.run("comment").code


def test_errors_are_records_of_a_log_for_machines(planned: Program) -> None:
    for arguments, words in (
        (("gone.json", "--dry-run"), "there is no gone.json"),
        (("plan.json",), "the URL of GitLab's API is not known"),
    ):
        done = planned.run("comment", *arguments, "--log-format", "json")
        (line,) = done.err.splitlines()
        record = json.loads(line)
        assert (1, "error") == (done.code, record["level"])
        assert record["message"].startswith(words)
