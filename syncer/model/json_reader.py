"""The one reader of JSON: plans, trail, journal, state and answers say one thing, or are refused.

Two programs must never read two things out of the same bytes. So a key that stands twice, NaN, a number that
no number can hold, nesting without end, other bytes than UTF-8, and anything after the value are errors with
their place. A decimal that a float would round is kept exactly, as a Decimal.
"""

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NoReturn

DEEPEST: Final = 64
"""Levels of nesting: far more than a queue has, far fewer than could exhaust the stack."""

_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
_STRINGS: Final = re.compile(_STRING, re.DOTALL)
_TOKENS: Final = re.compile(rf"{_STRING}|[][{{}},]|-?(?:[0-9][0-9.eE+-]*|NaN|Infinity)", re.DOTALL)
_BRACES: Final = str.maketrans("{}", "[]")
_NO_BRACKET: Final = re.compile(r"[^][]+")


class JsonError(ValueError):
    """No JSON that says one thing: why (``reason``), and where. ``line`` and ``column`` count from 1."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}")
        self.reason, self.line, self.column = reason, line, column


def parsed(data: bytes, *, decimals: bool = True) -> Any:
    """The value that ``data`` holds, and that ``canonical`` can write again as it is.

    A line end is ``\\n``. Without ``decimals`` a number that a float would round is refused: such a document
    never has one. Raises JsonError.
    """
    text = _text(data)
    if _is_deep(text):
        raise _fault(text)
    number = _number if decimals else _float
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=number)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg[:1].lower() + error.msg[1:], error.lineno, error.colno) from error
    except ValueError as error:
        raise _fault(text, decimals=decimals) from error


def holds_more_than_one(data: bytes) -> bool:
    """Whether ``data`` begins with a whole JSON value, and something follows that value."""
    text = data.decode("utf-8", "replace")
    if _is_deep(text):
        return True
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return False
    return end < len(text)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        raise _at(before, len(before), "this is not UTF-8") from error


def _at(text: str, place: int, reason: str) -> JsonError:
    return JsonError(reason, text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place))


def _is_deep(text: str) -> bool:
    """Whether brackets nest too deeply: each pass takes the innermost pairs away.

    It is known before anything is parsed, so that nothing that follows can exhaust the stack.
    """
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    left = _NO_BRACKET.sub("", _STRINGS.sub("", text).translate(_BRACES))
    for _ in range(DEEPEST):
        left = left.replace("[]", "")
    return "[]" in left or left.count("[") > DEEPEST


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key appears twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _float(text: str) -> float:
    number = _number(text)
    if type(number) is float:
        return number
    raise ValueError("a float would round it")


def _number(text: str) -> float | Decimal:
    """``text`` as a float where that is the same number, else exactly as it is."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large")
    written = repr(number)
    if written == text:
        return number
    try:
        exact = Decimal(text)
    except ArithmeticError as error:
        raise ValueError("too large") from error
    return number if exact == Decimal(written) else exact


def _fault(text: str, *, decimals: bool = True) -> JsonError:
    """The first thing in ``text`` for which the parser has no words."""
    place, reason = next(_faults(text, decimals=decimals), (0, "this can't be read"))
    return _at(text, place, reason)


def _faults(text: str, *, decimals: bool) -> Iterator[tuple[int, str]]:
    """Where keys stand twice, numbers are none, and nesting is too deep, up to where the text is no JSON."""
    inside: list[set[str] | None] = []
    key = False
    for token in _TOKENS.finditer(text):
        found, place = token[0], token.start()
        if found in ("{", "["):
            inside.append(set() if found == "{" else None)
            if len(inside) > DEEPEST:
                yield place, f"it is nested more than {DEEPEST} levels deep"
        elif found in ("}", "]"):
            del inside[-1:]
        elif found[0] == '"':
            keys = inside[-1] if key and inside else None
            if keys is not None and (name := json.loads(found)) in keys:
                yield place, f"the key {_short(ascii(name))} appears twice in one object"
            elif keys is not None:
                keys.add(name)
        elif found != "," and (reason := _wrong_number(found, decimals=decimals)):
            yield place, reason
        key = found == "{" or (found == "," and bool(inside) and inside[-1] is not None)


def _wrong_number(text: str, *, decimals: bool) -> str:
    if not text[-1].isdigit():
        return f"{text} is not a JSON number"
    try:
        (_number if decimals else _float)(text) if set(text) & set(".eE") else int(text)
    except ValueError:
        return f"the number {_short(text)} has more digits than are kept"
    return ""


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
