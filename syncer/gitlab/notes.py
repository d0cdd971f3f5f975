"""The notes on a merge request, through GitLab's notes API."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from syncer.gitlab.api import Api, Purpose
from syncer.gitlab.place import MergeRequest

MAY_NOT_EDIT = (403, 404)
WRITING_NOTES = Purpose("write notes", "Reporter", "merge request")


@dataclass(frozen=True, slots=True)
class PostedNote:
    """A note of ours; a larger ``id`` is newer."""

    id: int
    body: str


class Notes:
    """The notes that the owner of ``token`` has on a merge request. Close it after use.

    Raises what ``Api`` does.
    """

    def __init__(self, merge_request: MergeRequest, token: str) -> None:
        self._path = f"{merge_request.path}/notes"
        self._api = Api(merge_request.url, token, WRITING_NOTES)

    def __enter__(self) -> "Notes":
        return self

    def __exit__(self, *_: object) -> None:
        self._api.__exit__()

    def mine(self) -> list[PostedNote]:
        """All notes of the token's own user, oldest first. Notes of others are never taken for ours."""
        user = self._api.get("/user")
        me = user.get("id") if isinstance(user, dict) else None
        if not isinstance(me, int):
            raise self._api.senseless()
        found = self._api.all(self._path, _is_note)
        notes = [PostedNote(note["id"], note["body"]) for note in found if _author(note) == me]
        return sorted(notes, key=lambda note: note.id)

    def create(self, body: str) -> None:
        """Write a new note."""
        self._api.send("post", self._path, {"body": body})

    def edit(self, note: PostedNote, body: str) -> bool:
        """Replace the text of a note with ``body``; False if GitLab doesn't allow it, or the note is gone."""
        path = f"{self._path}/{note.id}"
        return self._api.tried("put", path, MAY_NOT_EDIT, {"body": body}) is not None


def _is_note(note: Any) -> bool:
    return isinstance(note, dict) and isinstance(note.get("id"), int) and isinstance(note.get("body"), str)


def _author(note: dict[str, Any]) -> object:
    """The id of the author of a note; None for what GitLab itself wrote in somebody's name."""
    author = note.get("author")
    return author.get("id") if isinstance(author, dict) and not note.get("system") else None


_OURS = re.compile(r"<!-- syncer:[a-z]+ |## syncer ")
"""What follows the marker in each of our notes."""

_LINK = re.compile(r"\[(?:job|pipeline)\]\(<[^<>\s]*>\)")


class Published(StrEnum):
    """The result for a note."""

    CREATED = "created"
    UPDATED = "updated"
    EQUAL = "left unchanged: its text is already the same"
    CREATED_ANEW = "created again: the old one can't be edited"


def publish(
    notes: Notes,
    marker: str,
    write: Callable[[str], str],
    stub: str,
    mine: Sequence[PostedNote] | None = None,
) -> Published:
    """Update the note that starts with the line ``marker``.

    ``write`` makes its text from its current text (empty if there is none). If there are several notes of
    ours, as two concurrent jobs may leave them, the newest is kept and the others become ``stub``. ``mine``
    are the notes, oldest first, if they were already read.
    """
    known = notes.mine() if mine is None else mine
    ours = [note for note in known if own_part(note.body, marker) is not None]
    if not ours:
        notes.create(write(""))
        return Published.CREATED
    *others, newest = ours
    done = _renew(notes, newest, own_part(newest.body, marker) or "", write)
    for other in others:
        notes.edit(other, stub)
    return done


def own_part(body: str, marker: str) -> str | None:
    """Return our note in a text, from the line ``marker`` on; None if it is not in there.

    There may be text before it, added by whatever forwards notes. A quote, in a reply or in a fence, is not
    ours.
    """
    lines = _lines(body)
    if lines[0] == marker:
        return "\n".join(lines)
    fenced = False
    for number, line in enumerate(lines):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        if fenced or line.lstrip().startswith(">") or not line.endswith(marker):
            continue
        after = next(filter(None, lines[number + 1 :]), "")
        if _OURS.match(after):
            return "\n".join([marker, *lines[number + 1 :]])
    return None


def _renew(notes: Notes, note: PostedNote, said: str, write: Callable[[str], str]) -> Published:
    body = write(said)
    if same_lines(said, body):
        return Published.EQUAL
    if notes.edit(note, body):
        return Published.UPDATED
    notes.create(body)
    return Published.CREATED_ANEW


def same_lines(one: str, other: str) -> bool:
    """Whether two texts are the same once GitLab has stored them.

    The job in it is ignored: otherwise every pipeline would write the same text again.
    """
    return _lines(_LINK.sub("", one)) == _lines(_LINK.sub("", other))


def _lines(body: str) -> list[str]:
    """The lines of a note; GitLab may change line ends and drop blank lines around it."""
    return [line.rstrip() for line in body.strip().replace("\r\n", "\n").split("\n")]
