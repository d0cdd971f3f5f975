"""The notes on a merge request, through GitLab's notes API."""

from dataclasses import dataclass
from typing import Any

from syncer.gitlab.api import Api, Purpose
from syncer.gitlab.place import MergeRequest

MAY_NOT_EDIT = (403, 404)
WRITING_NOTES = Purpose("write notes", "Reporter", "merge request")


@dataclass(frozen=True, slots=True)
class Note:
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

    def mine(self) -> list[Note]:
        """All notes of the token's own user, oldest first. What others write is never taken for ours."""
        user = self._api.get("/user")
        me = user.get("id") if isinstance(user, dict) else None
        if not isinstance(me, int):
            raise self._api.senseless()
        found = self._api.all(self._path, _is_note)
        notes = [Note(note["id"], note["body"]) for note in found if _author(note) == me]
        return sorted(notes, key=lambda note: note.id)

    def create(self, body: str) -> None:
        """Write a new note."""
        self._api.send("post", self._path, {"body": body})

    def edit(self, note: Note, body: str) -> bool:
        """Write ``body`` over a note; False where GitLab doesn't let us, or the note has gone."""
        path = f"{self._path}/{note.id}"
        return self._api.tried("put", path, MAY_NOT_EDIT, {"body": body}) is not None


def _is_note(note: Any) -> bool:
    return isinstance(note, dict) and isinstance(note.get("id"), int) and isinstance(note.get("body"), str)


def _author(note: dict[str, Any]) -> object:
    """The id of who wrote a note; None for what GitLab itself wrote in somebody's name."""
    author = note.get("author")
    return author.get("id") if isinstance(author, dict) and not note.get("system") else None
