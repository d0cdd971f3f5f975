"""Who asked for a change and who approved it: what GitLab says, and what follows from that."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.place import project_of
from syncer.gitlab.review import OK, SELF_APPROVED, UNKNOWN, Review, review_of
from tests.stand_in import TOKEN, StandIn, gitlab
from tests.stand_in_repository import Repository, approval, pushed, user, version

COMMIT, HEAD, OLDER = "1" * 40, "2" * 40, "3" * 40
PUSHED, BEFORE, AFTER = (
    "2026-03-01T08:30:00.000Z",
    "2026-03-01T08:29:59.000Z",
    "2026-03-01T09:40:00.000+01:00",
)
AUTHOR, BOB, CAROL = user(7, "ann", "Ann Arbor"), user(8, "bob", "Bob Beamon"), user(9, "carol", "Carol C.")
BOT = user(70, "project_42_bot_1a2b", "the pipeline")


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        repository = running.hub.repository
        repository.begin(COMMIT, {"policies/a.yaml": ""}, merged=5)
        repository.requests[5].update(sha=HEAD, author=AUTHOR, merge_user=CAROL)
        repository.versions[5] = [version(2, HEAD, PUSHED), version(1, OLDER, BEFORE)]
        repository.commits_of[5] = [pushed(HEAD, "Ann Arbor", "ann@example.com", "More\n\nTicket: T-1\n")]
        yield running


def repository(server: StandIn) -> Repository:
    return server.hub.repository


def found(server: StandIn, commit: str = COMMIT, branch: str = "main", token: str = TOKEN) -> Review | None:
    return review_of(project_of(server.api, "42"), token, commit, branch)


def judged(server: StandIn, *given: Any) -> tuple[str, str]:
    """Segregation and approved commit with these approvals."""
    repository(server).approvals[5] = list(given)
    review = found(server)
    assert review is not None
    return review.segregation, review.approved_sha


def test_a_review_by_somebody_else(server: StandIn) -> None:
    repository(server).approvals[5] = [approval(BOB, AFTER), approval(CAROL, BEFORE)]
    expected = Review(
        url="https://gitlab.example.com/team/queues/-/merge_requests/5",
        requester="ann",
        approvers=("bob", "carol"),
        approved_sha=HEAD,
        segregation=OK,
        messages=("More\n\nTicket: T-1\n",),
    )
    assert expected == found(server)
    assert {"GET"} == {method for method, _ in server.hub.calls}


def test_no_merge_request_brought_the_commit_itself(server: StandIn) -> None:
    assert found(server, branch="release") is None
    repository(server).requests[5]["state"] = "opened"
    assert found(server) is None


def test_a_merge_request_that_only_holds_the_commit_approved_something_else(server: StandIn) -> None:
    holding = {**repository(server).requests[5], "merge_commit_sha": OLDER}
    server.hub.nonsense = {"merge_requests": json.dumps([holding]).encode()}
    assert found(server) is None
    squashed = {**holding, "squash_commit_sha": COMMIT}
    server.hub.nonsense = {"merge_requests": json.dumps([squashed]).encode()}
    assert found(server) is not None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(BOB, AFTER)], (OK, HEAD)),
        ([(BOB, PUSHED)], (OK, HEAD)),
        ([(AUTHOR, AFTER), (BOB, AFTER)], (OK, HEAD)),
        ([(BOB, None)], (OK, "")),
        ([(BOB, "yesterday")], (OK, "")),
        ([(BOB, "2026-03-01T12:00:00")], (OK, "")),
        ([(AUTHOR, AFTER)], (SELF_APPROVED, HEAD)),
        ([(AUTHOR, AFTER), (BOB, BEFORE)], (SELF_APPROVED, HEAD)),
        ([(BOB, BEFORE)], (UNKNOWN, "")),
        ([(BOT, AFTER)], (UNKNOWN, HEAD)),
        ([({}, AFTER)], (UNKNOWN, HEAD)),
        ([], (UNKNOWN, "")),
    ],
)
def test_who_counts(server: StandIn, given: list[tuple[Any, str | None]], expected: tuple[str, str]) -> None:
    assert expected == judged(server, *(approval(who, at) for who, at in given))


@pytest.mark.parametrize(
    ("author", "email"),
    [
        ("BOB BEAMON", "b@example.com"),
        ("Bobby", "8-bob@users.noreply.gitlab.example.com"),
        ("Bobby", "8-former-name@users.noreply.gitlab.example.com"),
        ("Bobby", "Bob@Example.com"),
    ],
)
def test_who_wrote_a_commit_of_it_does_not_count(server: StandIn, author: str, email: str) -> None:
    public = {**BOB, "public_email": "bob@example.com"}
    assert (OK, HEAD) == judged(server, approval(public, AFTER))
    own = pushed(OLDER, author, email)
    repository(server).commits_of[5].append(own)
    assert (SELF_APPROVED, HEAD) == judged(server, approval(public, AFTER))
    own.update(author_name="Ann Arbor", author_email="ann@example.com")
    assert (SELF_APPROVED, HEAD) == judged(server, approval(public, AFTER))
    own.update(committer_name="GitLab", committer_email="8@users.noreply.gitlab.example.com")
    assert (OK, HEAD) == judged(server, approval(public, AFTER))


@pytest.mark.parametrize(
    ("merged_by", "expected"), [(AUTHOR, SELF_APPROVED), (CAROL, UNKNOWN), (None, UNKNOWN)]
)
def test_what_nobody_approved(server: StandIn, merged_by: Any, expected: str) -> None:
    repository(server).requests[5].update(merge_user=None, merged_by=merged_by)
    assert (expected, "") == judged(server)


def test_without_an_author_nobody_can_tell(server: StandIn) -> None:
    repository(server).requests[5]["author"] = None
    assert (UNKNOWN, HEAD) == judged(server, approval(BOB, AFTER))


def test_a_commit_that_was_pushed_again_counts_from_the_last_push(server: StandIn) -> None:
    later = "2026-03-01T09:00:00.000Z"
    repository(server).versions[5] = [
        version(4, HEAD, "2026-03-01T09:10:00.000Z"),
        version(3, HEAD, later),
        version(2, OLDER, PUSHED),
        version(1, HEAD, BEFORE),
    ]
    assert (UNKNOWN, "") == judged(server, approval(BOB, AFTER))
    assert (OK, HEAD) == judged(server, approval(BOB, later))


@pytest.mark.parametrize("versions", [[], [version(1, OLDER, BEFORE)], [version(1, HEAD, "soon")]])
def test_where_the_last_push_is_not_known_no_commit_is(server: StandIn, versions: list[Any]) -> None:
    repository(server).versions[5] = versions
    assert (OK, "") == judged(server, approval(BOB, AFTER))


def test_without_a_head_no_commit_was_approved(server: StandIn) -> None:
    repository(server).requests[5]["sha"] = None
    assert (OK, "") == judged(server, approval(BOB, AFTER))


@pytest.mark.parametrize("what", ["approvals", "versions", "commits"])
def test_an_answer_that_is_not_gitlabs(server: StandIn, what: str) -> None:
    server.hub.nonsense = {what: b'"x"'}
    with pytest.raises(SyncerError, match="not GitLab's API"):
        found(server)


def test_approvals_of_a_gitlab_that_has_none(server: StandIn) -> None:
    server.hub.nonsense = {"approvals": b"{}"}
    assert (UNKNOWN, "") == judged(server)


def test_a_token_that_may_not_ask(server: StandIn) -> None:
    with pytest.raises(ConfigError, match="refused the token"):
        found(server, token="glpat-wrong")
