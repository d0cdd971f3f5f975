"""Colour, numbers and plurals for text."""

import click

from syncer.model.finding import Severity
from syncer.report.escape import plain

SEVERITY_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


class Paint:
    """Colours text, or leaves it as it is. Everything that it is given is made harmless first."""

    def __init__(self, color: bool) -> None:
        self._color = color

    def __call__(self, text: str, color: str = "", *, bold: bool = False, dim: bool = False) -> str:
        """``text`` in a colour of click's."""
        text = plain(text)
        if not self._color:
            return text
        return click.style(text, fg=color or None, bold=bold or None, dim=dim or None)


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 queue``, ``2 queues``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def padded(text: str, width: int) -> str:
    """``text`` made harmless, filled up with spaces."""
    return plain(text).ljust(width)


def width_of(texts: list[str], most: int = 40) -> int:
    """The width of a column that holds ``texts``; a longer one than ``most`` sticks out."""
    return max((len(plain(text)) for text in texts if len(plain(text)) <= most), default=0)
