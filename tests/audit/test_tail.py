"""The end of a trail: what a crash leaves, and what must not be cut off."""

from pathlib import Path

import pytest

from syncer.audit.line import FORMAT, FORMAT_V1, linked
from syncer.audit.tail import LONGEST_TORN, START, Newest, decoded, is_torn, newest, unended
from syncer.errors import AuditError
from syncer.model.json_reader import JsonError
from tests.audit.trails import line_of, written


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


ENTRY = {"timestamp": "2026-03-01T08:30:00.000Z", "kind": "change", "run": "r"}


def read_end(folder: Path, data: bytes) -> Newest:
    (folder / "trail").write_bytes(data)
    with (folder / "trail").open("rb") as file:
        return newest(file, folder / "trail")


@pytest.mark.parametrize("odd", [None, [], {}, 7, True, "", "x", "sha256:zz", START])
@pytest.mark.parametrize("key", ["hash", "n", "previous"])
@pytest.mark.parametrize("form", [FORMAT, FORMAT_V1])
def test_nothing_is_linked_to_an_entry_whose_hash_is_not_its_own(
    tmp_path: Path, form: str, key: str, odd: object
) -> None:
    whole, _ = linked({**ENTRY, "format": form}, 2, f"sha256:{1:064}")
    with pytest.raises(AuditError, match=r"trail ends in .*entry") as caught:
        read_end(tmp_path, line_of({**whole, key: odd}))
    assert caught.value.hint


@pytest.mark.parametrize("number", [-1, 0, 10**15, 10**400], ids=["-1", "0", "10^15", "10^400"])
def test_a_number_that_no_run_counts_to_is_refused_though_its_hash_is_right(
    tmp_path: Path, number: int
) -> None:
    with pytest.raises(AuditError, match="ends in a line that is no audit entry"):
        read_end(tmp_path, linked(ENTRY, number, START)[1])


@pytest.mark.parametrize(("key", "odd"), [("run", 7), ("timestamp", []), ("recordedAt", {})])
def test_a_value_of_the_wrong_type_is_refused_though_its_hash_is_right(
    tmp_path: Path, key: str, odd: object
) -> None:
    with pytest.raises(AuditError, match=f"entry 4, which no run wrote: '{key}' has a value of the wrong"):
        read_end(tmp_path, linked({**ENTRY, key: odd}, 4, START)[1])


def test_an_entry_that_is_whole_but_for_its_line_end_is_an_entry(tmp_path: Path) -> None:
    one, first = linked(ENTRY, 1, START)
    two, second = linked(ENTRY, 2, one["hash"])
    assert Newest(2, two["hash"], 0, two, unended=True) == read_end(tmp_path, first + second[:-1])
    assert Newest(1, one["hash"], 0, one, unended=True) == read_end(tmp_path, first[:-1])
    assert Newest(1, one["hash"], len(second) - 2, one) == read_end(tmp_path, first + second[:-2])
    assert (two, None) == (unended(second[:-1]), unended(second[:-2]))
