"""JSON: canonical, readable, compact; and a server's values in the shape that is expected."""

import hashlib
import json
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import chain
from math import isfinite
from typing import Any, Final

MOST_INDENTED: Final = 1_000

_LONGEST_INT_BITS = 13_000
"""Python writes an int of at most 4,300 digits; 13,000 bits are less than that."""


def canonical(value: Any) -> bytes:
    """``value`` as JSON in ASCII: keys sorted, no spaces, everything else escaped (lone surrogates too).

    An int of thousands of digits is written as a string of its digits. Raises ValueError for NaN and
    infinities, TypeError for what is no JSON.
    """
    try:
        return _dumped(value)
    except ValueError:
        return _dumped(_without_long_ints(value))


def digest(value: Any) -> str:
    """The SHA-256 of the canonical JSON of ``value``, as ``sha256:<hex>``."""
    try:
        found = _hashed(_canonical_pieces(value))
    except ValueError:
        found = _hashed(_canonical_pieces(_without_long_ints(value)))
    return f"sha256:{found}"


def _hashed(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def _canonical_pieces(value: Any) -> Iterator[bytes]:
    """What ``canonical`` gives, some elements at a time where an object has lists."""
    if not isinstance(value, dict) or not all(type(key) is str for key in value):
        yield _dumped(value)
        return
    yield b"{"
    for number, key in enumerate(sorted(value)):
        yield b"%s%s:" % (b"," if number else b"", _dumped(key))
        yield from _list_pieces(value[key]) if isinstance(value[key], list) else (_dumped(value[key]),)
    yield b"}"


def _list_pieces(elements: list[Any]) -> Iterator[bytes]:
    yield b"["
    for first in range(0, len(elements), _AT_ONCE):
        several = _dumped(elements[first : first + _AT_ONCE])[1:-1]
        yield b"," + several if first else several
    yield b"]"


_AT_ONCE: Final = 256
"""How many elements are encoded by one call: for a small element, the call itself takes longest."""


def one_line(value: Any) -> str:
    """``value`` as JSON in ASCII on one line, keys in their order."""
    return _written(value)


def readable(value: Any) -> str:
    """``value`` as indented JSON that ends in a line end.

    Letters of every script stand as they are; what could steer a terminal, can't be seen or is half a
    character is escaped.
    """
    return "".join(readable_pieces(value))


def readable_pieces(value: Any) -> Iterator[str]:
    """The same bit by bit. A list may be an iterator: then it is never in memory as a whole.

    Of a list near the top nobody reads more than the first ``MOST_INDENTED`` elements: each later one is on
    one line, which takes half the bytes.
    """
    yield from _indented(value, "")
    yield "\n"


def _indented(value: Any, margin: str) -> Iterator[str]:
    """``value`` in a line that was begun already; later lines have the ``margin``."""
    inner = f"{margin}  "
    if isinstance(value, Iterator):
        elements = enumerate(value)
        yield from _enclosed("[]", ((_element(element, inner, at),) for at, element in elements), margin)
    elif len(margin) >= _DEEPEST:
        yield _block(value, margin)
    elif isinstance(value, list | tuple):
        several = (
            (_tight(element),) if at >= MOST_INDENTED else _indented(element, inner)
            for at, element in enumerate(value)
        )
        yield from _enclosed("[]", several, margin)
    elif isinstance(value, Mapping) and all(type(key) is str for key in value):
        members = (chain((f"{_tight(key)}: ",), _indented(value[key], inner)) for key in value)
        yield from _enclosed("{}", members, margin)
    else:
        yield _block(value, margin)


def _enclosed(pair: str, items: Iterable[Iterable[str]], margin: str) -> Iterator[str]:
    before = f"{pair[0]}\n{margin}  "
    for item in items:
        yield before
        yield from item
        before = f",\n{margin}  "
    yield pair if before[0] == pair[0] else f"\n{margin}{pair[1]}"


def _element(value: Any, margin: str, at: int) -> str:
    return _tight(value) if at >= MOST_INDENTED else _block(value, margin)


def _block(value: Any, margin: str) -> str:
    lines = _written(value, indent=2, ensure_ascii=False).split("\n")
    return f"\n{margin}".join(map(_harmless, lines))


_DEEPEST: Final = 8
"""From this column on lists and objects are small: each is written at once."""


def compact(members: Mapping[str, Any]) -> str:
    """A JSON object without indents: a line a member and, in a list, a line an element.

    Letters and what could do harm are as in ``readable``.
    """
    return "".join(compact_pieces(members))


def compact_pieces(members: Mapping[str, Any]) -> Iterator[str]:
    """The same, line by line."""
    yield "{\n"
    before = ""
    for key, value in members.items():
        yield f"{before}{_tight(key)}: "
        yield from _compact_list(value) if isinstance(value, list) and value else (_tight(value),)
        before = ",\n"
    yield "\n}\n"


def _compact_list(elements: list[Any]) -> Iterator[str]:
    before = "[\n"
    for element in elements:
        yield f"{before}{_tight(element)}"
        before = ",\n"
    yield "\n]"


def _tight(value: Any) -> str:
    return _harmless(_written(value, ensure_ascii=False))


def _harmless(line: str) -> str:
    return line if line.isprintable() else _escaped(line)


def _escaped(line: str) -> str:
    return "".join(character if character.isprintable() else _code_units(character) for character in line)


def _code_units(character: str) -> str:
    """``\\u202e``; two of them beyond U+FFFF, as JSON wants it."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _dumped(value: Any) -> bytes:
    return _written(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _written(value: Any, **how: Any) -> str:
    """``value`` as JSON, a Decimal with all its digits.

    Python's encoder can't write one: it is written as a text that nobody can guess, which is then unquoted.
    """
    marks: list[str] = []

    def marked(found: Any) -> str:
        if not isinstance(found, Decimal) or not found.is_finite():
            raise TypeError(f"{type(found).__name__} is not JSON")
        if not marks:
            marks.append(os.urandom(16).hex())
        return f"{marks[0]}{found}"

    text = json.dumps(value, allow_nan=False, default=marked, **how)
    return re.sub(f'"{marks[0]}([^"]*)"', r"\1", text) if marks else text


def _without_long_ints(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_long_ints(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_long_ints(item) for item in value]
    if isinstance(value, int) and value.bit_length() > _LONGEST_INT_BITS:
        return f"{Decimal(value):f}"
    return value


_MOST_BITS: Final = 53
"""Beyond, JSON readers differ in what a number is."""


def whole(value: object) -> int | None:
    """``value`` as a whole number from 0 (``25.0`` counts as 25, ``true`` does not as 1), or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if value < 0 or (isinstance(value, float) and not (isfinite(value) and value.is_integer())):
        return None
    return int(value) if int(value).bit_length() <= _MOST_BITS else None


def finite(value: object) -> float | None:
    """``value`` as a finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def mapping(value: Any) -> Mapping[str, Any]:
    """``value`` where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """``value`` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def id_in(value: Any) -> str:
    """The id of an object that refers to something; empty where there is none that is a text. Equal ids are
    one text in memory: many queues refer to the same group."""
    found = mapping(value).get("id")
    return sys.intern(found) if type(found) is str else ""


_LONGEST = 300
_UNFIT = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def clean(text: str, *, secrets: Iterable[str] = (), longest: int = _LONGEST) -> str:
    """``text`` with secrets blotted out, control and direction marks as spaces, and cut at ``longest``."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    # What is cut off anyway needs no look; the factor leaves room for runs of spaces.
    head = text[: longest * 4]
    line = " ".join("".join(" " if unicodedata.category(c) in _UNFIT else c for c in head).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shown(value: object) -> str:
    """A value of the wire for a message: in ASCII, and not too long."""
    if isinstance(value, Decimal):
        text = str(value)
    else:
        text = ascii(value) if not isinstance(value, int) or abs(value) < 10**20 else "a huge number"
    return text if len(text) <= 80 else f"{text[:79]}…"
