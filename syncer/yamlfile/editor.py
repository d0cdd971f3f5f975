"""Change single values and entries within the text of a YAML file: all other lines, comments and the order
stay as they are.

Only the ordinary form is supported, with one key per line. The caller reads the result again and checks it.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from syncer.yamlfile.document import Document
from syncer.yamlfile.nodes import Mark
from syncer.yamlfile.scalars import comment

_TOKEN: Final = re.compile(r"[^\s,}#]+")
_EMPTY: Final = re.compile(r"\s*(#.*)?")

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value from the top of a file."""


class Editor:
    """The changes of one document.

    Each change is addressed by a ``path`` in the document as it was read; raises LookupError if there is
    nothing. New lines are given without indentation, and are indented as needed.
    """

    def __init__(self, document: Document) -> None:
        self._lines = document.lines
        self._top = document.mark
        self._edits: list[tuple[int, int, list[str]]] = []
        self._within: list[tuple[int, int, Callable[[str], str]]] = []

    def text(self) -> str:
        """The file with all changes; those at one line in the order in which they were made, insertions
        before replacements."""
        lines = list(self._lines)
        for line, start, change in sorted(self._within, key=lambda edit: edit[:2], reverse=True):
            text = lines[line - 1]
            lines[line - 1] = text[:start] + change(text[start:])
        downward = sorted(self._edits, key=lambda edit: edit[:2])
        for first, behind, new in reversed(downward):
            lines[first - 1 : behind - 1] = new
        return "\n".join(lines)

    def holds(self, path: Path) -> bool:
        """Whether there is something at ``path``."""
        return self._mark(path[:-1]).below(path[-1]) is not None

    def in_brackets(self, path: Path) -> bool:
        """Whether what is at ``path`` is written in brackets, on lines that others may share."""
        mark = self._mark(path)
        return self._lines[mark.line - 1][mark.column - 1 :].startswith(("{", "["))

    def remark(self, path: Path, remark: str) -> None:
        """Put a comment above an entry of a list, unless it is there already."""
        line = self._mark(path).line
        wanted = _indented([comment(remark)], self._indentation(line))
        if list(self._lines[line - 2 : line - 1]) != wanted:
            self._insert(line, wanted)

    def set(self, path: Path, value: str) -> None:
        """Put another scalar in place of a word or number."""
        mark = self._mark(path)
        change = partial(_TOKEN.sub, lambda _: value, count=1)
        self._within.append((mark.line, mark.column - 1, change))

    def rewrite(self, path: Path, change: Callable[[str], str]) -> None:
        """Change the rest of a scalar's line from its value on, with the comment after it."""
        mark = self._mark(path)
        line, start = self._lines[mark.line - 1], mark.column - 1
        self._edit(mark.line, mark.line + 1, [line[:start] + change(line[start:])])

    def insert(self, path: Path, new: Sequence[str]) -> None:
        """Insert lines after a key and everything below it."""
        self._insert(self._behind(path), _indented(new, self._key(path).column - 1))

    def replace_comment(self, path: Path, fits: re.Pattern[str], new: Sequence[str]) -> bool:
        """Replace the first matching comment within a mapping in a list by lines, indented like its keys.
        Return whether there is one."""
        mark, (*above, last) = self._mark(path), path
        following = [each.line for each in self._mark(tuple(above)).items[int(last) + 1 :]]
        behind = min(following, default=len(self._lines) + 1)
        for number in range(mark.line, behind):
            line = self._lines[number - 1]
            if self._indentation(number) == mark.column - 1 and fits.match(line.strip()):
                self._edit(number, number + 1, _indented(new, mark.column - 1))
                return True
        return False

    def replace(self, path: Path, new: Sequence[str]) -> None:
        """Replace a key and everything below it by lines."""
        key = self._key(path)
        self._edit(key.line, self._behind(path), _indented(new, key.column - 1))

    def remove(self, path: Path) -> None:
        """Remove an entry from a list."""
        self._edit(self._mark(path).line, self._behind(path), [])

    def add(self, path: Path, new: Sequence[str]) -> None:
        """Insert lines, one key each, after the last key of a mapping that is an entry of a list; within
        brackets, before its first key."""
        if self.in_brackets(path):
            mark = self._mark(path)
            for line in new:
                self._within.append((mark.line, mark.column, partial(_before, f"{line}, ")))
            return
        self._insert(self._behind(path), _indented(new, self._mark(path).column - 1))

    def append(self, path: Path, new: Sequence[str]) -> None:
        """Add an entry, whose first line starts with a dash, after the last one of a non-empty list."""
        last = len(self._mark(path).items) - 1
        self._insert(self._behind((*path, last)), _indented(new, self._dash(self._mark((*path, last)))))

    def _insert(self, line: int, new: list[str]) -> None:
        self._edit(line, line, new)

    def _edit(self, first: int, behind: int, new: list[str]) -> None:
        self._edits.append((first, behind, new))

    def _mark(self, path: Path) -> Mark:
        mark = self._top
        for step in path:
            below = mark.below(step)
            if below is None:
                raise LookupError(path)
            mark = below
        return mark

    def _key(self, path: Path) -> Mark:
        return self._mark(path[:-1]).keys[str(path[-1])]

    def _behind(self, path: Path) -> int:
        """The line after the last one of an entry, without comments and empty lines that follow."""
        if not path:
            return self._trimmed(len(self._lines) + 1)
        *above, last = path
        around = self._mark(tuple(above))
        if isinstance(last, int):
            following = [mark.line for mark in around.items[last + 1 : last + 2]]
        else:
            start = around.keys[last].line
            following = [mark.line for mark in around.keys.values() if mark.line > start]
        return self._trimmed(min(following)) if following else self._behind(tuple(above))

    def _trimmed(self, behind: int) -> int:
        while _EMPTY.fullmatch(self._lines[behind - 2]):
            behind -= 1
        return behind

    def _dash(self, item: Mark) -> int:
        """How far the dash of an entry is indented; it may have a line of its own."""
        before = self._lines[item.line - 1][: item.column - 1]
        return self._indentation(item.line) if before.strip() else item.column - 3

    def _indentation(self, line: int) -> int:
        text = self._lines[line - 1]
        return len(text) - len(text.lstrip())


def _before(new: str, text: str) -> str:
    return new + text


def _indented(lines: Sequence[str], indentation: int) -> list[str]:
    return [f"{' ' * indentation}{line}" for line in lines]
