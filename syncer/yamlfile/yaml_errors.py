"""Helpful messages for syntax errors of YAML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from yaml import Mark, MarkedYAMLError

from syncer.model.finding import Finding, Note, Position, error

_TAB: Final = re.compile(r" *\t")
_CONFLICT: Final = re.compile(r"<{7} .*|={7}|>{7} .*|\|{7} .*")
_MOST_TABS: Final = 20


@dataclass(frozen=True, slots=True)
class _Explained:
    """The parser's message (``problem``, with ``context`` if it is ambiguous), and what it means.

    ``at_start`` points to the start of the faulty part, not to where the parser stopped.
    """

    problem: str
    message: str
    tip: str
    context: str = ""
    at_start: bool = False


_EXPLAINED: Final = (
    _Explained(
        "mapping values are not allowed",
        "a colon that can't be here: the line already has its key and value, or is indented too far",
        "put text with ': ' in it in quotes, or line the key up with its neighbors",
    ),
    _Explained(
        "could not find expected ':'",
        "this line is neither 'key: value' nor part of the value above it",
        "write a colon and a space after the key",
        at_start=True,
    ),
    _Explained(
        "did not find expected key",
        "this does not fit the mapping it is in: the indentation is off, or text follows a complete value",
        "line the keys of a mapping up in one column; put text with quotes in it in quotes of another kind",
    ),
    _Explained(
        "did not find expected '-' indicator",
        "this is among the entries of a list but isn't one",
        "start it with '- ', or indent it to belong to the entry above",
    ),
    _Explained(
        "did not find expected ',' or ']'",
        "the list that opens here with '[' is not closed, or lacks a comma",
        "separate entries by commas and close it with ']'",
        at_start=True,
    ),
    _Explained(
        "did not find expected ',' or '}'",
        "the mapping that opens here with '{' is not closed, or lacks a comma",
        "separate entries by commas and close it with '}'",
        at_start=True,
    ),
    _Explained(
        "found unexpected end of stream",
        "the quote that opens here is never closed",
        "add the closing quote; within single quotes write '' for an apostrophe",
        at_start=True,
    ),
    _Explained(
        "found unexpected document indicator",
        "the quote that opens here is not closed before the document ends",
        "add the closing quote",
        at_start=True,
    ),
    _Explained(
        "found unknown escape character",
        "a backslash and this character mean nothing inside double quotes",
        "write the backslash twice, or use single quotes",
    ),
    _Explained(
        "did not find expected hexdecimal number",
        "an escape such as \\x41 or \\u00e9 lacks hexadecimal digits",
        "complete the digits, or write the backslash twice",
    ),
    _Explained(
        "found invalid Unicode character escape code",
        "this escape does not stand for a character",
        "write the character itself",
    ),
    _Explained(
        "found character that cannot start any token",
        "a value can't start with this character",
        "put the value in quotes",
    ),
    _Explained(
        "block sequence entries are not allowed",
        "an entry of a list can't start here",
        "start the list on a new line, each entry with '- '; put text that starts with '- ' in quotes",
    ),
    _Explained(
        "mapping keys are not allowed",
        "a '?' can't start a key here",
        "put text that starts with '?' in quotes",
    ),
    _Explained(
        "did not find expected alphabetic or numeric character",
        "'*' and '&' name aliases and anchors, and no name follows",
        "put text that starts with '*' or '&' in quotes",
        at_start=True,
    ),
    _Explained(
        "did not find expected comment or line break",
        "text can't start on the line of '|' or '>'",
        "start it on the next line, indented; put a value that starts with '|' or '>' in quotes",
        at_start=True,
    ),
    _Explained(
        "found an indentation indicator equal to 0",
        "text can't start on the line of '|' or '>'",
        "start it on the next line, indented; put a value that starts with '|' or '>' in quotes",
        at_start=True,
    ),
    _Explained(
        "found unexpected ':'",
        "a colon inside text between brackets",
        "put a space after the colon of 'key: value', or put the text in quotes",
    ),
    _Explained(
        "did not find expected node content",
        "a value is missing here, or a bracket or comma is where a value should be",
        "write the value, or put text that starts with such a character in quotes",
    ),
    _Explained(
        "did not find expected <document start>",
        "this is outside the mapping above it",
        "line the keys at the top of the file up in the first column",
    ),
    _Explained(
        "found undefined tag handle", "a tag that nothing defines", "remove the word that starts with '!'"
    ),
    _Explained(
        "found incompatible YAML document",
        "this version of YAML is not supported",
        "remove the line that starts with '%YAML'",
    ),
    _Explained("", "a malformed tag", "remove the word that starts with '!'", context="tag"),
    _Explained(
        "", "a line that starts with '%' is a directive, but this isn't one", "remove it", context="directive"
    ),
)


def explain(
    path: str, problem: MarkedYAMLError, lines: Sequence[str], bracket: Position | None
) -> list[Finding]:
    """The findings that explain a syntax error; conflict markers and tabs come first.

    ``bracket`` is the place of the innermost open ``[`` or ``{``.
    """
    conflicts = list(_conflicts(path, lines))
    if conflicts:
        return conflicts
    stopped = _within(path, problem.problem_mark, lines)
    tabs = list(_tabs(path, lines, stopped.line))
    if tabs:
        return tabs
    if bracket and not any(line.strip() for line in _rest(lines, stopped)):
        tip = "close it with ']' or '}'"
        return [error("yaml.syntax", "the bracket that opens here is never closed", bracket, tip)]
    return [_explained(path, problem, stopped, lines)]


def _within(path: str, mark: Mark | None, lines: Sequence[str]) -> Position:
    """The place of a mark; the parser's end of the text may be one line past the last."""
    if mark is None:
        return Position(path, 1, 1)
    if mark.line >= len(lines):
        return Position(path, len(lines), len(lines[-1]) + 1)
    return Position(path, mark.line + 1, mark.column + 1)


def _rest(lines: Sequence[str], stopped: Position) -> Iterator[str]:
    yield lines[stopped.line - 1][stopped.column - 1 :]
    yield from lines[stopped.line :]


def _conflicts(path: str, lines: Sequence[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, start=1):
        if line.startswith("<<<<<<< ") and _CONFLICT.fullmatch(line):
            yield error(
                "yaml.conflict",
                "a merge conflict of git was left in the file",
                Position(path, number, 1),
                "choose between the two sides, and remove the lines <<<<<<<, ======= and >>>>>>>",
            )


def _tabs(path: str, lines: Sequence[str], stopped: int) -> Iterator[Finding]:
    """Every line indented with a tab, if the parser stopped at one of them or right below."""
    if not any(_TAB.match(line) for line in lines[max(stopped - 2, 0) : stopped]):
        return
    indented = [number for number, line in enumerate(lines, start=1) if _TAB.match(line)]
    for number in indented[:_MOST_TABS]:
        yield error(
            "yaml.tab",
            "a tab in the indentation, where YAML allows only spaces",
            Position(path, number, lines[number - 1].index("\t") + 1),
            "replace the tab with spaces",
        )


def _explained(path: str, problem: MarkedYAMLError, stopped: Position, lines: Sequence[str]) -> Finding:
    context, said = problem.context or "", problem.problem or ""
    found = next((known for known in _EXPLAINED if known.problem in said and known.context in context), None)
    if found is None:
        said = ", ".join(part for part in (context, said) if part)
        return error("yaml.syntax", f"not valid YAML: {said}", stopped, "check this line and the one above")
    if not found.at_start or problem.context_mark is None:
        return error("yaml.syntax", found.message, stopped, found.tip)
    begins = _within(path, problem.context_mark, lines)
    notes = (Note("the parser stopped here", stopped),) if stopped.line != begins.line else ()
    return error("yaml.syntax", found.message, begins, found.tip, notes)
