"""Texts in YAML that every reader takes for the same: plain where that is safe, else in double quotes."""

import re
from typing import Final

_PLAIN: Final = re.compile(r"[^\W\d_][\w .,/()&+-]*")
"""Begins with a letter; nothing in it means anything to YAML."""

_WORDS: Final = frozenset({"y", "yes", "n", "no", "true", "false", "on", "off", "null"})
"""What one reader or another takes for a boolean, or for nothing."""

_ESCAPED: Final = {'"': '\\"', "\\": "\\\\"}


def scalar(text: str) -> str:
    """``text`` as a value of YAML, on one line; raises as ``quoted``."""
    harmless = _PLAIN.fullmatch(text) and text.isprintable() and not text.endswith(" ")
    return text if harmless and text.lower() not in _WORDS else quoted(text)


def quoted(text: str) -> str:
    """``text`` in double quotes. Raises ValueError for half a character, which no file can hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("half a character can't be written")
    return f'"{_each(text, _ESCAPED)}"'


def comment(text: str) -> str:
    """``text`` on one line behind a ``#``; what can't be seen is escaped."""
    return f"# {_each(text, {})}"


def _each(text: str, known: dict[str, str]) -> str:
    return "".join(known.get(character) or _shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
