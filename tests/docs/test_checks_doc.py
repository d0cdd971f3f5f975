"""docs/checks.md against the code: every finding that can be made, and no other."""

import ast
import re

from syncer.policy.schema_errors import EXPLAINED
from tests.docs.documents import ROOT, rows

ROOMS = (
    "planning",
    "adopting",
    "drift",
    "policy",
    "resolving",
    "yamlfile",
    "kinds",
    "checks",
    "applying",
    "app",
    "cli",
)
ENDS_OF_FILES = ("yaml", "yml", "json", "jsonl", "tmp", "part")


def _ids_in_the_code() -> set[str]:
    """Every text of the form ``word.word-word`` in the rooms that make findings."""
    texts = {
        node.value
        for room in ROOMS
        for path in (ROOT / "syncer" / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        text
        for text in texts
        if re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", text) and not text.endswith(ENDS_OF_FILES)
    }


def test_every_finding_is_documented() -> None:
    ids = _ids_in_the_code() | {f"schema.{keyword}" for keyword in EXPLAINED}
    assert sorted(f"`{name}`" for name in ids) == sorted(row[0] for row in rows(ROOT / "docs" / "checks.md"))


def test_every_finding_says_what_to_do() -> None:
    assert [] == [row for row in rows(ROOT / "docs" / "checks.md") if len(row) != 4 or not all(row)]
