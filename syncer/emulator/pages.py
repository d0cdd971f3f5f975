"""One page of a list, as every list of the API is served."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import quote, urlencode

from syncer.emulator.wire import Call, Reply, bad_request, json_reply

PAGE_SIZE = 25
LARGEST = 500
LARGEST_VIEW = 100
"""The most on a page of a list that shows less of each entry, or is read on from a cursor."""

LAST_PAGE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for, counted from 1, and how many entries it has at most."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many entries stand before this page."""
        return (self.number - 1) * self.size

    def cut(self, entries: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """The entries on this page."""
        return entries[self.offset : self.offset + self.size]


def asked_page(call: Call, largest: int = LARGEST) -> Page:
    """The page a call asks for; raises :class:`~syncer.emulator.wire.AnswerError` 400."""
    size = min(_positive(call, "pageSize", PAGE_SIZE), largest)
    return Page(_positive(call, "pageNumber", 1), size)


def asked_ids(call: Call, name: str = "id") -> tuple[str, ...]:
    """The ids of a query parameter: it may be there often, hold several with commas between, or be empty."""
    given = list(filter(None, call.query.get(name, [])))
    return tuple(dict.fromkeys((*given, *(part for text in given for part in text.split(",")))))


def about(call: Call, page: Page, total: int) -> dict[str, Any]:
    """All of a page but its entries: figures and links."""
    count = ceil(total / page.size)
    return {
        "pageSize": page.size,
        "pageNumber": page.number,
        "total": total,
        "pageCount": count,
        **links(call, page, last=max(1, count)),
    }


def links(call: Call, page: Page, *, last: int) -> dict[str, str]:
    """The addresses of a page and its neighbors, with whatever else was asked for."""
    path = _path(call)
    rest = [
        (key, value)
        for key, values in call.query.items()
        if key not in ("pageNumber", "pageSize")
        for value in values
    ]

    def uri(number: int) -> str:
        return f"{path}?{urlencode([('pageSize', page.size), ('pageNumber', number), *rest])}"

    found = {"firstUri": uri(1), "selfUri": uri(page.number), "lastUri": uri(last)}
    if page.number < last:
        found["nextUri"] = uri(page.number + 1)
    if page.number > 1:
        found["previousUri"] = uri(page.number - 1)
    return found


def searched(call: Call, documents: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The documents that the parameters ``id`` and ``name`` ask for, sorted by name.

    A name without ``*`` is looked for anywhere in the names, as the lists around queues do.
    """
    ids, name = asked_ids(call), call.asked("name", "").strip("*").casefold()
    found = [
        document
        for document in documents
        if (not ids or document["id"] in ids) and name in document["name"].casefold()
    ]
    return sorted(found, key=lambda document: document["name"].casefold())


def page_reply(call: Call, documents: Sequence[dict[str, Any]], **more: Any) -> Reply:
    """One page of ``documents``, with ``more`` fields beside it."""
    page = asked_page(call)
    return json_reply({"entities": page.cut(documents), **about(call, page, len(documents)), **more})


def cursor_reply(call: Call, documents: Sequence[dict[str, Any]]) -> Reply:
    """A part of ``documents`` from the cursor ``after`` on; it has links to its neighbors, and no total."""
    size, start = min(_positive(call, "pageSize", PAGE_SIZE), LARGEST_VIEW), _cursor(call)
    path = _path(call)

    def uri(offset: int) -> str:
        return f"{path}?{urlencode([('pageSize', size), ('after', offset)])}"

    body: dict[str, Any] = {"entities": documents[start : start + size], "selfUri": uri(start)}
    if start + size < len(documents):
        body["nextUri"] = uri(start + size)
    if start:
        body["previousUri"] = uri(max(0, start - size))
    return json_reply(body)


def _path(call: Call) -> str:
    return "/" + "/".join(quote(part, safe="") for part in call.path)


def _cursor(call: Call) -> int:
    after = call.asked("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 12):
        raise bad_request("after: is not a cursor of this list")
    return int(after)


def found_reply(asked: Mapping[str, Any], documents: Sequence[dict[str, Any]], type_: str) -> Reply:
    """One page of what a search found; which, its body says."""
    page = found_page(asked, documents, "results")
    return json_reply({**page, "types": [type_]})


def found_page(asked: Mapping[str, Any], documents: Sequence[dict[str, Any]], name: str) -> dict[str, Any]:
    """The page that a body asks for by ``pageSize`` and ``pageNumber``, with its entries below ``name``.

    Raises :class:`~syncer.emulator.wire.AnswerError` 400.
    """
    size, number = (
        _whole(asked, name, most) for name, most in (("pageSize", LARGEST), ("pageNumber", LAST_PAGE))
    )
    page = Page(number or 1, size or PAGE_SIZE)
    return {
        "total": len(documents),
        "pageCount": ceil(len(documents) / page.size),
        "pageSize": page.size,
        "pageNumber": page.number,
        name: page.cut(documents),
    }


def _whole(asked: Mapping[str, Any], name: str, most: int) -> int:
    """A whole number of a body; 0 where there is none."""
    value = asked.get(name)
    if value is None:
        return 0
    if type(value) is not int or value < 1:
        raise bad_request(f"{name} has to be a whole number of at least 1.")
    return min(value, most)


def _positive(call: Call, name: str, default: int) -> int:
    text = call.asked(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= LAST_PAGE):
        raise bad_request(f"{name} has to be a whole number of at least 1.")
    return int(text)
