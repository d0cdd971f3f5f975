"""Calls of GitLab's API, by way of notes: pages, redirects, and what is said of a no."""

import socket
from collections.abc import Iterator

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.notes import Notes, PostedNote
from syncer.gitlab.place import MergeRequest, merge_request_of
from tests.stand_in import OTHER, TOKEN, StandIn, gitlab


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        yield running


def notes_of(server: StandIn, token: str = TOKEN, project: str = "42", iid: str = "5") -> Notes:
    return Notes(merge_request_of(server.api, project, iid), token)


@pytest.mark.parametrize(
    ("number", "most_per_page", "says_next_page", "pages"),
    [
        (0, 100, True, 1),
        (100, 100, True, 1),
        (101, 100, True, 2),
        (250, 100, True, 3),
        (250, 20, True, 13),
        (250, 100, False, 4),
        (45, 20, False, 4),
    ],
)
def test_all_pages(
    server: StandIn, number: int, most_per_page: int, says_next_page: bool, pages: int
) -> None:
    server.hub.most_per_page, server.hub.says_next_page = most_per_page, says_next_page
    for each in range(number):
        server.hub.add(str(each))
    with notes_of(server) as notes:
        assert [str(each) for each in range(number)] == [note.body for note in notes.mine()]
    asked = [path for _, path in server.hub.calls if "/notes" in path]
    assert pages == len(asked)
    assert all("per_page=100" in path for path in asked)


def test_an_empty_page_need_not_be_the_last(server: StandIn) -> None:
    ours = server.hub.add("ours")
    server.hub.unseen = {server.hub.add(str(each), OTHER)["id"] for each in range(250)}
    with notes_of(server) as notes:
        assert [ours["id"]] == [note.id for note in notes.mine()]


def test_pages_come_to_an_end(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.gitlab.api.MOST_PAGES", 2)
    server.hub.unseen = {server.hub.add(str(each), OTHER)["id"] for each in range(250)}
    with notes_of(server) as notes, pytest.raises(SyncerError, match="not GitLab's API"):
        notes.mine()


@pytest.mark.parametrize("page", [b" <html><h1>Bad gateway</h1>", b"<html>\xff"])
def test_a_page_for_browsers_is_not_shown(server: StandIn, page: bytes) -> None:
    server.hub.fail_with, server.hub.fail_page = 400, page
    with notes_of(server) as notes, pytest.raises(SyncerError) as caught:
        notes.mine()
    assert "GitLab answered 400: a page that isn't from its API" == caught.value.message


@pytest.mark.parametrize(
    ("status", "kind", "hint"),
    [
        (401, ConfigError, "expired"),
        (403, ConfigError, "scope api"),
        (404, ConfigError, "merge request"),
        (400, SyncerError, "again"),
    ],
)
def test_a_no_is_explained_without_the_token(
    server: StandIn, status: int, kind: type[SyncerError], hint: str
) -> None:
    server.hub.fail_with = status
    with notes_of(server) as notes:
        for work in (notes.mine, lambda: notes.create("x")):
            with pytest.raises(SyncerError) as caught:
                work()
            assert kind is type(caught.value)
            assert hint in caught.value.hint
            assert f"{status}: no: [token]" in caught.value.message
            assert TOKEN not in caught.value.message + caught.value.hint


def test_a_wrong_token_and_a_wrong_merge_request(server: StandIn) -> None:
    with notes_of(server, "glpat-wrong") as notes, pytest.raises(ConfigError, match="refused the token"):
        notes.mine()
    with notes_of(server, iid="6") as notes, pytest.raises(ConfigError, match="no such merge request"):
        notes.mine()


def test_a_redirect_never_gets_the_token(server: StandIn) -> None:
    with gitlab() as elsewhere:
        server.hub.redirect_to = elsewhere.url
        with notes_of(server) as notes:
            for work in (notes.mine, lambda: notes.create("x"), lambda: notes.edit(PostedNote(1, ""), "x")):
                with pytest.raises(ConfigError, match="redirect"):
                    work()
        assert [] == elsewhere.hub.calls


def test_a_lost_creation_is_not_sent_again(server: StandIn) -> None:
    server.hub.fail_with = 502
    with notes_of(server) as notes, pytest.raises(SyncerError, match="502"):
        notes.create("x")
    assert ["POST"] == server.hub.writes()


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (
            Notes(MergeRequest(url, "42", "5"), TOKEN) as notes,
            pytest.raises(SyncerError, match=f"gave no answer: {url[7:]} refuses the connection") as caught,
        ):
            notes.create("x")
    assert f"{url[7:]} comes from CI_API_V4_URL." in caught.value.hint
    assert TOKEN not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "answers",
    [
        {"user": b"<html>sign in</html>"},
        {"user": b"[]"},
        {"user": b'{"id": "7"}'},
        {"user": b"[" * 100_000},
        {"notes": b"{}"},
        {"notes": b'[{"id": 1}]'},
        {"notes": b"[1]"},
    ],
)
def test_what_is_not_gitlab(server: StandIn, answers: dict[str, bytes]) -> None:
    server.hub.nonsense = answers
    with notes_of(server) as notes, pytest.raises(SyncerError, match="not GitLab's API"):
        notes.mine()
