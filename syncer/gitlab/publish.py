"""Keep exactly one current note: find ours by its first line, then update, create, or leave it alone."""

import re
from collections.abc import Callable
from enum import StrEnum

from syncer.gitlab.notes import Note, Notes

_LINK = re.compile(r"\[(?:job|pipeline)\]\(<[^<>\s]*>\)")


class Published(StrEnum):
    """What became of the note."""

    CREATED = "created"
    UPDATED = "updated"
    EQUAL = "left alone: it says the same already"
    CREATED_ANEW = "created anew: the old one can't be edited"


def publish(notes: Notes, marker: str, write: Callable[[str], str], stub: str) -> Published:
    """Bring the note that begins with the line ``marker`` up to date.

    ``write`` gives its text from the text that it has now (empty where there is none). Of several notes of
    ours, as two jobs at once may leave them, the newest is kept and the others become ``stub``.
    """
    ours = [note for note in notes.mine() if _lines(note.body)[0] == marker]
    if not ours:
        notes.create(write(""))
        return Published.CREATED
    *others, newest = ours
    done = _renew(notes, newest, write(newest.body))
    for other in others:
        notes.edit(other, stub)
    return done


def _renew(notes: Notes, note: Note, body: str) -> Published:
    if same_lines(note.body, body):
        return Published.EQUAL
    if notes.edit(note, body):
        return Published.UPDATED
    notes.create(body)
    return Published.CREATED_ANEW


def same_lines(one: str, other: str) -> bool:
    """Whether two texts say the same once GitLab has stored them.

    Which job said it makes no difference: else every pipeline would write the same text anew.
    """
    return _lines(_LINK.sub("", one)) == _lines(_LINK.sub("", other))


def _lines(body: str) -> list[str]:
    """The lines of a note; GitLab may change line ends and drop blank lines around it."""
    return [line.rstrip() for line in body.strip().replace("\r\n", "\n").split("\n")]
