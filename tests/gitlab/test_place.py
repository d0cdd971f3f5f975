import pytest

from syncer.errors import ConfigError
from syncer.gitlab.place import (
    Job,
    MergeRequest,
    in_name,
    is_fork,
    job_here,
    job_of,
    merge_request_of,
    missing_variables,
    token_of,
)

API = "https://gitlab.example.com/api/v4"


@pytest.mark.parametrize(
    ("api", "url"),
    [
        (API, "https://gitlab.example.com"),
        (f"{API}/", "https://gitlab.example.com"),
        ("https://gitlab.example.com", "https://gitlab.example.com"),
        ("https://example.com/gitlab/api/v4", "https://example.com/gitlab"),
        ("http://127.0.0.1:8080/api/v4", "http://127.0.0.1:8080"),
        ("http://[::1]:8080/api/v4", "http://[::1]:8080"),
        ("http://localhost/api/v4", "http://localhost"),
    ],
)
def test_the_url_without_the_path_of_the_api(api: str, url: str) -> None:
    assert MergeRequest(url, "42", "5") == merge_request_of(api, "42", " 5 ")


def test_a_project_may_be_a_path() -> None:
    merge_request = merge_request_of(API, "team/queues", "5")
    assert "/projects/team%2Fqueues/merge_requests/5" == merge_request.path


@pytest.mark.parametrize(
    ("values", "variable"),
    [
        (("", "42", "5"), "CI_API_V4_URL"),
        ((API, " ", "5"), "CI_PROJECT_ID"),
        ((API, "42", ""), "CI_MERGE_REQUEST_IID"),
    ],
)
def test_what_is_missing_is_named(values: tuple[str, str, str], variable: str) -> None:
    with pytest.raises(ConfigError) as caught:
        merge_request_of(*values)
    assert variable in caught.value.hint


@pytest.mark.parametrize("iid", ["!5", "5/..", "0", "-1", "٣", "5" * 40])
def test_the_number_of_a_merge_request_is_a_number(iid: str) -> None:
    with pytest.raises(ConfigError, match="isn't the number of a merge request"):
        merge_request_of(API, "42", iid)


@pytest.mark.parametrize(
    ("api", "message"),
    [
        ("gitlab.example.com/api/v4", "not an http URL"),
        ("ftp://gitlab.example.com", "not an http URL"),
        ("https:///api/v4", "not an http URL"),
        ("https://gitlab example.com", "not an http URL"),
        ("https://[::1/api/v4", "not a URL"),
        ("https://gitlab.example.com:port/api/v4", "not a URL"),
        ("https://user:secret@gitlab.example.com/api/v4", "not contain a user, password"),
        ("https://gitlab.example.com/api/v4?private_token=secret", "not contain a user, password"),
        ("http://gitlab.example.com/api/v4", "plain http to gitlab.example.com"),
        ("http://192.0.2.1/api/v4", "plain http to 192.0.2.1"),
    ],
)
def test_where_a_token_does_not_go(api: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        merge_request_of(api, "42", "5")
    assert "secret" not in str(caught.value)


def test_a_job() -> None:
    made = job_of("ABCDEF0123", "https://gitlab.example.com/-/jobs/1", "")
    assert Job("abcdef0123", "https://gitlab.example.com/-/jobs/1") == made
    assert Job() == job_of("", "", "")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("main", "", ""), "isn't a commit"),
        (("", "javascript:alert(1)", ""), "CI_JOB_URL"),
        (("", "https://a.example/>\n/close", ""), "CI_JOB_URL"),
        (("", "", "https://a.example/ b"), "CI_PIPELINE_URL"),
    ],
)
def test_what_is_no_commit_and_no_link(values: tuple[str, str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        job_of(*values)


def test_the_token_that_writes() -> None:
    assert "glpat-1" == token_of({"SYNCER_GITLAB_TOKEN": " glpat-1\n", "CI_JOB_TOKEN": "job"})


def test_without_a_token_it_is_said_what_to_create() -> None:
    with pytest.raises(ConfigError, match=r"SYNCER_GITLAB_TOKEN is not set$") as caught:
        token_of({})
    assert "project access token" in caught.value.hint
    assert "masked" in caught.value.hint


def test_a_job_token_is_not_enough() -> None:
    with pytest.raises(ConfigError, match="can read notes but not write them") as caught:
        token_of({"CI_JOB_TOKEN": "job-secret"})
    assert "job-secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("token", ["two words", "line\nend", "tökén"])
def test_what_no_token_looks_like_is_not_shown(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        token_of({"SYNCER_GITLAB_TOKEN": token})
    assert token not in caught.value.message + caught.value.hint


def test_a_pipeline_of_a_fork_gets_no_variables() -> None:
    fork = {"CI_PROJECT_ID": "43", "CI_MERGE_REQUEST_PROJECT_ID": "42"}
    assert (True, True) == (is_fork(fork), "runs in a fork" in missing_variables(fork))
    for own in ({**fork, "CI_PROJECT_ID": "42"}, {"CI_PROJECT_ID": "42"}, {}):
        assert (False, "") == (is_fork(own), missing_variables(own))
    unprotected = {"CI_PROJECT_ID": "42", "CI_COMMIT_REF_PROTECTED": "false"}
    assert "no protected variables" in missing_variables(unprotected)


def test_the_job_that_runs_here() -> None:
    links = {
        "CI_JOB_URL": "https://gitlab.example.com/j/1",
        "CI_PIPELINE_URL": "https://gitlab.example.com/p/1",
    }
    assert Job("c" * 40, *links.values()) == job_here(links, "c" * 40)
    assert Job("c" * 40) == job_here({}, "c" * 40)


def test_names_that_differ_stay_different_as_parts_of_a_name() -> None:
    assert ["a-b", "a_2f_b", "a_2b_b", "a_5f_b"] == [in_name(each) for each in ("a-b", "a/b", "a+b", "a_b")]
