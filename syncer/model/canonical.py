"""JSON in four ways: canonical (one value, one text, for digests), readable (for people), compact, parsed."""

import hashlib
import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

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
    return f"sha256:{hashlib.sha256(canonical(value)).hexdigest()}"


def parsed(data: bytes) -> Any:
    """The value that ``data`` holds, and that ``canonical`` can write again.

    Raises ValueError for what is no JSON, NaN and numbers too large for a float among it, RecursionError
    where it nests too deeply.
    """
    return json.loads(data, parse_constant=_finite, parse_float=_finite)


def readable(value: Any) -> str:
    """``value`` as indented JSON that ends in a line end.

    Letters of every script stand as they are; what could steer a terminal, can't be seen or is half a
    character is escaped.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return "".join(f"{_harmless(line)}\n" for line in text.split("\n"))


def compact(members: Mapping[str, Any]) -> str:
    """A JSON object without indents: a line a member and, in a list, a line an element.

    Letters and what could do harm are as in ``readable``.
    """
    lines = ",\n".join(f"{_tight(key)}: {_member(value)}" for key, value in members.items())
    return f"{{\n{lines}\n}}\n"


def _member(value: Any) -> str:
    if isinstance(value, list) and value:
        elements = ",\n".join(map(_tight, value))
        return f"[\n{elements}\n]"
    return _tight(value)


def _tight(value: Any) -> str:
    return _harmless(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _harmless(line: str) -> str:
    return line if line.isprintable() else _escaped(line)


def _escaped(line: str) -> str:
    return "".join(character if character.isprintable() else _code_units(character) for character in line)


def _code_units(character: str) -> str:
    """``\\u202e``; two of them beyond U+FFFF, as JSON wants it."""
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


def _dumped(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def _without_long_ints(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_long_ints(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_long_ints(item) for item in value]
    if isinstance(value, int) and value.bit_length() > _LONGEST_INT_BITS:
        return f"{Decimal(value):f}"
    return value
