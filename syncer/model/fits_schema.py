"""Whether a value fits a JSON schema: yes or no, some ten times as fast as by looking for what is wrong.

It knows the words that the schemas here use; of a schema with any other it says so. Where the answer is
no, jsonschema tells why: https://json-schema.org/draft/2020-12/json-schema-validation.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

Fits = Callable[[Any], bool]

_SILENT: Final = frozenset(("$schema", "$id", "$defs", "title", "description", "examples", "default"))
"""Words that refuse nothing."""

_OF_OBJECTS: Final = frozenset(("properties", "patternProperties", "additionalProperties", "required"))
_OF_TEXTS: Final = ("minLength", "maxLength", "pattern")

_OF_SCALARS: Final = frozenset((*_OF_TEXTS, "minimum", "maximum", "exclusiveMinimum"))

MOST_KNOWN: Final = 100_000
"""Texts and whole numbers that are kept in mind."""

_PREFIX: Final = "#/$defs/"

NO_FORMATS: Final[Mapping[str, Fits]] = MappingProxyType({})


def compiled(
    schema: Mapping[str, Any], formats: Mapping[str, Fits] = NO_FORMATS, *, most_known: int = MOST_KNOWN
) -> Fits:
    """The check of a schema. ``formats`` are those that count, each with the check of a text; others refuse
    nothing. Each part of it keeps ``most_known`` values in mind that fit. Raises ValueError where the schema
    holds a word that is not known here."""
    return _Compiler(schema.get("$defs", {}), formats, most_known).check(schema)


class _Compiler:
    """Makes checks; one for each definition, which may refer to itself."""

    def __init__(self, definitions: Mapping[str, Any], formats: Mapping[str, Fits], most_known: int) -> None:
        self._definitions = definitions
        self._formats = formats
        self._most_known = most_known
        self._made: dict[str, list[Fits]] = {}

    def check(self, schema: Mapping[str, Any]) -> Fits:
        check = _all_of(list(self._checks(schema)))
        return _remembered(check, self._most_known) if _OF_SCALARS & schema.keys() else check

    def _checks(self, schema: Mapping[str, Any]) -> Iterable[Fits]:
        words = {word: says for word, says in schema.items() if word not in _SILENT}
        if _OF_OBJECTS & words.keys():
            alone = words.get("type") == "object"
            if alone:
                del words["type"]
            yield self._object(words, alone=alone)
        if "type" in words:
            yield _of_type(words.pop("type"))
        if "if" in words:
            yield self._where(words.pop("if"), words.pop("then", {}), words.pop("else", {}))
        for word in _OF_TEXTS:
            if word in words:
                yield _text(word, words.pop(word))
        for word, says in words.items():
            yield self._word(word, says)

    def _word(self, word: str, says: Any) -> Fits:
        match word:
            case "$ref":
                return self._reference(says)
            case "items":
                item = self.check(says)
                return lambda value: not isinstance(value, list) or all(map(item, value))
            case "allOf":
                return _all_of([self.check(each) for each in says])
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
            case "format":
                form = self._formats.get(says, _anything)
                return lambda value: not isinstance(value, str) or form(value)
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
        if checks:
            return checks[0]

        def fits(value: Any) -> bool:
            return checks[0](value)  # within its own definition it is not made yet

        return fits

    def _where(self, condition: Any, then: Any, otherwise: Any) -> Fits:
        holds, met, unmet = self.check(condition), self.check(then), self.check(otherwise)
        return lambda value: met(value) if holds(value) else unmet(value)

    def _object(self, words: dict[str, Any], *, alone: bool) -> Fits:
        """What is said of an object; the words are taken out of ``words``. ``alone``: nothing else fits."""
        properties = {name: self.check(each) for name, each in words.pop("properties", {}).items()}
        required = frozenset(words.pop("required", ()))
        patterns = [
            (re.compile(pattern).search, self.check(each))
            for pattern, each in words.pop("patternProperties", {}).items()
        ]
        others = words.pop("additionalProperties", True)
        other: Fits = self.check(others) if isinstance(others, Mapping) else lambda _: bool(others)

        def by_patterns(name: str, value: Any) -> bool:
            checks = [check for found, check in patterns if found(name)]
            if name in properties:
                checks.append(properties[name])
            return all(check(value) for check in checks or (other,))

        def fits(value: Any) -> bool:
            if not isinstance(value, dict):
                return not alone
            if not value.keys() >= required:
                return False
            if patterns:
                return all(by_patterns(name, each) for name, each in value.items())
            for name, each in value.items():  # noqa: SIM110 - all() takes twice as long
                if not properties.get(name, other)(each):
                    return False
            return True

        return fits


def _anything(_value: Any) -> bool:
    return True


def _all_of(checks: Sequence[Fits]) -> Fits:
    """What fits each; one or two are asked without a loop."""
    match checks:
        case []:
            return _anything
        case [only]:
            return only
        case [first, second]:
            return lambda value: first(value) and second(value)
    return lambda value: all(check(value) for check in checks)


def _remembered(check: Fits, most: int) -> Fits:
    """The same check. A text or a whole number that fits is not looked at again: names stand in many places,
    and most rules have the same few numbers."""
    known: set[str | int] = set()

    def fits(value: Any) -> bool:
        of = type(value)
        if of is not str and of is not int:
            return check(value)
        if value in known:
            return True
        if not check(value):
            return False
        if len(known) < most:
            known.add(value)
        return True

    return fits


def _text(word: str, says: Any) -> Fits:
    """The check of a text; anything else fits."""
    match word:
        case "minLength":
            return lambda value: not isinstance(value, str) or len(value) >= says
        case "maxLength":
            return lambda value: not isinstance(value, str) or len(value) <= says
    found = re.compile(says).search
    return lambda value: not isinstance(value, str) or found(value) is not None


def _limit(word: str, says: Any) -> Fits:
    match word:
        case "minItems":
            return lambda value: not isinstance(value, list) or len(value) >= says
        case "maxItems":
            return lambda value: not isinstance(value, list) or len(value) <= says
        case "minProperties":
            return lambda value: not isinstance(value, dict) or len(value) >= says
        case "maxProperties":
            return lambda value: not isinstance(value, dict) or len(value) <= says
        case "minimum":
            return lambda value: not _is_number(value) or bool(value >= says)
        case "maximum":
            return lambda value: not _is_number(value) or bool(value <= says)
        case "exclusiveMinimum":
            return lambda value: not _is_number(value) or bool(value > says)
    raise ValueError(f"a schema says {word!r}, which is not known here")


def _is_number(value: Any) -> bool:
    return type(value) is int or (isinstance(value, int | float) and not isinstance(value, bool))


def _is_whole(value: Any) -> bool:
    return type(value) is int or (isinstance(value, float) and value.is_integer())


_TYPES: Final[Mapping[str, Fits]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": _is_whole,
}


_PLAIN_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int,),
}
"""What nearly all values of a type are; of others more is asked."""


def _of_type(says: Any) -> Fits:
    names = [says] if isinstance(says, str) else says
    if not all(name in _TYPES for name in names):
        raise ValueError(f"a schema says the type {says!r}")
    types = [_TYPES[name] for name in names]
    plain = frozenset(kind for name in names for kind in _PLAIN_TYPES[name])
    return lambda value: type(value) in plain or any(is_of(value) for is_of in types)


def _among(says: Iterable[Any]) -> Fits:
    """Texts, numbers and null: what of others is equal is a matter of its own."""
    values = frozenset(says)
    if not all(value is None or isinstance(value, str) or _is_number(value) for value in values):
        raise ValueError(f"a schema asks for one of {sorted(map(repr, values))}")
    return lambda value: (value is None or isinstance(value, str) or _is_number(value)) and value in values
