"""Trailers at the end of a commit message, by the rules of ``git interpret-trailers``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from syncer.policy.git import asked

_MADE_BY_GIT: Final = ("Signed-off-by: ", "(cherry picked from commit ")
_SPACES: Final = " \t\r\v\f\n"


def trailers(message: str) -> tuple[tuple[str, str], ...]:
    """Key and value of each trailer, in their order; a value on several lines becomes one line.

    Trailers are the last paragraph of a message if all of its lines are trailers, or if one of them was made
    by Git (``Signed-off-by``) and at least a quarter are trailers. The first paragraph never is one. Lines
    that start with ``#`` don't count.
    """
    found: list[list[str]] = []
    continued = False
    for line in _block(message.split("\n")):
        if line[:1] and line[0] in _SPACES:
            if continued:
                found[-1][1] = f"{found[-1][1]} {_trimmed(line)}".strip(" ")
            continue
        place = -1 if line.startswith("#") else _separator(line)
        continued = place > 0
        if continued:
            found.append([_trimmed(line[:place]), _trimmed(line[place + 1 :])])
    return tuple((key, value) for key, value in found)


def trailer(message: str, key: str) -> str:
    """The value of the trailers with this key, in any case; several with commas between."""
    values = (value for name, value in trailers(message) if name.lower() == key.lower())
    return ", ".join(dict.fromkeys(filter(None, values)))


def last_message(folder: Path) -> str:
    """The message of the commit that is checked out in ``folder``; empty if Git doesn't know one."""
    said = asked(folder, "log", "-1", "--no-show-signature", "--format=%B")
    return (said or b"").decode("utf-8", "replace")


def _block(lines: Sequence[str]) -> Sequence[str]:
    """The last paragraph, if it has trailers."""
    begin = next((place for place, line in _without_remarks(lines) if not line.strip(_SPACES)), len(lines))
    trailing = others = going_on = 0
    made_by_git, only_blank = False, True
    for place in range(len(lines) - 1, begin - 1, -1):
        line = lines[place]
        if line.startswith("#"):
            others, going_on = others + going_on, 0
            continue
        if not line.strip(_SPACES):
            if only_blank:
                continue
            others += going_on
            is_block = trailing * 3 >= others if made_by_git else trailing > 0 == others
            return lines[place + 1 :] if is_block else ()
        only_blank = False
        if line.startswith(_MADE_BY_GIT):
            trailing, going_on, made_by_git = trailing + 1, 0, True
        elif line[0] in _SPACES:
            going_on += 1
        elif _separator(line) > 0:
            trailing, going_on = trailing + 1, 0
        else:
            others, going_on = others + 1 + going_on, 0
    return ()


def _without_remarks(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    return ((place, line) for place, line in enumerate(lines) if not line.startswith("#"))


def _separator(line: str) -> int:
    """The index of the colon after a key of ASCII letters, digits and ``-``; -1 if there is none."""
    key, colon, _ = line.partition(":")
    bare = key.rstrip(" \t")
    fits = colon and all(each.isascii() and (each.isalnum() or each == "-") for each in bare)
    return len(key) if fits and bare else -1


def _trimmed(text: str) -> str:
    return text.strip(_SPACES)
