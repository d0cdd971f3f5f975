"""docs/README.md against the folder: every page is listed once, and the glossary has its ten words."""

import re

from tests.docs.documents import ROOT, rows

DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"


def test_every_page_is_listed() -> None:
    listed = [
        match[1] for row in rows(INDEX, "## All pages") for match in [re.search(r"\((.+)\)", row[0])] if match
    ]
    pages = {page.name for page in DOCS.glob("*.md")} - {INDEX.name}
    assert sorted({*pages, "decisions/README.md"}) == sorted(listed)


def test_the_glossary_has_ten_words() -> None:
    assert [
        *("organization", "queue", "overflow rule", "backup queue", "conditional group"),
        *("managed", "plan", "drift", "lock", "audit head"),
    ] == [row[0] for row in rows(DOCS / "glossary.md")]
