"""Text that fits into a box: cut into lines, and how wide it is, about as sans-serif fonts have it."""

from typing import Final
from unicodedata import combining, east_asian_width

_NARROW: Final = frozenset("iljtfrI.,:;'|!()[]{}- ")
_WIDE: Final = frozenset("mwMWQO@%—…→")
NARROW, USUAL, DIGIT, CAPITAL, BROAD = 0.36, 0.64, 0.7, 0.74, 1.0
"""Widths in parts of the size of the font: those of a wide one in bold, so that nothing runs over."""

MOST_CHARACTERS: Final = 25


def width_of(text: str, size: float) -> float:
    """How wide a text is, in pixels, in bold of this size."""
    return size * sum(map(_width, text))


def cut(text: str, size: float, room: float) -> str:
    """As much of a text as fits into so many pixels; ``…`` stands for the rest."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _width(character: str) -> float:
    if combining(character):
        return 0.0
    if character in _NARROW:
        return NARROW
    if character in _WIDE or east_asian_width(character) in "WF":
        return BROAD
    if character.isdigit():
        return DIGIT
    return CAPITAL if character.isupper() else USUAL


def two_lines(name: str, most: int = MOST_CHARACTERS) -> list[str]:
    """A name on one line or two of at most so many characters, broken between words where that fits; what is
    too long ends with ``…``."""
    if len(name) <= most:
        return [name]
    at = name.rfind(" ", 0, most + 1)
    first, rest = (name[:at], name[at + 1 :]) if at > 0 else (name[:most], name[most:])
    return [first, rest if len(rest) <= most else f"{rest[: most - 1]}…"]
