"""From bytes to text: UTF-8 without anything that people or another YAML parser would read differently."""

import codecs
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final, overload

from syncer.model.characters import code_point, escaped, hidden_in, is_turning
from syncer.model.finding import Finding, Position, error

MOST_BYTES: Final = 8 * 1024 * 1024

_MOST_PLACES: Final = 20
"""A file in another encoding has such a byte on nearly every line; these are enough to see it."""

_FOREIGN: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_NULLS: Final = {(1, 3): "UTF-16", (0, 2): "UTF-16", (1, 2, 3): "UTF-32", (0, 1, 2): "UTF-32"}
"""Which of the first four bytes are zero when plain letters are written in another encoding."""

_SAVE_AS: Final = "save the file as UTF-8"
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_UNWANTED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LINE_SEPARATORS: Final = "\x85\u2028\u2029"


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of ``text`` without their ends, as an editor counts them."""
    return tuple(_LINE_END.split(text) if "\r" in text else text.split("\n"))


class Lines(Sequence[str]):
    """The lines of a file as ``split_lines`` gives them. They are split on first use: until then only the
    bytes are kept, which take a fraction of the memory."""

    def __init__(self, path: str, content: bytes) -> None:
        self._path, self._content = path, content

    @cached_property
    def _split(self) -> tuple[str, ...]:
        return split_lines(decode(self._path, self._content)[0])

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...

    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return self._split[at]

    def __len__(self) -> int:
        return len(self._split)

    def __iter__(self) -> Iterator[str]:
        return iter(self._split)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines | tuple) and self._split == tuple(other)

    def __hash__(self) -> int:
        return hash(self._split)

    def __repr__(self) -> str:
        return repr(self._split)


def decode(path: str, content: bytes) -> tuple[str, tuple[Finding, ...]]:
    """The text of a file, with findings if it must not be parsed; a byte order mark is dropped."""
    encoding = _foreign_encoding(content)
    if encoding:
        message = f"the file is {encoding}, but must be UTF-8"
        return "", (error("yaml.encoding", message, Position(path, 1, 1), _SAVE_AS),)
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode(errors="replace")
        return text, tuple(islice(_undecodable(path, content), _MOST_PLACES))
    return text, tuple(islice(_unwanted(path, text), _MOST_PLACES))


def _foreign_encoding(content: bytes) -> str:
    for mark, name in _FOREIGN:
        if content.startswith(mark):
            return name
    nulls = tuple(place for place, byte in enumerate(content[:4]) if byte == 0)
    return _NULLS.get(nulls, "")


def _undecodable(path: str, content: bytes) -> Iterator[Finding]:
    """The first bad byte of each line that has one."""
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", content), start=1):
        try:
            line.decode()
        except UnicodeDecodeError as problem:
            column = len(line[: problem.start].decode()) + 1
            byte = line[problem.start]
            yield error(
                "yaml.encoding",
                f"the byte 0x{byte:02X} is not UTF-8",
                Position(path, number, column),
                f"{_SAVE_AS}; in Windows-1252 this byte is {_windows(byte)}",
            )


def _windows(byte: int) -> str:
    character = bytes([byte]).decode("cp1252", errors="replace")
    return repr(character) if character != "\ufffd" else "not a character either"


def _unwanted(path: str, text: str) -> Iterator[Finding]:
    if text.isascii() and not _UNWANTED.search(text):
        return
    for number, line in enumerate(split_lines(text), start=1):
        found = {each.start(): _unwanted_character for each in _UNWANTED.finditer(line)}
        if not line.isascii():
            found = dict.fromkeys(hidden_in(line), _hidden_character) | found
        for start, finding in sorted(found.items()):
            yield finding(line[start], Position(path, number, start + 1))


def _hidden_character(character: str, position: Position) -> Finding:
    code = code_point(character)
    sort = "reverses the text after it" if is_turning(character) else "can't be seen"
    return error(
        "yaml.control-character",
        f"{code} {sort}",
        position,
        f"remove it; if a name has it, write the name in double quotes with {escaped(character)}",
    )


def _unwanted_character(character: str, position: Position) -> Finding:
    code = code_point(character)
    if character in _LINE_SEPARATORS:
        return error(
            "yaml.line-separator",
            f"{code} is a line break to some YAML parsers and not to others",
            position,
            "it often comes from copied text: replace it with an ordinary line break or a space",
        )
    if character == "\ufeff":
        message = f"{code}, a byte order mark, may appear only at the very start of the file"
        return error("yaml.control-character", message, position, "remove it (it can't be seen)")
    sort = "a control character" if unicodedata.category(character) == "Cc" else "not a character"
    return error("yaml.control-character", f"{code} is {sort} and not allowed here", position, "remove it")
