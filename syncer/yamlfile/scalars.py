"""Scalars, read and written. Reading goes by the core schema of YAML 1.2: ``No``, ``on``, ``12:30`` and dates
stay strings. What is written, every parser reads the same way: plain if that is safe, else in double quotes.
"""

import math
import re
from typing import Final

from syncer.model.characters import INVISIBLE

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, Scalar]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OCTAL: Final = re.compile(r"0o[0-7]+")
_HEX: Final = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

_MOST_DIGITS: Final = 300
"""Whole numbers stay below 10**300, so that each has a finite float."""

STANDARD_TAGS: Final = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": bool,
    "tag:yaml.org,2002:null": type(None),
}


class NumberError(ValueError):
    """A number that is infinite, not a number, or too large to count with."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar.

    Raises:
        NumberError: ``.inf``, ``.nan``, or a number out of range.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _whole(text, 10)
    if _OCTAL.fullmatch(text):
        return _whole(text[2:], 8)
    if _HEX.fullmatch(text):
        return _whole(text[2:], 16)
    if _FLOAT.fullmatch(text):
        return _real(text)
    if _NOT_FINITE.fullmatch(text):
        raise NumberError(text)
    return text


def resolve_tagged(text: str, tag: str) -> Scalar:
    """The value of a scalar with one of ``STANDARD_TAGS``.

    Raises:
        NumberError: as in ``resolve``.
        ValueError: the text isn't such a value, as in ``!!int five``.
    """
    kind = STANDARD_TAGS[tag]
    if kind is str:
        return text
    value = resolve(text)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise ValueError(text)
    return value


def _whole(digits: str, base: int) -> int:
    if len(digits.lstrip("+-0")) > _MOST_DIGITS:
        raise NumberError(digits)
    sign = -1 if digits.startswith("-") else 1
    return sign * int(digits.lstrip("+-0") or "0", base)


def _real(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NumberError(text)
    return value


_PLAIN: Final = re.compile(r"[^\W\d_][\w .,/()&+-]*")
"""Starts with a letter; nothing in it has a meaning in YAML."""

_AMBIGUOUS: Final = frozenset({"y", "yes", "n", "no", "true", "false", "on", "off", "null"})
"""Words that some parser reads as a boolean or as null."""

_ESCAPED: Final = {'"': '\\"', "\\": "\\\\"}


def scalar(text: str) -> str:
    """``text`` as a value of YAML, on one line; raises as ``quoted``."""
    harmless = _PLAIN.fullmatch(text) and all(map(_is_seen, text)) and not text.endswith(" ")
    return text if harmless and text.lower() not in _AMBIGUOUS else quoted(text)


def quoted(text: str) -> str:
    """``text`` in double quotes. Raises ValueError for a lone surrogate, which no file can contain."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a lone surrogate can't be written")
    return f'"{_each(text, _ESCAPED)}"'


def comment(text: str) -> str:
    """``text`` on one line after a ``#``; invisible characters are escaped."""
    return f"# {_each(text, {})}"


def _each(text: str, known: dict[str, str]) -> str:
    return "".join(known.get(character) or _shown(character) for character in text)


def _is_seen(character: str) -> bool:
    return character.isprintable() and not INVISIBLE.match(character)


def _shown(character: str) -> str:
    if _is_seen(character):
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
