import socket
from collections.abc import Iterator

import pytest

from syncer.errors import ConfigError, SyncerError
from syncer.gitlab.notes import Notes, PostedNote, Published, publish
from syncer.gitlab.place import MergeRequest, merge_request_of
from tests.stand_in import OTHER, OTHERS_TOKEN, TOKEN, StandIn, gitlab


@pytest.fixture
def server() -> Iterator[StandIn]:
    with gitlab() as running:
        yield running


def notes_of(server: StandIn, token: str = TOKEN, project: str = "42", iid: str = "5") -> Notes:
    return Notes(merge_request_of(server.api, project, iid), token)


@pytest.mark.parametrize("project", ["42", "team/queues"])
def test_a_note_is_written_and_found(server: StandIn, project: str) -> None:
    with notes_of(server, project=project) as notes:
        assert [] == notes.mine()
        notes.create("one")
        (note,) = notes.mine()
        assert notes.edit(note, "two")
        assert [PostedNote(note.id, "two")] == notes.mine()


def test_only_our_own_notes_are_ours(server: StandIn) -> None:
    server.hub.add("ours")
    server.hub.add("somebody else's", OTHER)
    server.hub.add("added 1 commit", system=True)
    with notes_of(server) as notes:
        assert ["ours"] == [note.body for note in notes.mine()]
    with notes_of(server, OTHERS_TOKEN) as notes:
        assert ["somebody else's"] == [note.body for note in notes.mine()]


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
    assert "GitLab answered 400: a page that is not of its API" == caught.value.message


def test_what_may_not_be_edited(server: StandIn) -> None:
    others = server.hub.add("somebody else's", OTHER)
    with notes_of(server) as notes:
        assert not notes.edit(PostedNote(others["id"], ""), "mine now")
        assert not notes.edit(PostedNote(999, ""), "gone")
        server.hub.forbid_editing = True
        assert not notes.edit(PostedNote(server.hub.add("ours")["id"], ""), "new")
    assert ["somebody else's", "ours"] == [note["body"] for note in server.hub.notes]


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


@pytest.mark.parametrize("status", [400, 401])
def test_an_edit_that_fails_otherwise_is_an_error(server: StandIn, status: int) -> None:
    server.hub.fail_with = status
    with notes_of(server) as notes, pytest.raises(SyncerError, match=str(status)):
        notes.edit(PostedNote(1, ""), "x")


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
            pytest.raises(SyncerError, match="gave no answer") as caught,
        ):
            notes.create("x")
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


MARKER = "<!-- syncer:plan:prod -->"
STUB = "superseded"


@pytest.fixture
def server_of_publish() -> Iterator[StandIn]:
    with gitlab() as running:
        yield running


def published(server_of_publish: StandIn, text: str, marker: str = MARKER) -> Published:
    with Notes(merge_request_of(server_of_publish.api, "42", "5"), TOKEN) as notes:
        return publish(notes, marker, lambda previous: f"{marker}\n{text}\n", STUB)


def test_created_updated_and_left_alone(server_of_publish: StandIn) -> None:
    assert Published.CREATED == published(server_of_publish, "one")
    assert Published.UPDATED == published(server_of_publish, "two")
    assert Published.EQUAL == published(server_of_publish, "two")
    assert [f"{MARKER}\ntwo"] == server_of_publish.hub.bodies()
    assert ["POST", "PUT"] == server_of_publish.hub.writes()


@pytest.mark.parametrize("stored", [f"{MARKER}\r\ntwo", f"{MARKER}\ntwo  ", f"\n{MARKER}\ntwo\n\n"])
def test_line_ends_are_no_difference(server_of_publish: StandIn, stored: str) -> None:
    server_of_publish.hub.add(stored)
    assert Published.EQUAL == published(server_of_publish, "two")
    assert [] == server_of_publish.hub.writes()


def test_somebody_elses_note_with_our_marker_is_left_alone(server_of_publish: StandIn) -> None:
    server_of_publish.hub.add(f"{MARKER}\nfooled you", OTHER)
    assert Published.CREATED == published(server_of_publish, "one")
    server_of_publish.hub.add(f"{MARKER}\nand again", OTHER)
    assert Published.UPDATED == published(server_of_publish, "two")
    assert [f"{MARKER}\nfooled you", f"{MARKER}\nand again"] == server_of_publish.hub.bodies(OTHER)


@pytest.mark.parametrize(
    "body", [f"> {MARKER}\nlook at that", f"What is {MARKER}?", "<!-- syncer:plan:prod-eu -->\nanother", "-"]
)
def test_only_a_note_that_begins_with_the_marker_is_the_one(server_of_publish: StandIn, body: str) -> None:
    server_of_publish.hub.add(body)
    assert Published.CREATED == published(server_of_publish, "one")
    assert [body, f"{MARKER}\none"] == server_of_publish.hub.bodies()


def test_the_note_may_be_on_the_last_page(server_of_publish: StandIn) -> None:
    published(server_of_publish, "one")
    for number in range(250):
        server_of_publish.hub.add(f"talk {number}", OTHER)
    assert Published.UPDATED == published(server_of_publish, "two")
    assert [f"{MARKER}\ntwo"] == server_of_publish.hub.bodies()


def test_where_editing_is_forbidden_a_new_one_is_created(server_of_publish: StandIn) -> None:
    published(server_of_publish, "one")
    server_of_publish.hub.forbid_editing = True
    assert Published.CREATED_ANEW == published(server_of_publish, "two")
    assert Published.EQUAL == published(server_of_publish, "two")
    assert [f"{MARKER}\none", f"{MARKER}\ntwo"] == server_of_publish.hub.bodies()


def test_of_two_notes_the_newest_is_kept(server_of_publish: StandIn) -> None:
    for text in ("first", "second", "third"):
        server_of_publish.hub.add(f"{MARKER}\n{text}")
    assert Published.UPDATED == published(server_of_publish, "now")
    assert [STUB, STUB, f"{MARKER}\nnow"] == server_of_publish.hub.bodies()
    assert Published.EQUAL == published(server_of_publish, "now")
    assert ["PUT", "PUT", "PUT"] == server_of_publish.hub.writes()


def test_each_environment_has_its_own(server_of_publish: StandIn) -> None:
    other = "<!-- syncer:plan:prod-eu -->"
    published(server_of_publish, "one")
    published(server_of_publish, "two", other)
    published(server_of_publish, "three")
    assert [f"{MARKER}\nthree", f"{other}\ntwo"] == server_of_publish.hub.bodies()
