"""Words of a server, made fit for a message: one line, short, without a secret or a control character."""

import unicodedata
from collections.abc import Iterable

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
