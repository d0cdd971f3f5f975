"""Characters that can't be seen or that turn the text, and names that only look alike."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_TURNING: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidirectional marks, embeddings, overrides and isolates."""

_JOINING: Final = "\u200c\u200d\ufe0e\ufe0f"
"""They shape the character before them: parts of emoji, and of words in some scripts."""

_HIDDEN: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0d"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

_BLANK: Final = "\u2800\U00016fe4\U0001d159"
"""Signs that are drawn as nothing, and are no spaces: of Braille, Khitan and music."""

INVISIBLE: Final = re.compile(f"[{_TURNING}{_JOINING}{_HIDDEN}{_BLANK}]")
"""One character that shows nothing by itself: ``Default_Ignorable_Code_Point``s of Unicode, and blanks."""

_TURNS: Final = re.compile(f"[{_TURNING}]")
_JOINS: Final = re.compile(f"[{_JOINING}]")
_SHAPED: Final = frozenset({"So", "Sk", "Lo", "Mn", "Mc"})
_FIRST_SHAPED: Final = "\u0590"
"""No letter below it is joined: Latin, Greek, Cyrillic, Armenian."""

_MOST_SPELLED: Final = 8

_SAME_GLYPHS: Final = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0406\u0456\u0408\u0458\u0405\u0455"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
    "ABEKMHOPCTYXaeopcyxIiJjSsABEZHIKMNOPTYXo",
) | str.maketrans(
    "\u2010\u2012\u2013\u2043\u02d7\u2212\u2796\u2018\u2019\u201b\u02bc\u2032\u201c\u201d\u201f",
    "-------'''''\"\"\"",
)
"""Cyrillic and Greek letters that are drawn as Latin ones; hyphens, dashes and quotes as those of ASCII."""

_AS_SPACES: Final = str.maketrans(dict.fromkeys(_BLANK, " "))


def hidden_in(text: str) -> Iterator[int]:
    """The places of all such characters in a text, but those that join or shape the character before them."""
    for found in INVISIBLE.finditer(text):
        if not (_JOINS.match(found.group()) and _is_shaped(text[max(found.start() - 1, 0) : found.start()])):
            yield found.start()


def is_turning(character: str) -> bool:
    """Whether what is behind it is shown in another order."""
    return bool(_TURNS.match(character))


def _is_shaped(last: str) -> bool:
    """Whether it is a character that the next one may join or shape."""
    if not last or unicodedata.category(last) not in _SHAPED or INVISIBLE.match(last):
        return False
    return last >= _FIRST_SHAPED or unicodedata.category(last) == "So"


def code_point(character: str) -> str:
    """``U+200B``."""
    return f"U+{ord(character):04X}"


def escaped(text: str) -> str:
    """``text`` with what can't be seen spelled out, as YAML and Python write it."""
    return INVISIBLE.sub(lambda found: _escape(ord(found.group())), text)


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def skeleton(name: str) -> str:
    """What all names have in common that look like ``name``, or differ from it in capitals alone."""
    if not name.isascii():
        name = INVISIBLE.sub("", name.translate(_AS_SPACES))
        name = INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
        name = name.translate(_SAME_GLYPHS)
    return " ".join(name.casefold().split())


def difference(wanted: str, there: str) -> str:
    """In what two names differ, for people who see the same twice: ``U+00E9 there, e U+0301 here``.

    Empty where they don't look alike, or where anybody sees the difference.
    """
    if wanted == there or skeleton(wanted) != skeleton(there):
        return ""
    start = 0
    while start < min(len(wanted), len(there)) and wanted[start] == there[start]:
        start += 1
    behind = 0
    while behind < min(len(wanted), len(there)) - start and wanted[-1 - behind] == there[-1 - behind]:
        behind += 1
    here, other = (text[start : len(text) - behind] for text in (wanted, there))
    if (here + other).isascii() and not any(character.isspace() for character in here + other):
        return ""
    return f"{_spelled(other)} there, {_spelled(here)} here"


def _spelled(text: str) -> str:
    """Each character by itself: those of ASCII as they are, all others by their code points."""
    plain = (each if "!" <= each <= "~" else code_point(each) for each in text[:_MOST_SPELLED])
    return " ".join(plain) + (" …" if len(text) > _MOST_SPELLED else "") if text else "nothing"


LONG_WORD: Final = 5
"""Letters of a word in which one that is wrong is a slip; shorter words tell names apart: Team A, Team B."""


def one_slip(first: str, second: str) -> bool:
    """Whether the names differ in capitals alone, or in one letter of a longer word: it is left out, doubled,
    wrong, or in the place of the next one."""
    one, other = skeleton(first), skeleton(second)
    if one == other:
        return True
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    here, there = one[start : len(one) - end], other[start : len(other) - end]
    swapped = len(here) == 2 and here == there[::-1]
    if not (swapped or max(len(here), len(there)) <= 1) or not (here + there).isalpha():
        return False
    longer = max(one, other, key=len)
    word = longer[: start + 1].split(" ")[-1] + longer[start + 1 :].split(" ")[0]
    return len(word) >= LONG_WORD and word.isalpha()


def _alike(one: str, other: str) -> int:
    """With how many equal characters both begin."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
