"""docs/python.md: its blocks are run one after another, and their output is compared."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import syncer.app
from tests.docs.documents import ROOT, blocks

PAGE = ROOT / "docs" / "python.md"


def shown_and_printed(namespace: dict[str, Any]) -> list[tuple[str, str]]:
    """What the page shows after each block of Python, and what that block prints."""
    page = blocks(PAGE)
    pairs = []
    for block, after in zip(page, [*page[1:], None], strict=True):
        if block.language != "python":
            continue
        printed = StringIO()
        with redirect_stdout(printed):
            exec(block.text, namespace)
        shown = after.text if after is not None and after.language == "text" else ""
        pairs.append((shown, printed.getvalue()))
    return pairs


def test_the_blocks_print_what_the_page_shows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SYNCER_API_URL", "GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"):
        monkeypatch.delenv(name)
    namespace: dict[str, Any] = {}
    try:
        for shown, printed in shown_and_printed(namespace):
            assert shown == printed
    finally:
        namespace["emulator"].stop()


def test_each_name_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [] == [name for name in syncer.app.__all__ if not re.search(rf"\b{name}\b", text)]
