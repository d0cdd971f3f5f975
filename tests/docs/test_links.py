"""Links between the documents lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS

LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]*))?\)")


def _anchors(page: Path) -> set[str]:
    """The anchors of a page, as GitLab and GitHub make them from its headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for path, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        page = (document.parent / path).resolve() if path else document
        assert page.exists(), path
        assert not anchor or anchor in _anchors(page), f"{path}#{anchor}"
