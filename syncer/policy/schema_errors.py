"""Helpful messages for values that don't match a schema."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jsonschema import ValidationError

from syncer.kinds.registry import KINDS
from syncer.model.finding import Finding, error, kind, place, quoted, shown
from syncer.model.queue import Nearest
from syncer.policy.type_hints import IN_QUOTES, advise
from syncer.yamlfile.document import Document
from syncer.yamlfile.scalars import NumberError, resolve

_WANTED: Final = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_OTHER_NAMES: Final = {
    other: field.name for kind in KINDS for field in kind.fields for other in field.other_names
}
"""Other names for the same key, such as those of the API."""

_FIXED: Final = ("loops.cycle", "loops.unmanaged", "references.duplicate-queue", "references.self-target")
_FIXED_FAMILIES: Final = ("dialect", "loops", "references", "schema", "yaml", "files")
"""Findings whose severity the settings can't change."""

_PLAIN: Final = re.compile(r"[^\s,\[\]{}#]+")
"""A word or a number at its place in a line."""

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class _Problem:
    """A value that breaks one keyword of its schema; ``wanted`` is the value of that keyword."""

    document: Document
    schema: Mapping[str, Any]
    path: tuple[str | int, ...]
    keyword: str
    wanted: Any
    value: Any
    known: Mapping[str, Any]

    @property
    def name(self) -> str:
        return place(self.path)

    @property
    def written(self) -> str:
        """The value as the file writes it: ``0123`` and ``1e1`` look different once parsed."""
        position = self.document.position(self.path)
        found = _PLAIN.match(self.document.lines[position.line - 1], position.column - 1)
        text = found.group() if found else ""
        try:
            same = not isinstance(self.value, str | None) and text and (resolve(text), type(resolve(text)))
        except NumberError:
            same = False
        return text if same == (self.value, type(self.value)) else shown(self.value)

    def finding(self, message: str, tip: str = "") -> Finding:
        return error(f"schema.{self.keyword}", message, self.document.position(self.path), tip)


def explain(document: Document, problem: ValidationError, schema: Mapping[str, Any]) -> Iterator[Finding]:
    """The findings for one error of the validator; ``schema`` is the whole schema of the document."""
    keyword = str(problem.validator)
    found = _Problem(
        document,
        problem.schema if isinstance(problem.schema, Mapping) else {},
        tuple(problem.absolute_path),
        keyword,
        problem.validator_value,
        problem.instance,
        schema,
    )
    if keyword in _SEVERAL:
        yield from _SEVERAL[keyword](found)
    else:
        message, tip = _ONE[keyword](found)
        yield found.finding(message, tip)


def _unknown_keys(found: _Problem) -> Iterator[Finding]:
    for name, meant in _unknown(found).items():
        position = found.document.position((*found.path, name), key=True)
        message = f"{quoted(name)} is not a key of {_what(found)}"
        yield error(f"schema.{found.keyword}", message, position, _about_unknown(found, name, meant))


def _unknown(found: _Problem) -> dict[str, str]:
    """Each unknown key, with the known key that was probably meant."""
    properties = found.schema.get("properties", {})
    patterns = found.schema.get("patternProperties", {})
    names = [
        name
        for name in found.value
        if name not in properties and not any(re.search(pattern, name) for pattern in patterns)
    ]
    if not names:
        return {}
    free = [name for name in properties if name not in found.value]
    nearest = Nearest(free)
    return {
        name: _OTHER_NAMES[name] if _OTHER_NAMES.get(name) in free else nearest.find(name) for name in names
    }


def _about_unknown(found: _Problem, name: str, meant: str) -> str:
    if name in _FIXED or (not meant and name.partition(".")[0] in _FIXED_FAMILIES):
        return "its severity can't be changed"
    if "string" in found.schema.get("type", ()) and name in ("name", "group"):
        return "write the name alone, without a mapping"
    if meant and (name in _OTHER_NAMES or meant.startswith(name)):  # ``queue`` for ``queues``
        return f"did you mean {meant!r}?"
    homes = [
        part["title"].lower()
        for part in _parts(found.known)
        if name in part.get("properties", {}) and part.get("title")
    ]
    if homes:
        return f"it belongs to {_article(homes[0])}: check the indentation"
    if meant:
        return f"did you mean {meant!r}?"
    if found.schema.get("patternProperties") and not found.schema.get("properties"):
        return "start with a letter or digit, and use at most 63 letters, digits, '.', '_' and '-'"
    return _keys_here(found)


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema itself and what it defines."""
    yield schema
    yield from schema.get("$defs", {}).values()
    yield from (part for part in schema.get("properties", {}).values() if "properties" in part)


def _missing_keys(found: _Problem) -> Iterator[Finding]:
    """Each required key that is missing; a misspelt one has its finding as an unknown key already."""
    misspelt = set(_unknown(found).values()) if found.schema.get("additionalProperties") is False else set()
    for name in found.wanted:
        if name not in found.value and name not in misspelt:
            part = found.schema.get("properties", {}).get(name, {})
            yield found.finding(f"{name!r} is missing from {_what(found)}", _how_to_write(name, part))


def _how_to_write(name: str, part: Mapping[str, Any]) -> str:
    examples = [*part.get("examples", []), *([part["const"]] if "const" in part else [])]
    if examples:
        return f"add '{name}: {examples[0]}'"
    title = str(part.get("title", name)).lower()
    return f"add '{name}:'" if title == name else f"add '{name}:' ({title})"


def _what(found: _Problem) -> str:
    return _article(str(found.schema.get("title", "this mapping")).lower())


def _article(title: str) -> str:
    if title.startswith("this") or title.endswith("s"):
        return title
    return f"an {title}" if title[0] in "aeiou" else f"a {title}"


def _type(found: _Problem) -> tuple[str, str]:
    wanted = [found.wanted] if isinstance(found.wanted, str) else list(found.wanted)
    words = " or ".join(_WANTED[name] for name in wanted)
    value = found.value
    written = found.written
    told = written if value is None or isinstance(value, bool) else f"{written}, {kind(value)}"
    tip = advise(value, wanted, _last_key(found))
    if isinstance(value, list | dict) or _is_secret(found):
        told = kind(value)
    elif tip == IN_QUOTES and written != shown(value):
        tip = f'{IN_QUOTES}: "{written}"'
    return f"{found.name} is {told}, but must be {words}", tip


def _is_secret(found: _Problem) -> bool:
    """Whether the value may be a secret, which must not be shown."""
    return "credentials" in found.path


def _last_key(found: _Problem) -> str:
    """The key of the value; empty for an entry of a list."""
    return str(found.path[-1]) if isinstance(found.path[-1], str) else ""


def _maximum(found: _Problem) -> tuple[str, str]:
    return f"{found.name} is {found.written}, but must be at most {found.wanted}", _range(found)


def _minimum(found: _Problem) -> tuple[str, str]:
    return f"{found.name} is {found.written}, but must be at least {found.wanted}", _range(found)


def _above(found: _Problem) -> tuple[str, str]:
    return f"{found.name} is {found.written}, but must be more than {found.wanted}", _range(found)


def _range(found: _Problem) -> str:
    """The numbers that the schema allows."""
    least = found.schema.get("minimum", found.schema.get("exclusiveMinimum", 0))
    above = "above" if "exclusiveMinimum" in found.schema else "from"
    return f"write a number {above} {least} to {found.schema['maximum']}" if "maximum" in found.schema else ""


def _too_long(found: _Problem) -> tuple[str, str]:
    return (
        f"{found.name} has {len(found.value)} characters, but may have at most {found.wanted}",
        "shorten it",
    )


def _too_short(found: _Problem) -> tuple[str, str]:
    return f"{found.name} is an empty string", f"write at least {found.wanted} character, or remove the key"


def _too_few(found: _Problem) -> tuple[str, str]:
    whole = "the file" if len(found.path) == 1 else "what it belongs to"
    return (
        f"{found.name} is an empty list, but needs at least {found.wanted} entry",
        f"add an entry, or remove {whole}",
    )


def _too_many(found: _Problem) -> tuple[str, str]:
    return (
        f"{found.name} has {len(found.value)} entries, but may have at most {found.wanted}",
        "remove the others",
    )


def _no_keys(found: _Problem) -> tuple[str, str]:
    return f"{found.name} is an empty mapping, but needs at least {found.wanted} key", _keys_here(found)


def _too_many_keys(found: _Problem) -> tuple[str, str]:
    return (
        f"{found.name} has {len(found.value)} keys, but may have at most {found.wanted}",
        "keep the one that is meant",
    )


def _keys_here(found: _Problem) -> str:
    return f"the keys here are {', '.join(found.schema.get('properties', {}))}"


_PATTERNS: Final = {"owner": "the name of an owner", "issuer": "the URL of a GitLab over https"}
"""What keys contain whose patterns check more than control characters."""


def _pattern(found: _Problem) -> tuple[str, str]:
    """A pattern forbids control characters, or it is that of a name (of a variable, an owner) or a URL."""
    at = next((place for place, character in enumerate(found.value) if _CONTROL.match(character)), None)
    if at is None or _is_secret(found):
        named = _PATTERNS.get(found.name, "the name of a variable")
        return f"{found.name} is not {named}", found.schema["description"]
    if found.value[at:] == "\n":
        message = f"{found.name} ends with a line break"
        return message, "write it on the line of its key; text after '|' or '>' ends with a line break"
    code = f"U+{ord(found.value[at]):04X}"
    message = f"{found.name} has the control character {code} at position {at + 1}"
    return message, "remove it; a name is one line of ordinary characters"


def _choice(found: _Problem) -> tuple[str, str]:
    choices = [str(choice) for choice in found.wanted]
    meant = Nearest(choices).find(found.value) if isinstance(found.value, str) else ""
    message = f"{found.name} is {found.written}, but must be one of {', '.join(choices)}"
    return message, f"did you mean {meant!r}?" if meant else ""


def _constant(found: _Problem) -> tuple[str, str]:
    message = f"{found.name} is {found.written}, but must be {found.wanted}"
    return message, f"write '{found.name}: {found.wanted}'"


def _format(found: _Problem) -> tuple[str, str]:
    message = f"{found.name} is {shown(found.value)}, but must be a date and time with its zone"
    return message, "write it like 2026-12-24T18:00:00+01:00"


_SEVERAL: Final[Mapping[str, Callable[[_Problem], Iterator[Finding]]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
}
_ONE: Final[Mapping[str, Callable[[_Problem], tuple[str, str]]]] = {
    "type": _type,
    "maximum": _maximum,
    "minimum": _minimum,
    "exclusiveMinimum": _above,
    "maxLength": _too_long,
    "minLength": _too_short,
    "minItems": _too_few,
    "maxItems": _too_many,
    "minProperties": _no_keys,
    "maxProperties": _too_many_keys,
    "pattern": _pattern,
    "enum": _choice,
    "const": _constant,
    "format": _format,
}

EXPLAINED: Final = frozenset(_SEVERAL) | frozenset(_ONE)
"""The keywords that a schema may use."""
