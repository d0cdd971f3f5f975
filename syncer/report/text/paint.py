"""Color, widths, numbers and plurals for text."""

import unicodedata

from syncer.model.finding import Severity
from syncer.program_name import NEUTRAL, ProgramName
from syncer.report.escape import plain

COLORS = {"red": 31, "green": 32, "yellow": 33, "cyan": 36}
"""Colors by their code in ECMA-48 (SGR)."""

SEVERITY_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Paint:
    """Colors text, or leaves it as it is. Everything that it is given is made harmless first.

    ``program`` is the name that commands are called by.
    """

    def __init__(self, color: bool, program: ProgramName = NEUTRAL) -> None:
        self._color = color
        self.program = program

    def __call__(self, text: str, color: str = "", *, bold: bool = False, dim: bool = False) -> str:
        """``text`` in one of ``COLORS``, or in none."""
        text = plain(text)
        if not self._color:
            return text
        codes = [COLORS[color]] if color else []
        codes += [code for code, wanted in ((1, bold), (2, dim)) if wanted]
        return "".join(f"\x1b[{code}m" for code in codes) + f"{text}\x1b[0m"


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 queue``, ``2 queues``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def padded(text: str, width: int) -> str:
    """``text`` made harmless, filled up with spaces to ``width`` columns."""
    shown = plain(text)
    return shown + " " * (width - columns(shown))


def width_of(texts: list[str], most: int = 40) -> int:
    """The width of a column that holds ``texts``; a longer one than ``most`` sticks out."""
    return max((width for text in texts if (width := columns(plain(text))) <= most), default=0)


def columns(shown: str) -> int:
    """The columns that harmless text takes on a terminal: wide characters two, combining ones none."""
    return len(shown) if shown.isascii() else sum(_columns_of(character) for character in shown)


def _columns_of(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
