"""A listing of many pages, read so that no queue is lost or doubled while the organisation changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from syncer.errors import BadAnswer
from syncer.model.json_values import whole

PAGE_SIZE = 500
_MOST_PAGES = 2_000
_READS = 4

Fetch = Callable[[int], Mapping[str, Any]]
"""Gives the page of a number from 1."""


def read_all(fetch: Fetch) -> list[dict[str, Any]]:
    """All entities of all pages, each once, in the order of the server.

    When the total changes between pages, an id comes twice, or fewer come than the total says, the
    listing moved while it was read, and is read again, up to three times. Raises BadAnswer when it still
    moves, or when a page makes no sense.
    """
    for _ in range(_READS):
        listing = _read_once(fetch)
        if listing is not None:
            return listing
    raise BadAnswer(
        f"The organisation changes while it is read: {_READS} readings of its list of queues did not agree.",
        hint="Try again when nobody changes the organisation.",
    )


def _read_once(fetch: Fetch) -> list[dict[str, Any]] | None:
    """One reading of all pages, or None when the listing moved."""
    found: dict[str, dict[str, Any]] = {}
    totals: set[int] = set()
    for number in range(1, _MOST_PAGES + 1):
        page = _page(fetch(number), number)
        for entity in page.entities:
            if entity["id"] in found:
                return None
            found[entity["id"]] = entity
        if page.total is not None:
            totals.add(page.total)
        if len(totals) > 1:
            return None
        if page.last:
            return list(found.values()) if page.agreed and len(found) >= max(totals, default=0) else None
        if totals and len(found) > max(totals):
            return None
    raise BadAnswer(f"The list of queues has no end: {_MOST_PAGES} pages were read.")


@dataclass(frozen=True, slots=True)
class _Page:
    """``last``: nothing comes after it; ``agreed``: the server says so too."""

    entities: tuple[dict[str, Any], ...]
    total: int | None
    last: bool
    agreed: bool


def _page(raw: Mapping[str, Any], number: int) -> _Page:
    entities = _entities(raw, number)
    pages = whole(raw.get("pageCount"))
    last = not entities or _is_last(raw, number, pages, len(entities))
    filled = number if entities else max(1, number - 1)
    return _Page(entities, whole(raw.get("total")), last, agreed=pages is None or pages <= filled)


def _is_last(raw: Mapping[str, Any], number: int, pages: int | None, entities: int) -> bool:
    if pages is not None:
        return number >= pages
    if "nextUri" in raw:
        return not raw["nextUri"]
    return entities < (whole(raw.get("pageSize")) or PAGE_SIZE)


def _entities(raw: Mapping[str, Any], number: int) -> tuple[dict[str, Any], ...]:
    """The entities of a page; some servers write an empty list as null."""
    value = raw.get("entities", "missing")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadAnswer(f"Page {number} of the list of queues holds no list of entities.")
    by_id: dict[str, object] = {}
    for place, entity in enumerate(value):
        id_ = entity.get("id") if isinstance(entity, dict) else None
        if not isinstance(id_, str) or not id_:
            raise BadAnswer(f"Page {number} of the list of queues: entity {place} has no id.")
        if by_id.setdefault(id_, entity) != entity:
            raise BadAnswer(f"Page {number} of the list of queues shows two different queues with one id.")
    return tuple(value)
