"""Words that are gone stay gone: in documents, schemas, templates, texts and comments of the program."""

import io
import json
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.docs.documents import DOCUMENTS, ROOT

BRITISH = r"\w*(organis|recognis|colour|behaviour|neighbour|licence)\w*|\blabelled\b|\bcentre\b|\bgrey\b"
LIVE = (
    r"\b(in|from|of|with|against|to|by|on|what|that|than|if|where|and|as|or) live(?=[.,;:)!?]|$| "
    r"(has|had|is|was|says|holds|as|and|or|for|in|on|at|to|with|moved|does|did|may|can|would|will|again|alone)"
    r"\b(?! (more|less)\b))"
    r"|\blive (has(?! (more|less)\b)|had|says|holds|moved|does|did|refuses|knows|shows)\b"
)
"""The noun; ``live has more`` is a value of JSON."""

GONE = {
    BRITISH: "the American spelling",
    LIVE: "the organization, the live queues",
    r"\bwhoever\b": "anyone who, or who it is",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bheed(s|ed|ing)?\b": "take into account",
    r"(?<!made-)\banew\b": "again",
    r"\b(be|is|are) had\b": "is available",
    r"\bleaves? (it |them |its \S+ )away\b": "omit",
    r"\b(is|are|was|were) told\b": "is reported",
    r"\bbecame of\b|\bbecomes of\b": "the result, or what happened to",
    r"\b(goes|go) before\b": "comes first, overrides",
    r"\bhold(s|ing)? (it |them |\w+ )?against\b|\bheld against\b": "compare with",
    r"\bspeaks? of\b": "mention, name",
}
"""What is gone, as a regular expression, and what to write instead."""


def _documents() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def _schemas() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "schemas").glob("*.json")):
        for text in _texts(json.loads(path.read_bytes())):
            yield path.name, text


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("title", "description", "markdownDescription") and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for each in node:
            yield from _texts(each)


def _program() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "syncer").rglob("*.py")):
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type in (tokenize.STRING, tokenize.COMMENT) and " " in token.string:
                yield f"{path.relative_to(ROOT)}:{token.start[0]}", token.string


def _others() -> Iterator[tuple[str, str]]:
    found = [
        ROOT / ".gitlab-ci.yml",
        ROOT / "Makefile",
        ROOT / ".pre-commit-hooks.yaml",
        ROOT / "pyproject.toml",
    ]
    for folder in ("templates", "policies", "syncer/starter/data", "syncer/checks"):
        found += [
            path for path in (ROOT / folder).rglob("*") if path.suffix in (".yml", ".yaml", ".toml", ".md")
        ]
    for path in found:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


@pytest.mark.parametrize(
    "texts", [_documents, _schemas, _program, _others], ids=lambda each: each.__name__[1:]
)
def test_words_that_are_gone_stay_gone(texts: object) -> None:
    assert callable(texts)
    found = [
        f"{place}: {match[0]!r}: write {better}"
        for place, text in texts()
        for pattern, better in GONE.items()
        for match in re.finditer(pattern, text, re.IGNORECASE | re.MULTILINE)
    ]
    assert [] == found, "\n".join(found)
