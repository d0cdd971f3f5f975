"""Globs of queue names: ``*`` is any text, ``?`` one character, ``[…]`` one of some; capitals count."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def fits(name: str, globs: Iterable[str]) -> bool:
    """Whether ``name`` fits one of the globs."""
    return any(fnmatchcase(name, glob) for glob in globs)
