"""Globs of queue names: ``*`` is any text, ``?`` one character, ``[…]`` one of some; capitals count.

A name fits itself: ``Sales [EU]`` means the queue of that name too, not only ``Sales E`` and ``Sales U``.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def fits(name: str, globs: Iterable[str]) -> bool:
    """Whether ``name`` fits one of the globs."""
    return any(name == glob or fnmatchcase(name, glob) for glob in globs)
