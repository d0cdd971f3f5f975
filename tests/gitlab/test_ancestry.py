"""The newest commit that two others come from, as GitLab knows it."""

from collections.abc import Iterator

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.ancestry import merge_base
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


def base(server: StandIn, ours: str, theirs: str, token: str = TOKEN, *, job: bool = False) -> str:
    return merge_base(Project(server.url, "team/queues"), token, ours, theirs, job=job)


def test_it_is_the_older_of_two_in_a_row_and_what_both_come_from(server: StandIn) -> None:
    assert [FIRST, FIRST, FIRST] == [
        base(server, *pair) for pair in ((FIRST, SECOND), (SECOND, FIRST), (ASIDE, SECOND))
    ]


@pytest.mark.parametrize(("theirs", "words"), [("9" * 40, "Could not find ref: 9"), (ALONE, "Merge Base")])
def test_where_gitlab_knows_none_it_says_why(server: StandIn, theirs: str, words: str) -> None:
    with pytest.raises(SyncerError, match=words):
        base(server, FIRST, theirs)


def test_a_token_that_may_not_read_is_an_error(server: StandIn) -> None:
    job = server.hub.registry.job_token
    for token, is_job in (("glpat-unknown", False), (job, True)):
        with pytest.raises(ConfigError, match="401") as caught:
            base(server, FIRST, SECOND, token, job=is_job)
        assert token not in str(caught.value)


@pytest.mark.parametrize("answer", [b"[]", b"{}", b'{"id": 7}', b"<html>"])
def test_an_answer_that_makes_no_sense_is_an_error(server: StandIn, answer: bytes) -> None:
    server.hub.nonsense["merge_base"] = answer
    with pytest.raises(SyncerError, match="is not GitLab's API"):
        base(server, FIRST, SECOND)
