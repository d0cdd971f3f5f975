"""What a schema refuses, in words: for every keyword that the schemas use."""

import json
from pathlib import Path
from typing import Any

import pytest

from syncer.policy.schema import POLICY, SETTINGS, schema_text, validate
from syncer.policy.schema_errors import EXPLAINED
from syncer.yamlfile.document import parse

ANNOTATIONS = {"$schema", "$id", "$defs", "$ref", "title", "description", "default", "examples"}
STRUCTURE = {"properties", "patternProperties", "items", "allOf"}


def keywords(part: dict[str, Any]) -> set[str]:
    inner = [
        *part.get("$defs", {}).values(),
        *part.get("properties", {}).values(),
        *part.get("patternProperties", {}).values(),
        *([part["items"]] if "items" in part else []),
        *(each["then"] for each in part.get("allOf", [])),
    ]
    return set(part).union(*(keywords(below) for below in inner))


@pytest.mark.parametrize("name", [POLICY, SETTINGS])
def test_there_are_words_for_every_keyword(name: str) -> None:
    assert keywords(json.loads(schema_text(name))) - ANNOTATIONS - STRUCTURE <= EXPLAINED


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("0123", 'queue is 0123, a number, but must be a string or a mapping (write it in quotes: "0123")'),
        ("1.50", 'queue is 1.50, a number, but must be a string or a mapping (write it in quotes: "1.50")'),
        ("0x1F", 'queue is 0x1F, a number, but must be a string or a mapping (write it in quotes: "0x1F")'),
        ("TRUE", 'queue is TRUE, but must be a string or a mapping (write it in quotes: "TRUE")'),
        ("5", "queue is 5, a number, but must be a string or a mapping (write it in quotes)"),
        ("&a 5", "queue is 5, a number, but must be a string or a mapping (write it in quotes)"),
    ],
)
def test_a_value_is_shown_as_the_file_writes_it(written: str, told: str) -> None:
    text = f"version: 1\nqueues:\n  - queue: {written}\n"
    assert [told] == [
        f"{finding.message} ({finding.tip})" for finding in validate(parse("f", text.encode()), POLICY)
    ]


def test_a_key_is_shown_as_the_file_writes_it() -> None:
    (found,) = parse("f", b"0x1F: 5\n").findings[:1]
    assert "the key 0x1F is a number, but must be a string" == found.message


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
audit: {issuer: "https://ann:secret@gitlab.example.com", require: [tickets]}
"""
    expected = Path(__file__).with_name("examples") / "settings.txt"
    assert expected.read_text("utf-8").splitlines() == [
        f"{finding.position}: {finding.id}: {finding.message} ({finding.tip})"
        for finding in validate(parse("f", text.encode()), SETTINGS)
    ]
