"""Values that a server sent: taken in the shape that is expected of them, and made fit for a message.

What has another shape holds nothing.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, Final

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
    if isinstance(value, bool) or not isinstance(value, int | float):
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
    """The id of an object that refers to something; empty where there is none that is a text."""
    found = mapping(value).get("id")
    return found if isinstance(found, str) else ""


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
    text = ascii(value) if not isinstance(value, int) or abs(value) < 10**20 else "a huge number"
    return text if len(text) <= 80 else f"{text[:79]}…"
