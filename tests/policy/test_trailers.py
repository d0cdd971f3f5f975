"""Trailers of commit messages, held against ``git interpret-trailers``."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.policy.trailers import last_message, trailer, trailers
from tests.policy.test_revision import git
from tests.properties import examples

LINES = (
    *("", " ", "text here", "# remark", "---", ":x", "Ticket:", "key-2:v", "x :y", "a\tb:c", "not a key: v"),
    *("Ticket: A-1", "Reason : because", "  going on", "\tmore", "Ä: x", "Fix: http://a:b"),
    *("Signed-off-by: x <y>", "(cherry picked from commit abc)"),
)


def as_git_has_them(message: str) -> str:
    command = ["git", "interpret-trailers", "--parse", "--no-divider"]
    return subprocess.run(command, input=message.encode(), capture_output=True, check=True).stdout.decode()


@examples(150)
@given(st.lists(st.sampled_from(LINES), max_size=9), st.booleans())
def test_they_are_those_of_git(lines: list[str], titled: bool) -> None:
    message = "\n".join((["Title", ""] if titled else []) + lines)
    assert as_git_has_them(message) == "".join(f"{key}: {value}\n" for key, value in trailers(message))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Title\n\nWhy.\n\nTicket: OPS-7\nReason: season\n", "OPS-7"),
        ("Title\n\nticket: OPS-7\nTICKET: OPS-8\nTicket: OPS-7\nTicket:\n", "OPS-7, OPS-8"),
        ("Title\n\nTicket: OPS-7,\n  OPS-8\n", "OPS-7, OPS-8"),
        ("Title\r\n\r\nTicket: OPS-7\r\n", "OPS-7"),
        ("Ticket: OPS-7", ""),
        ("Title\n\nTicket: OPS-7\n\nMore text.\n", ""),
        ("Title\n\nTicket: OPS-7\nand more\n", ""),
        ("Title\n\nTicket OPS-7\n", ""),
        ("", ""),
    ],
)
def test_the_value_of_a_trailer(message: str, expected: str) -> None:
    assert expected == trailer(message, "Ticket")


def test_the_message_of_what_is_checked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "" == last_message(tmp_path)
    git(tmp_path, "init", "--initial-branch=main")
    assert "" == last_message(tmp_path)
    git(tmp_path, "commit", "--allow-empty", "--message=Title\n\nTicket: OPS-7 ✓")
    assert "OPS-7 ✓" == trailer(last_message(tmp_path), "ticket")
