"""Merge requests of a project: which are found, and which are none of ours."""

import json
from collections.abc import Iterator

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.api import Api
from syncer.gitlab.merge_requests import (
    MOST_COMMITS,
    MOST_FILES,
    MOST_REQUESTS,
    BroughtAlong,
    Requests,
    brought,
    brought_between,
    changed_files,
    pushed_after,
)
from syncer.gitlab.place import MergeRequest, project_of
from syncer.gitlab.propose import OPENING
from tests.stand_in import TOKEN, StandIn, gitlab
from tests.stand_in_repository import FORK, Json, diff, request, version

COMMIT, OTHER = "1" * 40, "2" * 40


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        running.hub.repository.begin(COMMIT, {"policies/a.yaml": ""}, merged=5)
        yield running


def found(server: StandIn, commit: str = COMMIT, branch: str = "main", token: str = TOKEN) -> int | None:
    """The number of the merge request that brought a commit."""
    project = project_of(server.api, "42")
    one = brought(project, token, commit, branch)
    assert one is None or MergeRequest(project.url, "42", one.iid) == one
    return int(one.iid) if one else None


def merged(iid: int, **shas: str) -> Json:
    return request(iid, "topic", "") | {"state": "merged"} | shas


def test_what_brought_a_commit_was_merged_into_its_branch(server: StandIn) -> None:
    assert 5 == found(server)
    assert found(server, branch="release") is None
    server.hub.repository.requests[5]["state"] = "opened"
    assert found(server) is None


@pytest.mark.parametrize("name", ["merge_commit_sha", "squash_commit_sha", "sha"])
def test_the_one_that_was_merged_as_the_commit_goes_before_later_ones(server: StandIn, name: str) -> None:
    several = [merged(6, sha=OTHER), merged(7, **{name: COMMIT}), merged(8)]
    server.hub.nonsense = {"merge_requests": json.dumps(several).encode()}
    assert 7 == found(server)
    server.hub.nonsense = {"merge_requests": json.dumps([*several[:1], *several[2:]]).encode()}
    assert 8 == found(server)


def test_a_commit_that_gitlab_does_not_know(server: StandIn) -> None:
    with pytest.raises(ConfigError, match="no such project or commit"):
        found(server, commit=OTHER)


def test_those_between_two_branches_are_the_newest_first_and_none_of_a_fork(server: StandIn) -> None:
    for iid, source, home in ((6, "topic", 42), (7, "topic", FORK), (8, "other", 42)):
        server.hub.repository.requests[iid] = request(iid, source, f"title {iid}", "why", home)
    project = project_of(server.api, "42")
    with Api(project.url, TOKEN, OPENING) as api:
        requests = Requests(api, project).between("topic", "main")
    assert [(6, "opened", "title 6", "why"), (5, "merged", "A change of the policies", "")] == [
        (each.iid, each.state, each.title, each.description) for each in requests
    ]
    assert [frozenset(), frozenset({COMMIT})] == [each.commits for each in requests]


def test_an_answer_to_the_opening_that_is_not_gitlabs(server: StandIn) -> None:
    project = project_of(server.api, "42")
    with Api(project.url, TOKEN, OPENING) as api:
        server.hub.nonsense = {"merge_requests": b"[]"}
        with pytest.raises(SyncerError, match="not GitLab's API"):
            Requests(api, project).create({})


def between(server: StandIn, before: str, after: str) -> tuple[list[int], int]:
    """The numbers of the merge requests that were merged between two commits, and how much was not asked."""
    along = brought_between(project_of(server.api, "42"), TOKEN, before, after, "main")
    return [int(each.iid) for each in along.requests], along.unasked


def sha(number: int) -> str:
    return f"{number:040x}"


def test_those_merged_between_two_commits_are_found_the_newest_first(server: StandIn) -> None:
    repository = server.hub.repository
    for number in (6, 7):
        repository.begin(sha(number), {}, merged=number)
    repository.begin(sha(8), {})
    assert ([7, 6], 0) == between(server, COMMIT, sha(8))
    assert ([7], 0) == between(server, sha(6), sha(7))
    assert ([], 0) == between(server, sha(8), sha(8))


def test_a_merge_commit_is_asked_first_and_what_it_names_is_not_asked_again(server: StandIn) -> None:
    merge = {"id": sha(7), "parent_ids": [COMMIT, sha(6)]}
    commits = [{"id": sha(6), "parent_ids": [COMMIT]}, merge, {"id": "nonsense"}, None]
    server.hub.nonsense = {
        "compare": json.dumps({"commits": commits}).encode(),
        "merge_requests": json.dumps([merged(6, merge_commit_sha=sha(7), sha=sha(6))]).encode(),
    }
    assert ([6], 0) == between(server, COMMIT, sha(7))
    asked = [path for _, path in server.hub.calls if path.endswith("per_page=100&page=1")]
    assert [True] == [sha(7) in path for path in asked]


def test_a_long_way_is_asked_in_part_and_the_rest_is_counted(server: StandIn) -> None:
    repository = server.hub.repository
    for number in range(1, MOST_COMMITS + 4):
        repository.begin(sha(number), {})
    assert ([], 3) == between(server, COMMIT, sha(MOST_COMMITS + 3))
    for number in range(1, MOST_REQUESTS + 4):
        repository.begin(sha(number), {}, merged=100 + number)
    found, unasked = between(server, COMMIT, sha(MOST_REQUESTS + 3))
    assert (MOST_REQUESTS, 3) == (len(found), unasked)


def test_commits_that_gitlab_can_not_compare(server: StandIn) -> None:
    with pytest.raises(SyncerError, match="can't compare"):
        between(server, OTHER, COMMIT)
    server.hub.nonsense = {"compare": b"[1]"}
    assert BroughtAlong() == brought_between(project_of(server.api, "42"), TOKEN, OTHER, COMMIT, "main")


@pytest.mark.parametrize(
    ("head", "pushes", "after"),
    [
        (COMMIT, [], True),
        (OTHER, [COMMIT, OTHER], False),
        ("3" * 40, ["3" * 40, COMMIT, OTHER], True),
        ("3" * 40, ["3" * 40, OTHER, COMMIT], False),
        ("3" * 40, ["3" * 40, COMMIT], False),
        (None, [COMMIT, OTHER], False),
    ],
)
def test_which_commit_was_pushed_after_the_other(
    server: StandIn, head: str | None, pushes: list[str], after: bool
) -> None:
    repository = server.hub.repository
    repository.requests[5]["sha"] = head
    repository.versions[5] = [
        version(9 - number, sha, "2026-03-01T09:00:00Z") for number, sha in enumerate(pushes)
    ]
    where = MergeRequest(project_of(server.api, "42").url, "42", "5")
    assert after == pushed_after(where, TOKEN, COMMIT, OTHER)


def test_which_files_a_merge_request_changed(server: StandIn) -> None:
    where, diffs = MergeRequest(project_of(server.api, "42").url, "42", "5"), server.hub.repository.diffs
    assert frozenset() == changed_files(where, TOKEN)
    diffs[5] = [diff("eu/a.yaml"), diff("us/b.yaml", was="us/a.yaml")]
    assert {"eu/a.yaml", "us/a.yaml", "us/b.yaml"} == changed_files(where, TOKEN)
    diffs[5] = [diff(f"eu/{number}.yaml") for number in range(MOST_FILES)]
    assert MOST_FILES == len(changed_files(where, TOKEN))
    diffs[5].append(diff("us/a.yaml"))
    assert frozenset() == changed_files(where, TOKEN)
    server.hub.nonsense = {"diffs": b'[{"new_path": 1}]'}
    with pytest.raises(SyncerError):
        changed_files(where, TOKEN)
