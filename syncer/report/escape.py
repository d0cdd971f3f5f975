"""Text that is fit to be shown: names made harmless, and many findings of one kind folded."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from html import escape
from typing import Final, TypeVar

from syncer.model.finding import Position

_ENTITIES = {ord(character): f"&#{ord(character)};" for character in "\\`*_{}[]()<>#+-.!|~@:/&$^=%\"'"}

_COMMAND = re.compile(r"#(?=#(?:vso)?\[)|(?<![^ ]):(?=:[a-z])", re.IGNORECASE)
"""How a command in a log begins for the runners of GitHub and Azure: ``##[error]``, ``::error::``."""


def plain(text: str) -> str:
    """One line without anything that steers a terminal or a runner, or can't be seen: control characters,
    bidirectional marks, line ends and odd spaces are shown as ``\\x1b`` or ``\\u202e``."""
    if not text.isprintable():
        text = "".join(character if character.isprintable() else _code(character) for character in text)
    return _COMMAND.sub(lambda found: _code(found[0]), text)


def _code(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def markdown(text: str) -> str:
    """Plain text for Markdown: nothing in it is a link, a mention, a quick action, a table cell or HTML."""
    return plain(text).translate(_ENTITIES)


def html(text: str) -> str:
    """Plain text for HTML and SVG, in attributes too: nothing in it is a tag, an entity or a quote."""
    return escape(plain(text))


def code_tag(text: str) -> str:
    """Text as code, for Markdown. GitLab looks for mentions, references and links in what it has rendered,
    when entities have long become characters again; only code is left alone."""
    return f"<code>{markdown(text)}</code>" if text else ""


MANY: Final = 10
"""As many findings of one kind are shown one by one; of more only the first ``FEW``."""
FEW: Final = 3
PLACES: Final = 20

Found = TypeVar("Found")
Kind = TypeVar("Kind", bound=Hashable)


def fold(
    findings: Sequence[Found], kind: Callable[[Found], Kind]
) -> tuple[list[Found], Mapping[Kind, Sequence[Found]]]:
    """What is shown one by one, in its order, and the rest of each kind that has too many."""
    number = Counter(map(kind, findings))
    shown: list[Found] = []
    rest: dict[Kind, list[Found]] = {}
    seen: Counter[Kind] = Counter()
    for finding in findings:
        each = kind(finding)
        seen[each] += 1
        if number[each] > MANY and seen[each] > FEW:
            rest.setdefault(each, []).append(finding)
        else:
            shown.append(finding)
    return shown, rest


def rest_in_words(places: Iterable[tuple[Position | None, str]]) -> str:
    """``35 more: a.yaml:27, 34, …``; a place is a position, or the name of a queue where it has none."""
    found = list(places)
    shown: dict[str, list[str]] = {}
    for position, queue in found[:PLACES]:
        if position:
            shown.setdefault(f"{position.file}:", []).append(str(position.line))
        elif queue:
            shown.setdefault("", []).append(queue)
    told = "; ".join(f"{file}{', '.join(each)}" for file, each in shown.items())
    more = ", …" if told and len(found) > PLACES else ""
    return f"{len(found):,} more{f': {told}{more}' if told else ''}"
