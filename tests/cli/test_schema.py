"""``sync schema``."""

import json

import pytest
from jsonschema import Draft202012Validator

from syncer.cli.main import run
from syncer.policy.schema import schema_names


def test_all_schemas_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["schema"])
    names = capsys.readouterr().out.split()
    assert list(schema_names()) == names
    assert {"policy.v1.schema.json", "settings.v1.schema.json", "plan.v1.schema.json"} <= set(names)


@pytest.mark.parametrize("name", schema_names())
@pytest.mark.parametrize("ending", ["", ".schema.json"])
def test_each_is_printed_as_it_is_shipped(name: str, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["schema", name.removesuffix(".schema.json") + ending])
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:syncer:schema:{name.removesuffix('.schema.json').replace('.', ':')}"
