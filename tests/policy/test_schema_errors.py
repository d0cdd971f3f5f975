"""What a schema refuses, in words: for every keyword that the schemas use."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.policy.schema import POLICY, SETTINGS, schema_text, validate
from syncer.policy.schema_errors import EXPLAINED
from syncer.yamlfile.document import parse

ANNOTATIONS = {"$schema", "$id", "$defs", "$ref", "title", "description", "default", "examples"}
STRUCTURE = {"properties", "patternProperties", "items"}


def keywords(part: dict[str, Any]) -> set[str]:
    inner = [
        *part.get("$defs", {}).values(),
        *part.get("properties", {}).values(),
        *part.get("patternProperties", {}).values(),
        *([part["items"]] if "items" in part else []),
    ]
    return set(part).union(*(keywords(below) for below in inner))


@pytest.mark.parametrize("name", [POLICY, SETTINGS])
def test_there_are_words_for_every_keyword(name: str) -> None:
    assert keywords(json.loads(schema_text(name))) - ANNOTATIONS - STRUCTURE <= EXPLAINED


def test_problems_of_settings() -> None:
    text = """version: 1
checks:
  capacity.tight: of
  capacity.mising: info
  loops.cycle: warning
  capacity.exceeded: 5
pace: {requests_per_second: 0, burst: 1.5}
retries: {attempts: 0}
safety:
  protected: [""]
  freeze:
    - {start: 2026-12-24, end: 2026-02-30T00:00:00Z, reason: ""}
ignore:
  - {queues: [], fields: [treshold]}
  - fields: [overflow]
ownership: {owner: us & them, release: 1, take_over: ["Billing*"]}
"""
    expected = Path(__file__).with_name("examples") / "settings.txt"
    assert expected.read_text("utf-8").splitlines() == [
        f"{finding.position}: {finding.id}: {finding.message} ({finding.tip})"
        for finding in validate(parse("f", text.encode()), SETTINGS)
    ]
