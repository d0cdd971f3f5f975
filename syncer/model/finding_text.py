"""How values and places read in the text of a finding."""

from collections.abc import Sequence
from typing import Any, Final

from syncer.model.finding import Finding, Note, Position, Severity

_MOST_CHARACTERS: Final = 60

_KINDS: Final = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "a mapping",
}


def error(
    name: str,
    message: str,
    position: Position,
    tip: str = "",
    notes: tuple[Note, ...] = (),
) -> Finding:
    """A finding of severity error; ``name`` is its id."""
    return Finding(name, Severity.ERROR, message, position, tip, notes)


def shortened(text: str) -> str:
    """``text``, cut where it is longer than a message should be."""
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def quoted(text: str) -> str:
    """``text`` in quotes on one line, shortened, with control characters spelled out."""
    return repr(shortened(text))


def shown(value: Any) -> str:
    """A value of a policy as a message shows it; lists and mappings are not spelled out."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, dict):
        return f"a mapping of {len(value)}" if value else "an empty mapping"
    return "empty" if value is None else shortened(str(value))


def kind(value: Any) -> str:
    """What sort of value it is, in human words: ``a number``."""
    return "empty" if value is None else _KINDS.get(type(value), "a value")


def place(path: Sequence[str | int]) -> str:
    """The name of a value by its path: ``threshold``, ``item 3 of queues``, ``the file``."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return last
    return f"item {last + 1} of {place(path[:-1])}"
