"""Forms that the parser (libyaml) accepts and YAML 1.2 doesn't: another parser may refuse them.

Each is named by its case of the yaml-test-suite: DK95-01 and Y79Y-003 (tabs), S98Z (a block text whose first
line is indented less than the empty lines above it), SU5Z and X4QW (comments without a space), YJV2 (a dash).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from yaml.events import CollectionEndEvent, ScalarEvent

from syncer.yamlfile.nodes import Mark, end_of, mark_of

_HEADER: Final = re.compile(r"(?:[!&][^\s]*\s+)*[|>]([-+0-9]*)(#?)")
_BLANK: Final = re.compile(r"[ \t]*\Z")
_LONE_DASH: Final = re.compile(r"-(?:[\s,\[\]{}]|\Z)")


class Fault(NamedTuple):
    """An error at a place, line and column from 1, and what to do; ``id`` is that of the finding."""

    id: str
    message: str
    tip: str
    line: int
    column: int


def scalar_faults(event: ScalarEvent, lines: Sequence[str], indent: int, *, in_flow: bool) -> Iterator[Fault]:
    """The errors of a scalar. ``indent`` is the column of its list or mapping, from 0, or -1 at the top;
    ``in_flow``: it is between brackets."""
    begin, end = mark_of(event), end_of(event)
    if event.style in ("'", '"'):
        if not in_flow:
            yield from _tabs(lines, begin.line, end.line, indent, comments=False)
        yield from _glued(end.line, end.column, lines)
    elif event.style in ("|", ">"):
        yield from _block_faults(begin, lines, indent)
    elif in_flow and _LONE_DASH.match(event.value):
        yield Fault(
            "yaml.syntax",
            "a dash alone is not allowed between brackets",
            "put it in quotes, or write the list with one '- ' per line and without brackets",
            begin.line,
            begin.column,
        )


def flow_faults(
    begin: Mark, end: CollectionEndEvent, lines: Sequence[str], indent: int, *, in_flow: bool
) -> Iterator[Fault]:
    """The errors of a list or mapping in brackets, apart from those of its entries."""
    if not in_flow:
        yield from _tabs(lines, begin.line, end_of(end).line, indent, comments=True)
    yield from _glued(end_of(end).line, end_of(end).column, lines)


def _tabs(lines: Sequence[str], first: int, last: int, indent: int, *, comments: bool) -> Iterator[Fault]:
    """Lines after the ``first`` whose indentation needs a tab to be deep enough; ``comments`` need none."""
    for number in range(first + 1, last + 1):
        line = lines[number - 1]
        spaces = len(line) - len(line.lstrip(" "))
        if spaces > indent or line[spaces : spaces + 1] != "\t" or _BLANK.match(line):
            continue
        if not (comments and line.lstrip().startswith("#")):
            yield Fault(
                "yaml.tab",
                "a tab in the indentation, where YAML allows only spaces",
                "replace the tab with spaces",
                number,
                spaces + 1,
            )


def _glued(line: int, column: int, lines: Sequence[str]) -> Iterator[Fault]:
    """A comment at ``column``, right after a value."""
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "#":
        yield Fault(
            "yaml.syntax",
            "a comment right after a value",
            "put a space before the '#'",
            line,
            column,
        )


def _block_faults(begin: Mark, lines: Sequence[str], indent: int) -> Iterator[Fault]:
    """The errors of a text that starts on the line after a ``|`` or ``>``."""
    header = _HEADER.match(lines[begin.line - 1], begin.column - 1)
    if header is None:
        return
    if header[2]:
        yield from _glued(begin.line, header.end(), lines)
    if any(character.isdigit() for character in header[1]):
        return
    widest, at = 0, 0
    for number in range(begin.line + 1, len(lines) + 1):
        text = lines[number - 1]
        spaces = len(text) - len(text.lstrip(" "))
        if spaces < len(text):
            if indent < spaces < widest:
                yield Fault(
                    "yaml.syntax",
                    "an empty line is indented further than the text below it",
                    "remove the spaces from the empty line",
                    at,
                    spaces + 1,
                )
            return
        if spaces > widest:
            widest, at = spaces, number
