"""Lists of many pages: read whole, each entity once, or not at all."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from syncer.errors import BadAnswer
from syncer.live.exchange import Exchange
from syncer.live.request import Request
from syncer.live.rights import Right
from syncer.live.side_by_side import in_order
from syncer.model.json_values import whole
from syncer.net.counting import Count, Counting, uncounted
from syncer.net.timing import uncut

QUEUES: Final = "queues"
CURSOR_PAGE: Final = 100
SIDE_BY_SIDE: Final = 4
"""How many pages of one list are fetched at once, at the pace that all calls share."""

PAGE_SIZE = 500
_MOST_PAGES = 2_000
_READS = 4

Fetch = Callable[[int], Mapping[str, Any]]
"""Gives the page of a number from 1."""

Read = Callable[[dict[str, Any]], Any]
"""What is kept of an entity."""


def _as_it_came(entity: dict[str, Any]) -> dict[str, Any]:
    return entity


def read_all(
    fetch: Fetch,
    what: str = QUEUES,
    *,
    read: Read = _as_it_came,
    most: int = _MOST_PAGES,
    counting: Counting = uncounted,
    side_by_side: int = 1,
    cut: Callable[[bool], None] = uncut,
) -> list[Any]:
    """What ``read`` makes of the entities of all pages (``most`` of them), each once, in the order of the
    server; ``what`` they are, in the plural. A page is read when it arrives, and not kept. ``counting`` is
    notified of each page. If the first page states the number of pages, this many are fetched
    ``side_by_side``, by threads; ``cut`` ends their waits.

    When the total changes between pages, an id comes twice, or fewer come than the total, the
    list changed while it was read, and is read again, up to three times. Raises BadAnswer when it still
    changes, or when a page is invalid.
    """
    for _ in range(_READS):
        with (
            Count(counting, f"reading {what}") as count,
            closing(_fetched(fetch, most, side_by_side, cut)) as pages,
        ):
            listing = _read_once(pages, what, most, count, read)
        if listing is not None:
            return listing
    raise BadAnswer(
        f"The organization changes while it is read: {_READS} readings of its list of {what} did not agree.",
        hint="Try again when the organization is not being changed.",
    )


def read_on(
    fetch: Callable[[str], Mapping[str, Any]], what: str, *, counting: Counting = uncounted
) -> list[dict[str, Any]]:
    """All entities of a list that is read on from a cursor; ``fetch`` gets it, empty for the first page.

    ``counting`` is notified of each page. Raises BadAnswer when a page is invalid, or the list doesn't end.
    """
    found: dict[str, dict[str, Any]] = {}
    cursor = ""
    seen = {cursor}
    with Count(counting, f"reading {what}") as count:
        for number in range(1, _MOST_PAGES + 1):
            page = fetch(cursor)
            found |= {entity["id"]: entity for entity in entities_of(page, number, what)}
            count.so_far(len(found))
            after = parse_qs(urlsplit(str(page.get("nextUri") or "")).query).get("after", [""])[0]
            if after in seen:
                return list(found.values())
            seen.add(after)
            cursor = after
    raise BadAnswer(f"The list of {what} has no end: {_MOST_PAGES} pages were read.")


def _fetched(
    fetch: Fetch, most: int, side_by_side: int, cut: Callable[[bool], None]
) -> Generator[Mapping[str, Any], None, None]:
    """The pages in their order; close it when no more are needed."""
    first = fetch(1)
    yield first
    known = min(most, whole(first.get("pageCount")) or 1)
    with closing(in_order(fetch, range(2, known + 1), side_by_side, cut)) as pages:
        yield from pages
    yield from map(fetch, range(known + 1, most + 1))


def _read_once(
    pages: Iterable[Mapping[str, Any]], what: str, most: int, count: Count, read: Read
) -> list[Any] | None:
    """One reading of all pages, or None when the list changed."""
    found: dict[str, Any] = {}
    totals: set[int] = set()
    for number, raw in enumerate(pages, 1):
        page = _page(raw, number, what)
        for entity in page.entities:
            if entity["id"] in found:
                return None
            found[entity["id"]] = read(entity)
        if page.total is not None:
            totals.add(page.total)
        count.so_far(len(found), page.total)
        if len(totals) > 1:
            return None
        if page.last:
            return list(found.values()) if page.agreed and len(found) >= max(totals, default=0) else None
        if totals and len(found) > max(totals):
            return None
    raise BadAnswer(f"The list of {what} has no end: {most} pages were read.")


@dataclass(frozen=True, slots=True)
class _Page:
    """``last``: nothing comes after it; ``agreed``: the server confirms it."""

    entities: tuple[dict[str, Any], ...]
    total: int | None
    last: bool
    agreed: bool


def _page(raw: Mapping[str, Any], number: int, what: str) -> _Page:
    entities = entities_of(raw, number, what)
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


def entities_of(raw: Mapping[str, Any], number: int, what: str) -> tuple[dict[str, Any], ...]:
    """The entities of a page of the list of ``what``; some servers write an empty list as null.

    Raises BadAnswer if one has no id, or two with one id differ.
    """
    value = raw.get("entities", "missing")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadAnswer(f"Page {number} of the list of {what} has no list of entities.")
    by_id: dict[str, object] = {}
    for place, entity in enumerate(value):
        id_ = entity.get("id") if isinstance(entity, dict) else None
        if not isinstance(id_, str) or not id_:
            raise BadAnswer(f"Page {number} of the list of {what}: entity {place} has no id.")
        if by_id.setdefault(id_, entity) != entity:
            raise BadAnswer(f"Page {number} of the list of {what} shows two different {what} with one id.")
    return tuple(value)


def read_pages(
    exchange: Exchange,
    path: str,
    right: Right,
    what: str = QUEUES,
    *,
    asked: str = "",
    read: Read = _as_it_came,
) -> list[Any]:
    """What ``read`` makes of each of ``what`` at ``path``, by the numbers of their pages; ``asked`` is more
    of the query."""

    def page(number: int) -> Mapping[str, Any]:
        query = f"?pageNumber={number}&pageSize={PAGE_SIZE}{asked}"
        return exchange.answer(Request("GET", path, f"{path}{query}", right)).body

    return read_all(
        page,
        what,
        read=read,
        counting=exchange.timing.counting,
        side_by_side=SIDE_BY_SIDE,
        cut=exchange.timing.cut,
    )


def read_cursor(exchange: Exchange, path: str, right: Right, what: str) -> list[dict[str, Any]]:
    """The list of ``what`` at ``path``, by the cursors that its pages name."""

    def page(cursor: str) -> Mapping[str, Any]:
        after = quote(cursor, safe="", errors="surrogatepass")
        query = f"?pageSize={CURSOR_PAGE}" + (f"&after={after}" if cursor else "")
        return exchange.answer(Request("GET", path, f"{path}{query}", right)).body

    return read_on(page, what, counting=exchange.timing.counting)
