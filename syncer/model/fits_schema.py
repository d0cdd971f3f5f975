"""Whether a value fits a JSON schema: yes or no, some ten times as fast as by looking for what is wrong.

It knows the words that the schema of plans uses; of a schema with any other it says so. Where the answer is
no, jsonschema tells why: https://json-schema.org/draft/2020-12/json-schema-validation.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

Fits = Callable[[Any], bool]

_SILENT: Final = frozenset(
    ("$schema", "$id", "$defs", "title", "description", "examples", "default", "format")
)
"""Words that refuse nothing; formats are for those who ask for them."""

_PREFIX: Final = "#/$defs/"


def compiled(schema: Mapping[str, Any]) -> Fits:
    """The check of a schema. Raises ValueError where it holds a word that is not known here."""
    return _Compiler(schema.get("$defs", {})).check(schema)


class _Compiler:
    """Makes checks; one for each definition, which may refer to itself."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._made: dict[str, list[Fits]] = {}

    def check(self, schema: Mapping[str, Any]) -> Fits:
        checks = list(self._checks(schema))
        return checks[0] if len(checks) == 1 else lambda value: all(check(value) for check in checks)

    def _checks(self, schema: Mapping[str, Any]) -> Iterable[Fits]:
        words = dict(schema)
        for word in _SILENT:
            words.pop(word, None)
        if "type" in words:
            yield _of_type(words.pop("type"))
        if {"properties", "additionalProperties", "required"} & words.keys():
            yield self._object(words)
        for word, says in words.items():
            yield self._word(word, says)

    def _word(self, word: str, says: Any) -> Fits:
        match word:
            case "$ref":
                return self._reference(says)
            case "items":
                item = self.check(says)
                return lambda value: not isinstance(value, list) or all(map(item, value))
            case "anyOf":
                some = [self.check(each) for each in says]
                return lambda value: any(check(value) for check in some)
            case "oneOf":
                one = [self.check(each) for each in says]
                return lambda value: sum(check(value) for check in one) == 1
            case "const":
                return _among([says])
            case "enum":
                return _among(says)
            case "pattern":
                found = re.compile(says).search
                return lambda value: not isinstance(value, str) or found(value) is not None
            case "propertyNames":
                name = self.check(says)
                return lambda value: not isinstance(value, dict) or all(map(name, value))
        return _limit(word, says)

    def _reference(self, to: str) -> Fits:
        name = to.removeprefix(_PREFIX)
        if not to.startswith(_PREFIX) or name not in self._definitions:
            raise ValueError(f"a schema refers to {to!r}")
        if name not in self._made:
            self._made[name] = made = []
            made.append(self.check(self._definitions[name]))
        checks = self._made[name]

        def fits(value: Any) -> bool:
            return checks[0](value)  # within its own definition it is not made yet

        return fits

    def _object(self, words: dict[str, Any]) -> Fits:
        """What is said of an object; the words are taken out of ``words``."""
        properties = {name: self.check(each) for name, each in words.pop("properties", {}).items()}
        required = frozenset(words.pop("required", ()))
        others = words.pop("additionalProperties", True)
        other: Fits = self.check(others) if isinstance(others, Mapping) else lambda _: bool(others)

        def fits(value: Any) -> bool:
            if not isinstance(value, dict):
                return True
            return value.keys() >= required and all(
                properties.get(name, other)(each) for name, each in value.items()
            )

        return fits


def _limit(word: str, says: Any) -> Fits:
    match word:
        case "minLength":
            return lambda value: not isinstance(value, str) or len(value) >= says
        case "minItems":
            return lambda value: not isinstance(value, list) or len(value) >= says
        case "maxItems":
            return lambda value: not isinstance(value, list) or len(value) <= says
        case "minimum":
            return lambda value: not _is_number(value) or bool(value >= says)
    raise ValueError(f"a schema says {word!r}, which is not known here")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and (isinstance(value, int) or value.is_integer())


_TYPES: Final[Mapping[str, Fits]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_whole,
}


def _of_type(says: Any) -> Fits:
    names = [says] if isinstance(says, str) else says
    if not all(name in _TYPES for name in names):
        raise ValueError(f"a schema says the type {says!r}")
    types = [_TYPES[name] for name in names]
    return types[0] if len(types) == 1 else lambda value: any(is_of(value) for is_of in types)


def _among(says: Iterable[Any]) -> Fits:
    """Texts and null: what of others is equal is a matter of its own."""
    values = frozenset(says)
    if not all(value is None or isinstance(value, str) for value in values):
        raise ValueError(f"a schema asks for one of {sorted(map(repr, values))}")
    return lambda value: (value is None or isinstance(value, str)) and value in values
