"""The end of a trail: what a crash leaves, and what must not be cut off."""

from pathlib import Path

import pytest

from syncer.audit.tail import LONGEST_TORN, START, Newest, decoded, is_torn, newest
from syncer.errors import AuditError
from syncer.model.json_reader import JsonError
from tests.audit.trails import written


def test_the_newest_entry_and_what_is_torn_behind_it(tmp_path: Path) -> None:
    chain = written(tmp_path, 3)
    with chain.path.open("ab") as file:
        file.write(b'{"n": 4')
    with chain.path.open("rb") as file:
        *_, last = chain.entries()
        assert Newest(3, chain.head(), 7, last) == newest(file, chain.path)


@pytest.mark.parametrize(("data", "torn"), [(b"", 0), (b'{"timestamp": "2026', 19)])
def test_no_entry_yet(tmp_path: Path, data: bytes, torn: int) -> None:
    (tmp_path / "trail").write_bytes(data)
    with (tmp_path / "trail").open("rb") as file:
        assert Newest(0, START, torn) == newest(file, tmp_path / "trail")


def test_a_huge_end_is_not_read_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.audit.tail.LONGEST_LINE", 100_000)
    with (tmp_path / "trail").open("w+b") as file:
        file.truncate(1024**4)
        with pytest.raises(AuditError, match="bytes have no line end and are zeros"):
            newest(file, tmp_path / "trail")


@pytest.mark.parametrize(
    ("end", "torn"),
    [
        (b"{", True),
        (b'{"', True),
        (b'{"a": "}', True),
        (b'{"a": 1}', True),
        (b'{"' + b"z" * (LONGEST_TORN - 2), True),
        (b'{"' + b"z" * (LONGEST_TORN - 1), False),
        (b"", False),
        (b" {", False),
        (b"{ ", False),
        (b"[", False),
        (b'{"a": 1}{', False),
        (b'{"a": "\0', False),
        (b'{"a": "\r', False),
        (b'{"a": "\xc3\xa9', False),
    ],
    ids=range(14),
)
def test_what_is_torn(end: bytes, torn: bool) -> None:
    assert torn == is_torn(end)


def test_a_line_says_why_it_holds_nothing() -> None:
    assert {"a": 1} == decoded(b'{"a": 1}\r\n'), "white space is none of its business"
    found = decoded(b'{"a": 1, "a": 2}\n')
    assert isinstance(found, JsonError)
    assert 10 == found.column
