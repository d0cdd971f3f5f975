"""Which of two commits leads to the other, as GitLab knows it."""

from collections.abc import Iterator

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.ancestry import leads
from syncer.gitlab.place import Project
from tests.stand_in import TOKEN, StandIn, gitlab

FIRST, SECOND, ASIDE, ALONE = "1" * 40, "2" * 40, "3" * 40, "4" * 40


@pytest.fixture
def server() -> Iterator[StandIn]:
    """GitLab with two commits in a row, one beside the second, and one that comes from none of them."""
    with gitlab() as running:
        repository = running.hub.repository
        repository.begin(FIRST, {})
        repository.begin(SECOND, {})
        repository.begin(ASIDE, {}, parent=FIRST)
        repository.begin(ALONE, {}, parent="")
        yield running


def asked(
    server: StandIn, ours: str, theirs: str, token: str = TOKEN, *, job: bool = False
) -> tuple[bool, bool]:
    return leads(Project(server.url, "team/queues"), token, ours, theirs, job=job)


@pytest.mark.parametrize("serves_merge_base", [True, False])
@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (FIRST, SECOND, (True, False)),
        (SECOND, FIRST, (False, True)),
        (ASIDE, SECOND, (False, False)),
        (ALONE, SECOND, (False, False)),
        (FIRST, FIRST, (True, True)),
    ],
)
def test_the_older_of_two_leads_to_the_newer(
    server: StandIn, ours: str, theirs: str, expected: tuple[bool, bool], serves_merge_base: bool
) -> None:
    server.hub.repository.serves_merge_base = serves_merge_base
    assert expected == asked(server, ours, theirs)


@pytest.mark.parametrize(
    ("serves_merge_base", "words"), [(True, "Could not find ref: 9"), (False, "Ref Not Found")]
)
def test_a_commit_that_gitlab_does_not_know_is_an_error(
    server: StandIn, serves_merge_base: bool, words: str
) -> None:
    server.hub.repository.serves_merge_base = serves_merge_base
    with pytest.raises(SyncerError, match=words):
        asked(server, FIRST, "9" * 40)


def test_a_token_that_may_not_read_is_an_error(server: StandIn) -> None:
    job = server.hub.registry.job_token
    for token, is_job in (("glpat-unknown", False), (job, True)):
        with pytest.raises(ConfigError, match="401") as caught:
            asked(server, FIRST, SECOND, token, job=is_job)
        assert token not in str(caught.value)


@pytest.mark.parametrize("what", ["merge_base", "compare"])
@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"id": 7, "commits": 7}', b"<html>"])
def test_an_answer_that_makes_no_sense_is_an_error(server: StandIn, what: str, answer: bytes) -> None:
    server.hub.repository.serves_merge_base = False
    server.hub.nonsense[what] = answer
    with pytest.raises(SyncerError, match="is not GitLab's API"):
        asked(server, FIRST, SECOND)
