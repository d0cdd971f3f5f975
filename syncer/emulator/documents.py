"""Queues as JSON documents: reading a body, what the server owns, and etags."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from syncer.emulator.wire import AnswerError, bad_request, json_text

Document = dict[str, Any]
T = TypeVar("T")

OWNED = (
    "selfUri",
    "dateCreated",
    "dateModified",
    "createdBy",
    "modifiedBy",
    "version",
    "memberCount",
    "userMemberCount",
    "joinedMemberCount",
)
"""What a write can't change, beside ``id``, ``_etag`` and the division."""

DEEPEST = 100
"""The deepest nesting of a body; far above any queue, far below what breaks a parser."""

HOME = {
    "id": "0fcb1a8e-6c39-4c5e-9f0c-6d2a4e2c7b11",
    "name": "Home",
    "selfUri": "/api/v2/authorization/divisions/0fcb1a8e-6c39-4c5e-9f0c-6d2a4e2c7b11",
}
"""The division of a queue that names none."""


def parse(data: bytes) -> Any:
    """Parse JSON that can be written again; raises ValueError for what is no JSON or nested too deep."""
    try:
        value = json.loads(data, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if _deeper_than(value, DEEPEST):
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")
    json_text(value).encode()
    return value


def read_object(body: bytes) -> Document:
    """Parse a body that has to be a JSON object; raises :class:`AnswerError` 400 otherwise."""
    value = _read(body)
    if not isinstance(value, dict):
        raise bad_request("The request body has to be a JSON object.")
    return value


def read_ids(body: bytes, *, most: int) -> list[str]:
    """Parse a body that has to be a list of ids, or of objects with an id; 400 otherwise, or for too many."""
    value = _read(body)
    entries = value if isinstance(value, list) else [None]
    given = [entry.get("id") if isinstance(entry, dict) else entry for entry in entries]
    return list(dict.fromkeys(_few([found for found in given if isinstance(found, str)], given, most)))


def read_entries(body: bytes, *, most: int) -> list[Document]:
    """Parse a body that has to be a list of objects with an id; 400 otherwise, or for too many."""
    value = _read(body)
    given = value if isinstance(value, list) else [None]
    return _few([e for e in given if isinstance(e, dict) and isinstance(e.get("id"), str)], given, most)


def _few(found: list[T], given: list[Any], most: int) -> list[T]:
    if len(found) < len(given):
        raise bad_request("The request body has to be a list of ids.")
    if len(found) > most:
        raise bad_request(f"At most {most} entries are taken at once.")
    return found


def _read(body: bytes) -> Any:
    try:
        return parse(body)
    except ValueError as error:
        raise bad_request("The request body is not valid JSON.", str(error)) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _deeper_than(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [child for item in level for child in _children(item)]
    return bool(level)


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7396): null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def created(
    body: Mapping[str, Any], queue_id: str, *, division: Mapping[str, Any], now: str, by: str
) -> Document:
    """The document of a new queue: ``body``, with the server's own fields put in."""
    owned = {
        "id": queue_id,
        "division": division,
        "memberCount": 0,
        "dateCreated": now,
        "createdBy": by,
        "selfUri": self_uri(queue_id),
    }
    return replaced(owned, body, now=now, by=by)


def self_uri(queue_id: str) -> str:
    """The address of a queue, as its body has it."""
    return f"/api/v2/routing/queues/{quote(queue_id, safe='')}"


def made_up_id(path: str) -> str:
    """The id of a thing that nobody gave one: the same every time for the same path.

    The word in it stays as it is spelled: ids that are known outside follow from it.
    """
    return str(uuid5(NAMESPACE_URL, f"organization/{path}"))


def replaced(old: Mapping[str, Any], body: Mapping[str, Any], *, now: str, by: str) -> Document:
    """The document after a whole-replace write: ``body``, with the server's own fields put back.

    What ``body`` leaves out is gone; fields nobody here knows are kept as sent.
    """
    kept = {key: value for key, value in body.items() if key not in (*OWNED, "id", "division", "_etag")}
    owned = {key: old[key] for key in ("division", *OWNED) if key in old}
    return {"id": old["id"], **kept, **owned, "dateModified": now, "modifiedBy": by}


def check_etag(current: str, *, if_match: str | None, in_body: Any) -> None:
    """Raise :class:`AnswerError` 412 when an etag was sent and is not ``current``; none sent is accepted."""
    matches = [part.strip().removeprefix("W/").strip('"') for part in (if_match or "*").split(",")]
    stale_header = "*" not in matches and current not in matches
    stale_body = in_body not in (None, "") and in_body != current
    if stale_header or stale_body:
        raise AnswerError(
            HTTPStatus.PRECONDITION_FAILED,
            "precondition.failed",
            "The queue was changed since it was read: its _etag is no longer current.",
        )
