"""docs/policies.md against the schema, and the examples of the documents against the program."""

import json

import pytest

from syncer.policy.schema import POLICY, schema_text
from tests.docs.documents import ROOT, blocks, rows
from tests.program import Program

PAGE = ROOT / "docs" / "policies.md"


def test_every_key_is_documented_with_its_default() -> None:
    parts = json.loads(schema_text(POLICY))["$defs"]
    kinds = ("queue", "rule", "backup", "conditionalGroup")
    activation = parts["conditionalGroupActivation"]["properties"]
    keys = [name for kind in kinds for name in parts[kind]["properties"]]
    keys += dict.fromkeys((*activation, *activation["rules"]["items"]["properties"]))
    assert sorted(f"`{key}`" for key in keys) == sorted(row[0] for row in rows(PAGE, "## The keys"))


@pytest.mark.parametrize("dialect", [0, 1], ids=["genesys-cloud", "overflow-rules"])
def test_the_example_of_each_dialect_has_no_findings(program: Program, dialect: int) -> None:
    example = [block for block in blocks(PAGE) if block.language == "yaml"][dialect]
    (program.folder / "policies" / "all.yaml").write_text(example.text)
    done = program.run("validate", "--format", "json")
    assert (0, []) == (done.code, done.json["findings"])


@pytest.mark.parametrize(("page", "name"), [("policies.md", "all.yaml"), ("settings.md", "settings.yaml")])
def test_the_example_is_valid(page: str, name: str, program: Program) -> None:
    example = next(block for block in blocks(ROOT / "docs" / page) if block.language == "yaml")
    (program.folder / "policies" / name).write_text(example.text)
    done = program.run("validate", "--format", "json")
    hints = [each["message"] for each in done.json["findings"] if each["severity"] != "warning"]
    nobody = "no queue in the policies has a name that matches 'Emergency*', so nothing is protected by it"
    assert (0, [nobody] if name == "settings.yaml" else []) == (done.code, hints)
