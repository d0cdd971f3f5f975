"""docs/checks.md against the code: every possible finding, and no other."""

import ast
import re

from syncer.checks.explanations import explanations
from syncer.policy.schema_errors import EXPLAINED
from tests.docs.documents import ROOT, rows

PAGE = ROOT / "docs" / "checks.md"

ROOMS = (
    "planning",
    "adopting",
    "drift",
    "policy",
    "resolving",
    "yamlfile",
    "kinds",
    "measuring",
    "checks",
    "applying",
    "app",
    "cli",
    "model",
)
ENDS_OF_FILES = ("yaml", "yml", "json", "jsonl", "toml", "tmp", "part")


def _ids_in_the_code() -> set[str]:
    """Every text of the form ``word.word-word`` in the packages that make findings."""
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


def _as_documented(text: str) -> str:
    """A text of the program with the command names of the documents."""
    return text.replace("`syncer ", "`sync ")


def _without_links(cell: str) -> str:
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", cell)


def test_every_finding_is_documented() -> None:
    ids = _ids_in_the_code() | {f"schema.{keyword}" for keyword in EXPLAINED}
    assert sorted(f"`{name}`" for name in ids) == sorted(row[0] for row in rows(PAGE))


def test_every_finding_says_what_to_do() -> None:
    assert [] == [row for row in rows(PAGE) if len(row) != 4 or not all(row)]


def test_the_rows_are_what_the_program_explains() -> None:
    """Both have one text: if they differ, change ``syncer/checks/explanations.toml`` or the row."""
    explained = [
        [f"`{each.id}`", *map(_as_documented, (each.severity_in_words, each.meaning, each.remedy))]
        for each in explanations()
    ]
    assert explained == [[_without_links(cell) for cell in row] for row in rows(PAGE)]
