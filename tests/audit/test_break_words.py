"""The words of what can't be read."""

from pathlib import Path

import pytest

from syncer.audit.break_words import before, truncated, unreadable
from syncer.audit.segments import Line
from syncer.audit.tail import decoded


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        (b'{"a": 1', "torn", "breaks off"),
        (b"\x00\x00", "edited", "the last 2 bytes have no line end"),
        (b"[]\n", "edited", "this line holds no JSON object"),
        (b"{x\n", "edited", "this line holds no JSON object: "),
    ],
)
def test_a_line_without_an_entry_says_why(raw: bytes, kind: str, words: str) -> None:
    found = unreadable(Line(Path("f"), 1, raw, decoded(raw) if raw.endswith(b"\n") else None))
    assert (kind, True) == (found[0], words in found[1])


def test_numbers_and_heads_in_words() -> None:
    assert (4, "?") == (before(5), before("five"))
    assert truncated("sha256:1").startswith("the kept head sha256:1 is not in the chain")
