"""Notes on a merge request: ours alone, and one of each marker."""

from collections.abc import Iterator

import pytest

from syncer.errors import SyncerError
from syncer.gitlab.notes import Notes, PostedNote, Published, publish
from syncer.gitlab.place import merge_request_of
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


def test_what_may_not_be_edited(server: StandIn) -> None:
    others = server.hub.add("somebody else's", OTHER)
    with notes_of(server) as notes:
        assert not notes.edit(PostedNote(others["id"], ""), "mine now")
        assert not notes.edit(PostedNote(999, ""), "gone")
        server.hub.forbid_editing = True
        assert not notes.edit(PostedNote(server.hub.add("ours")["id"], ""), "new")
    assert ["somebody else's", "ours"] == [note["body"] for note in server.hub.notes]


@pytest.mark.parametrize("status", [400, 401])
def test_an_edit_that_fails_otherwise_is_an_error(server: StandIn, status: int) -> None:
    server.hub.fail_with = status
    with notes_of(server) as notes, pytest.raises(SyncerError, match=str(status)):
        notes.edit(PostedNote(1, ""), "x")


MARKER = "<!-- syncer:plan:prod -->"
STUB = "superseded"


def published(server: StandIn, text: str, marker: str = MARKER) -> Published:
    with Notes(merge_request_of(server.api, "42", "5"), TOKEN) as notes:
        return publish(notes, marker, lambda previous: f"{marker}\n{text}\n", STUB)


def test_created_updated_and_left_alone(server: StandIn) -> None:
    assert Published.CREATED == published(server, "one")
    assert Published.UPDATED == published(server, "two")
    assert Published.EQUAL == published(server, "two")
    assert [f"{MARKER}\ntwo"] == server.hub.bodies()
    assert ["POST", "PUT"] == server.hub.writes()


@pytest.mark.parametrize("stored", [f"{MARKER}\r\ntwo", f"{MARKER}\ntwo  ", f"\n{MARKER}\ntwo\n\n"])
def test_line_ends_are_no_difference(server: StandIn, stored: str) -> None:
    server.hub.add(stored)
    assert Published.EQUAL == published(server, "two")
    assert [] == server.hub.writes()


def test_somebody_elses_note_with_our_marker_is_left_alone(server: StandIn) -> None:
    server.hub.add(f"{MARKER}\nfooled you", OTHER)
    assert Published.CREATED == published(server, "one")
    server.hub.add(f"{MARKER}\nand again", OTHER)
    assert Published.UPDATED == published(server, "two")
    assert [f"{MARKER}\nfooled you", f"{MARKER}\nand again"] == server.hub.bodies(OTHER)


@pytest.mark.parametrize(
    "body", [f"> {MARKER}\nlook at that", f"What is {MARKER}?", "<!-- syncer:plan:prod-eu -->\nanother", "-"]
)
def test_only_a_note_that_begins_with_the_marker_is_the_one(server: StandIn, body: str) -> None:
    server.hub.add(body)
    assert Published.CREATED == published(server, "one")
    assert [body, f"{MARKER}\none"] == server.hub.bodies()


HEADLINE = "<!-- syncer:commit abc -->\n## syncer plan"


@pytest.mark.parametrize("before", ["Mirrored:\n\n", "[mirrored] ", "Look:\n```\ncode\n```\n", "> said\n\n"])
def test_a_copy_with_something_in_front_is_ours(server: StandIn, before: str) -> None:
    server.hub.add(f"{before}{MARKER}\r\n{HEADLINE}")
    assert Published.EQUAL == published(server, HEADLINE)
    assert Published.UPDATED == published(server, f"{HEADLINE} two")
    assert [f"{MARKER}\n{HEADLINE} two"] == server.hub.bodies()


@pytest.mark.parametrize(
    "body",
    [
        f"> {MARKER}\n> {HEADLINE}",
        f"See:\n> {MARKER}\n{HEADLINE}",
        f"Raw:\n```\n{MARKER}\n{HEADLINE}\n```",
        f"What is\n{MARKER}\nfor?",
        f"Ends with {MARKER}",
    ],
)
def test_a_quote_of_our_note_is_not_ours(server: StandIn, body: str) -> None:
    server.hub.add(body)
    assert Published.CREATED == published(server, HEADLINE)
    assert [body, f"{MARKER}\n{HEADLINE}"] == server.hub.bodies()


def test_the_note_may_be_on_the_last_page(server: StandIn) -> None:
    published(server, "one")
    for number in range(250):
        server.hub.add(f"talk {number}", OTHER)
    assert Published.UPDATED == published(server, "two")
    assert [f"{MARKER}\ntwo"] == server.hub.bodies()


def test_where_editing_is_forbidden_a_new_one_is_created(server: StandIn) -> None:
    published(server, "one")
    server.hub.forbid_editing = True
    assert Published.CREATED_ANEW == published(server, "two")
    assert Published.EQUAL == published(server, "two")
    assert [f"{MARKER}\none", f"{MARKER}\ntwo"] == server.hub.bodies()


def test_of_two_notes_the_newest_is_kept(server: StandIn) -> None:
    for text in ("first", "second", "third"):
        server.hub.add(f"{MARKER}\n{text}")
    assert Published.UPDATED == published(server, "now")
    assert [STUB, STUB, f"{MARKER}\nnow"] == server.hub.bodies()
    assert Published.EQUAL == published(server, "now")
    assert ["PUT", "PUT", "PUT"] == server.hub.writes()


def test_each_environment_has_its_own(server: StandIn) -> None:
    other = "<!-- syncer:plan:prod-eu -->"
    published(server, "one")
    published(server, "two", other)
    published(server, "three")
    assert [f"{MARKER}\nthree", f"{other}\ntwo"] == server.hub.bodies()
