"""The schemas say of rules what the kinds say."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.kinds import schemas
from syncer.kinds.field import field_names
from syncer.kinds.kind import Kind
from syncer.kinds.registry import KINDS
from syncer.kinds.schemas import FILLED, filled, main, stale

FOLDER = Path(__file__).parents[2] / "schemas"


def test_the_schemas_are_up_to_date() -> None:
    assert [] == [path.name for path, _ in stale(FOLDER)], "write them anew with: make schemas"


def test_every_schema_is_filled() -> None:
    frozen = {"audit.v1"}
    names = {path.name.removesuffix(".schema.json") for path in FOLDER.iterdir()}
    assert sorted(FILLED) == sorted(names - frozen)


def test_a_stale_schema_is_renewed(tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    plan = tmp_path / "plan.v1.schema.json"
    document = json.loads(plan.read_text("utf-8"))
    document["$defs"]["backupRule"]["properties"] = {}
    plan.write_text(json.dumps(document), "utf-8")
    assert [plan] == [path for path, _ in stale(tmp_path)]
    main([str(tmp_path)])
    assert [] == list(stale(tmp_path))
    assert (FOLDER / plan.name).read_bytes() == plan.read_bytes()


@pytest.mark.parametrize("name", FILLED)
def test_filling_twice_is_filling_once(name: str) -> None:
    once = filled(name, (FOLDER / f"{name}.schema.json").read_text("utf-8"))
    assert once == filled(name, once)


def test_a_share_that_the_settings_schema_does_not_describe_is_an_error() -> None:
    text = (FOLDER / "settings.v1.schema.json").read_text("utf-8")
    document = json.loads(text)
    del document["$defs"]["override"]["properties"]["overflow"]
    with pytest.raises(ValueError, match="how an environment overrides"):
        schemas.filled("settings.v1", json.dumps(document))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.name))
def test_the_values_of_a_rule_are_the_fields_of_its_kind(kind: Kind[Any]) -> None:
    """A field that only the record or only its kind has would get lost somewhere."""
    rule = kind.record(**dict.fromkeys(field_names(kind.record), "x"))
    named = [field.name for field in kind.fields if field.name not in ("target", "queue")]
    assert not kind.stated or named == [name for name in rule.values() if name != "queue"]
    assert kind.document_schema()["required"] == list(kind.document(rule))
