"""Make text from elsewhere harmless where it is shown: names from live are hostile until they are escaped."""

import unicodedata

_SHOWN_AS_CODE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~@:/&$^=%\"'")


def plain(text: str) -> str:
    """One line without anything that steers a terminal: control characters, bidirectional marks, invisible
    characters and line ends are shown as ``\\x1b`` or ``\\u202e``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _SHOWN_AS_CODE:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def markdown(text: str) -> str:
    """Plain text for Markdown: nothing in it is a link, a mention, a quick action, a table cell or HTML."""
    return "".join(_entity(character) for character in plain(text))


def _entity(character: str) -> str:
    return f"&#{ord(character)};" if character in _MARKDOWN else character
