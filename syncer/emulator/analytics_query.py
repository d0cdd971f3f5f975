"""A query of analytics: read, or refused as the API refuses it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from syncer.emulator.documents import Document
from syncer.emulator.wire import bad_request
from syncer.net.timing import from_rfc3339

QUARTER: Final = 900
"""Seconds of the shortest interval that is counted."""

DAY: Final = 86_400
MOST_DAYS: Final = 31
"""The longest interval whose parts are shorter than a day."""

LONGEST: Final = 400
"""Days of the longest interval."""

DIMENSIONS: Final = ("queueId", "mediaType")

Test = Callable[[str, str], bool]
"""Whether a filter lets a queue, by its id, and a medium pass."""


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begin`` up to ``end``, in seconds since 1970, in ``step`` seconds."""

    begin: int
    end: int
    step: int

    def parts(self) -> Iterator[tuple[int, int]]:
        """Begin and end of each part; the last one may be shorter."""
        for begin in range(self.begin, self.end, self.step):
            yield begin, min(begin + self.step, self.end)


def read_span(asked: Document) -> Span:
    """The ``interval`` and ``granularity`` of a query."""
    begin, end = _interval(asked.get("interval"))
    step = _granularity(asked.get("granularity"), end - begin)
    days = MOST_DAYS if step < DAY else LONGEST
    if end - begin > days * DAY:
        raise bad_request(f"interval: is longer than {days} days", "interval: is too long")
    return Span(begin, end, step)


def _interval(value: Any) -> tuple[int, int]:
    first, slash, last = value.partition("/") if isinstance(value, str) else ("", "", "")
    try:
        begin, end = (int(_moment(text).timestamp()) for text in (first, last))
    except (ValueError, OverflowError):
        raise bad_request(
            "interval: has to be two times in ISO 8601, with a slash between", "interval: ?"
        ) from None
    if not slash or begin >= end:
        raise bad_request("interval: has to end after it begins", "interval: is empty")
    return begin, end


def _moment(text: str) -> datetime:
    """A time; without a zone it is UTC."""
    try:
        return from_rfc3339(text)
    except ValueError:
        return from_rfc3339(f"{text}Z")


def _granularity(value: Any, whole: int) -> int:
    """Seconds; the whole interval where nothing is said."""
    if value is None:
        return whole
    match = re.fullmatch(
        r"P(?=.)(?:(\d{1,3})D)?(?:T(?=.)(?:(\d{1,3})H)?(?:(\d{1,4})M)?)?", str(value), re.ASCII
    )
    days, hours, minutes = (int(each or 0) for each in match.groups()) if match else (0, 0, 0)
    step = days * DAY + hours * 3600 + minutes * 60
    if not step or step % QUARTER:
        raise bad_request(
            "granularity: has to be a period such as PT15M, PT30M, PT1H or P1D", "granularity: ?"
        )
    return step


def read_words(
    asked: Document, name: str, known: tuple[str, ...], *, needed: bool = False
) -> tuple[str, ...]:
    """A list of words of a query, each one of ``known``; ``needed``: at least one."""
    value = asked.get(name)
    value = [] if value is None else value
    if not isinstance(value, list) or (needed and not value):
        raise bad_request(f"{name}: has to be a list with at least one entry", f"{name}: is required")
    for each in value:
        if each not in known:
            raise bad_request(f"{name}: {each!r} is not known", f"{name}: is not known")
    return tuple(dict.fromkeys(value))


def read_filter(value: Any) -> Test:
    """The test that a ``filter`` is; without one everything passes."""
    if value is None:
        return lambda _queue, _medium: True
    if not isinstance(value, dict):
        raise bad_request("filter: has to be an object", "filter: ?")
    tests = [_predicate(each) for each in _list(value, "predicates")]
    tests += [read_filter(each) for each in _list(value, "clauses")]
    how = str(value.get("type", "and")).lower()
    if how not in ("and", "or"):
        raise bad_request("filter.type: has to be and, or", "filter.type: ?")
    if not tests:
        raise bad_request("filter: has neither predicates nor clauses", "filter: is empty")
    if how == "or":
        return lambda queue, medium: any(test(queue, medium) for test in tests)
    return lambda queue, medium: all(test(queue, medium) for test in tests)


def _list(value: Document, name: str) -> list[Any]:
    found = value.get(name)
    found = [] if found is None else found
    if not isinstance(found, list):
        raise bad_request(f"filter.{name}: has to be a list", f"filter.{name}: ?")
    return found


def _predicate(value: Any) -> Test:
    asked = value if isinstance(value, dict) else {}
    dimension, operator = asked.get("dimension"), asked.get("operator", "matches")
    wanted = asked.get("value")
    if dimension not in DIMENSIONS or asked.get("type", "dimension") != "dimension":
        raise bad_request(f"filter: {dimension!r} is not a dimension that is known", "filter.dimension: ?")
    place = DIMENSIONS.index(dimension)
    if operator == "exists":
        return lambda _queue, _medium: True
    if operator == "notExists":
        return lambda _queue, _medium: False
    if operator != "matches" or not isinstance(wanted, str):
        raise bad_request(
            "filter: an operator is matches with a value, exists or notExists", "filter.operator: ?"
        )
    return lambda queue, medium: (queue, medium)[place] == wanted
