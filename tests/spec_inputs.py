"""A CI/CD component with its inputs put in, by the rules of GitLab's ``spec: inputs``, and no more lenient.

An input has a type, a default, a description, and ``options`` or, for texts, a ``regex``. What is given must
be known, of its type, one of the options, and fit; without a default it must be given. What stands in
``$[[ inputs.name ]]`` outside the header is replaced, and nothing else is.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

Value = str | float | bool | list[Any]

_KEYS = {"description", "type", "default", "options", "regex"}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
}
_BLOCK = re.compile(r"\$\[\[(.*?)\]\]", re.DOTALL)
_ACCESS = re.compile(r" *inputs\.([A-Za-z0-9_-]+) *")


class BadInputs(ValueError):
    """GitLab would not make a pipeline of this; the text says why."""


def inputs_of(component: str) -> dict[str, dict[str, Any]]:
    """The inputs that a component takes, by name, from its header."""
    header, _ = _documents(component)
    inputs = (header.get("spec") or {}).get("inputs") or {}
    for name, spec in inputs.items():
        unknown = set(spec or {}) - _KEYS
        if unknown:
            raise BadInputs(f"`{name}` input has unknown keys: {', '.join(sorted(unknown))}")
        if (spec or {}).get("type", "string") not in _TYPES:
            raise BadInputs(f"`{name}` input type unknown")
    return {name: spec or {} for name, spec in inputs.items()}


def resolve(component: str, given: Mapping[str, Any]) -> str:
    """The jobs of a component with what is ``given``. Raises BadInputs where GitLab makes no pipeline."""
    specs = inputs_of(component)
    unknown = set(given) - set(specs)
    if unknown:
        raise BadInputs(f"unknown input arguments: {', '.join(sorted(unknown))}")
    values = {name: _value(name, spec, given) for name, spec in specs.items()}

    def put_in(block: re.Match[str]) -> str:
        access = _ACCESS.fullmatch(block[1])
        if not access or access[1] not in values:
            raise BadInputs(f"unknown interpolation key: `{block[1].strip()}`")
        return _written(values[access[1]])

    text = _BLOCK.sub(put_in, _documents(component)[1])
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInputs(f"what was put in is no YAML any more: {error}") from error
    if not isinstance(found, dict):
        raise BadInputs("there are no jobs")
    return text


def _documents(component: str) -> tuple[dict[str, Any], str]:
    header, found, jobs = component.partition("\n---\n")
    if not found or "$[[" in header:
        raise BadInputs("a component is a header without interpolation, a line of ---, and its jobs")
    return yaml.safe_load(header) or {}, jobs


def _value(name: str, spec: Mapping[str, Any], given: Mapping[str, Any]) -> Value:
    if name not in given and "default" not in spec:
        raise BadInputs(f"`{name}` input: required value has not been provided")
    value: Value = given[name] if name in given else spec["default"]
    kind = spec.get("type", "string")
    if not isinstance(value, _TYPES[kind]) or (kind == "number" and isinstance(value, bool)):
        raise BadInputs(f"`{name}` input: provided value is not a {kind}")
    if "options" in spec and value not in spec["options"]:
        raise BadInputs(
            f"`{name}` input: `{value}` cannot be used because it is not in the list of the options"
        )
    if "regex" in spec:
        if kind != "string":
            raise BadInputs(f"`{name}` input: RegEx validation can only be used with string inputs")
        _refuse_unfit(name, str(value), spec["regex"])
    return value


def _refuse_unfit(name: str, value: str, regex: str) -> None:
    """RE2 has no look-around and no backreferences; ``$`` is the end of the text, not of its last line."""
    if re.search(r"\(\?[=!<]|\\[1-9]", regex):
        raise BadInputs(f"`{name}` input: invalid regular expression")
    if not re.search(re.sub(r"(?<!\\)\$$", r"\\Z", regex), value):
        raise BadInputs(f"`{name}` input: provided value does not match required RegEx pattern")


def _written(value: Value) -> str:
    return value if isinstance(value, str) else json.dumps(value)
