"""The parts of the schemas that describe rules, generated from the kinds by ``make schemas``.

Everything else in the schemas is written by hand and stays as it is.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from syncer.kinds.field import Schema
from syncer.kinds.registry import DIALECTS, KIND_NAMES, KINDS, RULE_TYPE_OF_RUNS
from syncer.model.change import Action
from syncer.model.json_reader import parsed

_AUTO: Final = "auto"


def _rules(document: Schema) -> None:
    """The definitions of rules."""
    refs = [{"$ref": f"#/$defs/{kind.definition}"} for kind in KINDS]
    definitions: Schema = document["$defs"]
    definitions["rule"] = {**definitions.get("rule", {}), "oneOf": refs}
    for kind in KINDS:
        definitions[kind.definition] = kind.document_schema()


def _policy(document: Schema) -> None:
    """The keys of a queue, and their values."""
    definitions: Schema = document["$defs"]
    keys = definitions["queue"]["properties"]
    for kind in KINDS:
        if kind.stated:
            definitions[kind.policy_definition] = kind.policy_schema()
        if kind.stated or kind.switch:
            keys[kind.name] = kind.policy_key()


def _override(document: Schema) -> None:
    """The keys of a queue that an environment may override."""
    shares = [kind for kind in KINDS if kind.share_field]
    properties = document["$defs"]["override"]["properties"]
    missing = [kind.name for kind in shares if kind.name not in properties]
    if missing:
        raise ValueError(f"describe in the settings schema how an environment overrides {missing}")


def _at(*path: str | int, to: Any) -> Callable[[Schema], None]:
    """Return a function that sets the value at an existing path."""

    def fill(document: Schema) -> None:
        found: Any = document
        for step in path[:-1]:
            found = found[step]
        found[path[-1]] = to

    return fill


def _properties(*names: str, of: str) -> tuple[str, ...]:
    return ("$defs", of, *(step for name in names for step in ("properties", name)))


_ALL: Final = list(KIND_NAMES)
_IGNORABLE: Final = [
    *(kind.name for kind in KINDS if kind.stated),
    *dict.fromkeys(name for kind in KINDS for name in kind.ignorable),
]
_WIRE: Final = [kind.wire_field for kind in KINDS if kind.wire_field]
_WRITTEN: Final = tuple(
    _at("$defs", "written", "anyOf", 0, "properties", side, "propertyNames", "enum", to=_WIRE)
    for side in ("before", "after")
)
_CHANGE: Final = _at(*_properties("kinds", of="change"), "items", "enum", to=_ALL)

_ACTIONS: Final = "|".join(action.value.upper() for action in Action)
_NOUNS: Final = "|".join(kind.noun for kind in KINDS)

_QUEUES: Final = ("agreed", "items", "properties", "queues", "items", "properties")
_DRIFTS: Final = (("drifts",), (*_QUEUES, "open"))

FILLED: Final[Mapping[str, tuple[Callable[[Schema], None], ...]]] = {
    "policy.v1": (_policy,),
    "settings.v1": (
        _override,
        _at("$defs", "dialect", "enum", to=[_AUTO, *DIALECTS]),
        _at(*_properties("fields", of="ignore"), "items", "enum", to=_IGNORABLE),
    ),
    "plan.v1": (_rules, _CHANGE, _at("properties", "dialect", "enum", to=list(DIALECTS))),
    "journal.v1": (_rules, _CHANGE, *_WRITTEN),
    "audit.v2": (
        _rules,
        *_WRITTEN,
        _at(*_properties("ruleType", of="changeEntry"), "enum", to=_ALL),
        _at(*_properties("action", of="changeEntry"), "pattern", to=f"^({_ACTIONS})_({_NOUNS})$"),
        *(
            _at(*_properties("ruleType", of=entry), "const", to=RULE_TYPE_OF_RUNS)
            for entry in ("runEntry", "checkEntry", "chainEntry")
        ),
    ),
    "output.v1": (
        _rules,
        _at("$defs", "drifted", "properties", "resolved", "items", "properties", "kind", "enum", to=_ALL),
    ),
    "witness.v1": (),
    "record.v1": (_rules,),
    "alert.v1": (_at(*_properties("ruleType", of="alert"), "enum", to=_ALL),),
    "drift.v1": (
        _rules,
        *(_at("properties", *path, "items", "properties", "kind", "enum", to=_ALL) for path in _DRIFTS),
    ),
}
"""The functions that fill each schema, by the name of its file."""


def filled(name: str, text: str) -> str:
    """The text of the schema ``name``, with the rules as the kinds describe them."""
    document: Schema = parsed(text.encode())
    for fill in FILLED[name]:
        fill(document)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def stale(folder: Path) -> Iterable[tuple[Path, str]]:
    """The schemas in ``folder`` that differ from the kinds, each with its new text."""
    for name in FILLED:
        path = folder / f"{name}.schema.json"
        text = path.read_text("utf-8")
        if (new := filled(name, text)) != text:
            yield path, new


def main(arguments: list[str]) -> None:
    """Update all schemas in the folder that is given."""
    for path, text in stale(Path(arguments[0])):
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
