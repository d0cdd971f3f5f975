"""One merge request for what should be merged, against the stand-in's repository."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.api import Api
from syncer.gitlab.place import Checkout, project_of
from syncer.gitlab.propose import OPENING, ChangedFile, Proposals, Proposed, Texts
from tests.stand_in import OTHERS_TOKEN, TOKEN, StandIn, gitlab
from tests.stand_in_repository import FORK, request

COMMIT = "1" * 40
MARKER = "<!-- syncer:drift:default "
URL = "https://gitlab.example.com/team/queues/-/merge_requests/6"
ONE = ChangedFile("policies/a.yaml", "one")
TWO = ChangedFile("policies/a.yaml", "two")


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        running.hub.repository.begin(COMMIT, {"policies/a.yaml": "", "policies/b.yaml": "mine"})
        yield running


def texts(change: str, title: str = "Drift of live", more: str = "") -> Texts:
    return Texts(MARKER, title, f"{MARKER}{change} -->\nwhat drifted{more}\n")


def propose(
    server: StandIn, file: ChangedFile, said: Texts, labels: str = "", token: str = TOKEN
) -> Proposed:
    project = project_of(server.api, "42")
    with Api(project.url, token, OPENING) as api:
        checkout = Checkout(project, Path(), server.hub.repository.branches["main"], "main")
        return Proposals(api, checkout, "syncer/drift").propose([file], said, labels)


def withdraw(server: StandIn) -> int | None:
    project = project_of(server.api, "42")
    with Api(project.url, TOKEN, OPENING) as api:
        gone = texts("gone", "")
        closed = Proposals(api, Checkout(project, Path(), COMMIT, "main"), "syncer/drift").withdraw(gone)
    return closed.iid if closed else None


def test_it_is_opened_once_and_then_left_alone(server: StandIn) -> None:
    assert Proposed("!6 opened", URL) == propose(server, ONE, texts("a"), "drift,queues")
    repository = server.hub.repository
    assert {"policies/a.yaml": "one", "policies/b.yaml": "mine"} == repository.files("syncer/drift")
    made = repository.requests[6]
    assert ("syncer/drift", "main", True) == (
        made["source_branch"],
        made["target_branch"],
        made["force_remove_source_branch"],
    )
    assert ["drift", "queues"] == made["labels"]
    head, writes = repository.branches["syncer/drift"], server.hub.writes()
    assert Proposed("!6 left unchanged: its text is already the same", URL) == propose(
        server, ONE, texts("a")
    )
    assert (head, writes) == (repository.branches["syncer/drift"], server.hub.writes())
    assert ["POST", "POST"] == writes


def test_what_drifts_on_is_brought_up_to_date(server: StandIn) -> None:
    propose(server, ONE, texts("a"))
    repository = server.hub.repository
    repository.requests[6]["title"] = f"Draft: {repository.requests[6]['title']}"
    assert "!6 updated" == propose(server, TWO, texts("b", "More drift")).what
    assert "two" == repository.files("syncer/drift")["policies/a.yaml"]
    assert ("Draft: More drift", texts("b").description) == (
        repository.requests[6]["title"],
        repository.requests[6]["description"],
    )
    assert [5, 6] == list(repository.requests)


def test_only_the_words_may_differ(server: StandIn) -> None:
    propose(server, ONE, texts("a"))
    head = server.hub.repository.branches["syncer/drift"]
    assert "!6 updated" == propose(server, ONE, texts("a", more=" since")).what
    assert head == server.hub.repository.branches["syncer/drift"]


def test_what_others_commit_on_the_branch_is_thrown_away(server: StandIn) -> None:
    propose(server, ONE, texts("a"))
    repository = server.hub.repository
    repository.commits["2" * 40] = {"files": {"policies/a.yaml": "theirs"}, "message": "mine\n"}
    repository.branches["syncer/drift"] = "2" * 40
    propose(server, ONE, texts("a"))
    assert {"policies/a.yaml": "one", "policies/b.yaml": "mine"} == repository.files("syncer/drift")


def test_after_a_merge_the_next_drift_gets_a_new_one(server: StandIn) -> None:
    propose(server, ONE, texts("a"))
    assert {"policies/a.yaml": "one", "policies/b.yaml": "mine"} == server.hub.repository.merge(6)
    assert "!7 opened" == propose(server, TWO, texts("b")).what


def test_what_people_closed_is_not_opened_again_for_the_same_change(server: StandIn) -> None:
    propose(server, ONE, texts("a"))
    server.hub.repository.requests[6]["state"] = "closed"
    assert "not opened: !6 with the same change was closed" == propose(server, ONE, texts("a")).what
    assert "!7 opened" == propose(server, TWO, texts("b")).what


def test_what_is_gone_is_closed_and_may_come_again(server: StandIn) -> None:
    assert withdraw(server) is None
    propose(server, ONE, texts("a"))
    assert 6 == withdraw(server)
    closed = server.hub.repository.requests[6]
    assert ("closed", texts("gone").description) == (closed["state"], closed["description"])
    assert withdraw(server) is None
    assert "!7 opened" == propose(server, ONE, texts("a")).what


def test_one_by_hand_keeps_its_words_and_stays_open(server: StandIn) -> None:
    server.hub.repository.requests[6] = request(6, "syncer/drift", "Mine", "by hand")
    assert "!6 updated" == propose(server, ONE, texts("a")).what
    assert "!6 left unchanged: its text is already the same" == propose(server, ONE, texts("a")).what
    assert withdraw(server) is None
    found = server.hub.repository.requests[6]
    assert ("Mine", "by hand", "opened") == (found["title"], found["description"], found["state"])


def test_one_of_a_fork_is_not_ours(server: StandIn) -> None:
    server.hub.repository.requests[6] = request(6, "syncer/drift", "Theirs", f"{MARKER}a -->", FORK)
    assert withdraw(server) is None
    server.hub.repository.requests[6]["state"] = "closed"
    assert "!7 opened" == propose(server, ONE, texts("a")).what


def test_one_that_is_being_merged_is_left_alone(server: StandIn) -> None:
    propose(server, ONE, texts("a"))
    server.hub.repository.requests[6]["state"] = "locked"
    assert "!6 left unchanged: it is being merged" == propose(server, TWO, texts("b")).what
    assert withdraw(server) is None
    assert "one" == server.hub.repository.files("syncer/drift")["policies/a.yaml"]


def test_without_the_right_it_says_which_role_it_needs(server: StandIn) -> None:
    with pytest.raises(ConfigError, match="may not write a branch and open a merge request") as caught:
        propose(server, ONE, texts("a"), token=OTHERS_TOKEN)
    assert "role Developer" in caught.value.hint


def test_what_gitlab_refuses_is_said_in_its_words(server: StandIn) -> None:
    with pytest.raises(SyncerError, match="400: A file with this name doesn't exist"):
        propose(server, ChangedFile("elsewhere.yaml", ""), texts("a"))


@pytest.mark.parametrize(
    ("last", "answer"),
    [
        ("merge_requests", b"[1]"),
        ("merge_requests", b'[{"id": 1, "iid": "1", "state": "opened"}]'),
        ("syncer%2Fdrift", b"[]"),
        ("syncer%2Fdrift", b'{"commit": "1"}'),
    ],
)
def test_an_answer_that_is_not_gitlabs(server: StandIn, last: str, answer: bytes) -> None:
    server.hub.nonsense = {last: answer}
    with pytest.raises(SyncerError, match="not GitLab's API"):
        propose(server, ONE, texts("a"))
