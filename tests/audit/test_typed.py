"""The types of what audit entries hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.typed import mistyped
from tests.audit.trails import whole_run

SAMPLES = {
    "array": ["x"],
    "object": {"x": [1]},
    "number": 7.5,
    "integer": 7,
    "boolean": True,
    "string": "x",
    "null": None,
}
LINKED = {"n": 1, "previous": "sha256:0", "hash": "sha256:0", "undoes": "run"}
OF_A_RUN = {"exception": {"kind": "stop"}, "lifts": ["run"]}
SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_what_a_run_writes_has_its_types() -> None:
    assert ["", "", "", ""] == [mistyped({**entry, **LINKED}) for entry in whole_run()]


def test_what_an_older_version_left_out_is_no_matter() -> None:
    assert "" == mistyped({"kind": "change", "queueId": "a"})


def types_in_schema(kind: str) -> dict[str, set[str]]:
    """The JSON types of the fields of an entry, as the published schema says them."""
    schema = json.loads((SCHEMAS / "audit.v2.schema.json").read_text())
    return {name: _types(name, says) for name, says in schema["$defs"][f"{kind}Entry"]["properties"].items()}


def _types(name: str, says: dict[str, Any]) -> set[str]:
    if name in ("before", "after", "written", "intended", "policies"):
        return {"object", "null"}
    if "$ref" in says:
        return {"object"}
    types = says.get("type", "string")
    return set(types) if isinstance(types, list) else {types}


@pytest.mark.parametrize("place", [0, -1], ids=["change", "run"])
def test_every_field_has_the_types_of_the_schema_and_no_other(place: int) -> None:
    entry = {**whole_run()[place], **LINKED, **(OF_A_RUN if place else {})}
    fields = [name for name in entry if name != "kind"]
    taken = {
        name: {type_ for type_, value in SAMPLES.items() if not mistyped({**entry, name: value})}
        for name in fields
    }
    schema = types_in_schema(entry["kind"])
    expected = {name: schema[name] | ({"integer"} if "number" in schema[name] else set()) for name in fields}
    assert expected == taken


def test_a_kind_of_the_wrong_type() -> None:
    assert "kind" == mistyped({"kind": ["run"]})
