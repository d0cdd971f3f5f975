"""What to write instead of a value of the wrong type."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

_NUMBER: Final = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_PERCENT: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(?:%|percent)")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[,_' ][0-9]{3})+")
_DURATION: Final = re.compile(r"([0-9]{1,6}) ?(s|sec|seconds?|m|min|minutes?|h|hours?)")
_CLOCK: Final = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})")
_KEY_AND_VALUE: Final = re.compile(r"([\w.-]{1,40}):(\S.{0,40})", re.DOTALL)
_WORDS: Final = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "enabled"), "true"),
    **dict.fromkeys(("false", "no", "n", "off", "0", "disabled"), "false"),
}
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}

IN_QUOTES: Final = "write it in quotes"


def advise(value: Any, wanted: Sequence[str], name: str) -> str:
    """What to write for ``name`` where one of the JSON types in ``wanted`` is expected; may be empty."""
    if value is None:
        return _for_nothing(wanted, name)
    return _ADVICE[wanted[0]](value)


def _for_nothing(wanted: Sequence[str], name: str) -> str:
    if wanted[0] == "array":
        return "write [] for an empty list, or entries below it, indented, each starting with '- '"
    return f"write a value after '{name}:'" if name else "write an entry after '- '"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "write one value, without brackets or '- '"
    return "" if isinstance(value, dict) else IN_QUOTES


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"round it, to {round(value)} for example"
    text = value.strip() if isinstance(value, str) else ""
    if _NUMBER.fullmatch(text):
        return f"write it without quotes: {text}"
    if percent := _PERCENT.fullmatch(text):
        return f"write the number alone: {percent[1]}"
    if _GROUPED.fullmatch(text):
        return f"write the digits alone: {re.sub('[^0-9]', '', text)}"
    if duration := _DURATION.fullmatch(text.lower()):
        return f"write seconds: {int(duration[1]) * _SECONDS[duration[2][0]]}"
    if clock := _CLOCK.fullmatch(text):
        return f"write seconds: {int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])}"
    return "write a number in digits"


def _switch(value: Any) -> str:
    meant = _WORDS.get(str(value).strip().lower())
    if meant is None:
        return "write true or false"
    return f"write {meant}" if str(value) != meant else f"write {meant} without quotes"


def _list(value: Any) -> str:
    if isinstance(value, dict):
        return "start each entry with '- '"
    return "write the entries below it, indented, each starting with '- '"


def _mapping(value: Any) -> str:
    pair = _KEY_AND_VALUE.fullmatch(value) if isinstance(value, str) else None
    if pair:
        return f"put a space after the colon: '{pair[1]}: {pair[2]}'" if pair[2].isprintable() else ""
    if isinstance(value, list):
        return "write 'key: value' lines, and no '- ' before them"
    return "write 'key: value' lines, indented"


_ADVICE: Final[Mapping[str, Callable[[Any], str]]] = {
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": _switch,
    "array": _list,
    "object": _mapping,
}
