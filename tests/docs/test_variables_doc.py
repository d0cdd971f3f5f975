"""Environment variables: what the code reads is documented, and what is documented is read."""

import ast
import re

from tests.docs.documents import ROOT

NAME = re.compile(r"\b(?:GENESYS|SYNCER|CI|GITLAB|GITHUB|REQUESTS|CURL|HTTPS?|NO)[A-Z]*_[A-Z0-9_]*[A-Z]\b")
PAGES = ("commands.md", "live.md")


def in_the_code() -> set[str]:
    """Every name of a variable in a text of the code."""
    texts = [
        node.value
        for path in (ROOT / "syncer").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return set(NAME.findall(" ".join(texts)))


def _in_the_documents() -> set[str]:
    pages = " ".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in PAGES)
    return {name for name in re.findall(r"`([A-Z0-9_]+)`", pages) if NAME.fullmatch(name)}


def test_every_variable_is_documented() -> None:
    assert sorted(in_the_code()) == sorted(_in_the_documents())
