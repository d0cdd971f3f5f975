"""docs/settings.md against the schema: every setting with its default."""

import json
from collections.abc import Iterator
from typing import Any

from syncer.policy.schema import SETTINGS, schema_text
from tests.docs.documents import ROOT, rows


def _settings(schema: dict[str, Any], whole: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The dotted path of each setting that holds a value, with its default (None: none)."""
    for name, own in schema.get("properties", {}).items():
        part = {**_meant(own, whole), **own}
        if path and name in whole["properties"]:
            continue  # a section of an environment says what the section of the file says
        if "properties" in part and "string" not in part["type"]:
            yield from _settings(part, whole, f"{path}{name}.")
            continue
        yield path + name, part.get("default")
        yield from _settings(_meant(part.get("items", {}), whole), whole, f"{path}{name}[].")
        for named in part.get("patternProperties", {}).values():
            yield from _settings(_meant(named, whole), whole, f"{path}{name}.*.")


def _meant(part: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to; nothing where there is none."""
    found: dict[str, Any] = whole["$defs"].get(part.get("$ref", "").removeprefix("#/$defs/"), {})
    return found


def _documented() -> dict[str, str]:
    return {row[0].strip("`"): row[1] for row in rows(ROOT / "docs" / "settings.md", "## All of them")}


def _shown(value: Any) -> str:
    if value in ([], {}, ""):
        return "none"
    return value if isinstance(value, str) else json.dumps(value)


def test_every_setting_is_documented_in_the_order_of_the_schema() -> None:
    schema = json.loads(schema_text(SETTINGS))
    assert sorted(name for name, _ in _settings(schema, schema)) == sorted(_documented())


def test_every_default_is_the_one_of_the_schema() -> None:
    schema = json.loads(schema_text(SETTINGS))
    defaults = {name: value for name, value in _settings(schema, schema) if value is not None}
    expected = {name: _shown(value) for name, value in defaults.items()}
    assert expected == {name: text for name, text in _documented().items() if name in expected}
