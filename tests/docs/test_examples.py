"""docs/examples: the output of one run; each file is valid and linked from the page of schemas."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syncer.policy.schema import POLICY, SETTINGS, schema_names, schema_text
from tests.docs.documents import ROOT, blocks
from tests.docs.test_auditors_doc import python_says

FOLDER = ROOT / "docs" / "examples"
FILES = sorted(FOLDER.iterdir())
PAGE = ROOT / "docs" / "editors.md"
WITHOUT = {"audit.v1", "journal.v1", "policy.v1", "settings.v1"}
"""Older, gone when a run ends, or with examples in the schema."""


def _documents(file: Path) -> list[Any]:
    text = file.read_text(encoding="utf-8")
    return [json.loads(each) for each in (text.splitlines() if file.suffix == ".jsonl" else [text])]


def _name(file: Path) -> str:
    return ".".join(file.name.split(".")[:2])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_example_fits_its_schema(file: Path) -> None:
    validator = Draft202012Validator(json.loads(schema_text(f"{_name(file)}.schema.json")))
    assert _documents(file)
    assert [[]] * len(_documents(file)) == [
        [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        for document in _documents(file)
    ]


@pytest.mark.parametrize("name", [POLICY, SETTINGS])
def test_the_examples_in_a_schema_fit_it(name: str) -> None:
    schema = json.loads(schema_text(name))
    assert schema["examples"]
    assert all(Draft202012Validator(schema).is_valid(example) for example in schema["examples"])


def test_each_format_has_an_example_that_the_page_names() -> None:
    forms = {name.removesuffix(".schema.json") for name in schema_names()} - WITHOUT
    assert forms == {_name(file) for file in FILES}
    text = PAGE.read_text(encoding="utf-8")
    assert [] == [file.name for file in FILES if f"(examples/{file.name})" not in text]


def test_the_schemas_for_editors_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (block,) = [block for block in blocks(PAGE) if block.language == "sh"]
    subprocess.run(["bash", "-eu", "-c", block.text], cwd=tmp_path, check=True)
    for name in (POLICY, SETTINGS):
        assert json.loads(schema_text(name)) == json.loads((tmp_path / "schemas" / name).read_text())
    mapped = [json.loads(block.text) for block in blocks(PAGE) if block.language == "json"]
    assert [{f"./schemas/{name}" for name in (POLICY, SETTINGS)}] == [
        set(each["yaml.schemas"]) for each in mapped
    ]


def test_the_trail_can_be_verified_and_names_the_plan(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_bytes((FOLDER / "audit.v2.jsonl").read_bytes())
    fine, _ = python_says(tmp_path)
    plan = hashlib.sha256((FOLDER / "plan.v1.json").read_bytes()).hexdigest()
    assert fine
    assert f"sha256:{plan}" == _documents(FOLDER / "audit.v2.jsonl")[-1]["planPresented"]
