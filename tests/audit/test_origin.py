"""Who runs this and from what: what the environment claims, and how it is written and read."""

from dataclasses import replace

import pytest

from syncer.audit.origin import GITHUB, GITLAB, LOCAL, Origin, origin

ON_GITLAB = {
    "GITLAB_USER_LOGIN": "ann",
    "CI_COMMIT_SHA": "abc",
    "CI_PIPELINE_URL": "https://git/p/1",
    "CI_JOB_URL": "https://git/j/2",
    "CI_PIPELINE_ID": "1",
    "CI_JOB_ID": "2",
    "CI_COMMIT_REF_NAME": "main",
    "CI_COMMIT_REF_PROTECTED": "true",
}
ON_GITHUB = {
    "GITHUB_ACTOR": "bob",
    "GITHUB_SHA": "def",
    "GITHUB_RUN_ID": "7",
    "GITHUB_JOB": "apply",
    "GITHUB_REF_NAME": "topic",
    "GITHUB_REF_PROTECTED": "false",
}
PROVEN = Origin("ann", "here", "abc", "https://git/p/1", "https://git/j/2", GITLAB, True, "", "main", True)


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (ON_GITLAB, ("ann", "abc", "https://git/p/1", "https://git/j/2", GITLAB, "main", True)),
        (ON_GITHUB, ("bob", "def", "7", "apply", GITHUB, "topic", False)),
        (
            {"CI_PIPELINE_ID": "1", "CI_JOB_ID": "2", "GITHUB_ACTOR": "bob"},
            ("bob", "", "1", "2", GITLAB, "", None),
        ),
    ],
    ids=["GitLab", "GitHub", "ids alone"],
)
def test_an_origin_comes_from_the_variables_of_ci(env: dict[str, str], expected: tuple[object, ...]) -> None:
    found = origin(env)
    said = (found.user, found.commit, found.pipeline, found.job)
    assert expected == (*said, found.source, found.ref, found.ref_protected)
    assert found.host


@pytest.mark.parametrize(
    ("env", "words"),
    [(ON_GITLAB, "no ID token"), (ON_GITHUB, "only ID tokens of GitLab"), ({}, "this machine")],
    ids=["GitLab", "GitHub", "local"],
)
def test_what_the_environment_claims_is_not_verified_and_says_so(env: dict[str, str], words: str) -> None:
    found = origin(env)
    assert not found.verified
    assert words in found.unverified


def test_without_ci_the_origin_is_the_local_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "carl")
    found = origin({})
    assert Origin("carl", found.host, source=LOCAL, unverified="this machine claims it") == found
    assert {
        "user": "carl",
        "host": found.host,
        "commit": "",
        "pipeline": "",
        "job": "",
        "source": "local",
        "verified": False,
        "unverified": "this machine claims it",
        "ref": "",
        "refProtected": None,
    } == found.as_json()


def test_a_user_that_the_system_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert "" == origin({}).user


@pytest.mark.parametrize("one", [PROVEN, Origin(), origin(ON_GITHUB), replace(PROVEN, ref_protected=None)])
def test_an_origin_is_read_as_it_was_written(one: Origin) -> None:
    assert one == Origin.of(one.as_json())


def test_an_origin_of_an_older_version_has_no_source() -> None:
    older = PROVEN.claimed()
    assert ["user", "host", "commit", "pipeline", "job"] == list(older)
    assert Origin("ann", "here", "abc", "https://git/p/1", "https://git/j/2") == Origin.of(older)
    assert ("", False, None) == (Origin.of(older).source, Origin.of(older).verified, Origin().ref_protected)


def test_an_origin_with_a_member_that_nobody_knows_is_none() -> None:
    with pytest.raises(TypeError):
        Origin.of({**PROVEN.as_json(), "color": "red"})
