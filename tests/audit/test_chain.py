import errno
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from syncer.audit.chain import NAME, START, Chain, entry_hash
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError
from tests.audit.trails import entries, line_of, rewritten, written


def test_entries_are_numbered_linked_and_hashed(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "deep" / "audit")
    assert START == chain.head()
    head = chain.append(entries(2))
    first, second = chain.entries()
    assert {**entries(2)[0], "n": 1, "previous": START, "hash": entry_hash(first)} == first
    assert {**entries(2)[1], "n": 2, "previous": first["hash"], "hash": entry_hash(second)} == second
    assert head == second["hash"] == chain.head()
    assert entry_hash(first) == entry_hash({**first, "hash": "anything"})


def test_what_is_appended_later_goes_on(tmp_path: Path) -> None:
    written(tmp_path, 3)
    head = Chain(tmp_path).append(entries(1))
    found = verify_chain(tmp_path / NAME)
    assert (True, 4, head) == (found.whole, found.entries, found.head)


def test_an_entry_may_be_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([{"text": "x" * 100_000}])
    chain.append([{"text": "y" * 100_000}])
    chain.append(entries(1))
    assert [1, 2, 3] == [entry["n"] for entry in chain.entries()]
    assert verify_chain(chain.path).whole


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize(
    "torn", [b"{", b'{"n": 9', b"\xff", line_of({"n": 9, "hash": "x"})[:-1], b"z" * 20_000]
)
def test_a_torn_end_is_cut_off(tmp_path: Path, number: int, torn: bytes) -> None:
    chain = written(tmp_path, number)
    tmp_path.mkdir(exist_ok=True)
    with chain.path.open("ab") as file:
        file.write(torn)
    assert number == len(list(chain.entries())), "a line counts when its end is written"
    head = chain.append(entries(1))
    assert [*range(1, number + 2)] == [entry["n"] for entry in chain.entries()]
    assert (True, head) == (verify_chain(chain.path).whole, chain.head())


@pytest.mark.parametrize(
    "last", [b"garbage\n", b"[]\n", b"{}\n", b"\n", b'{"n": "2", "hash": "x"}\n', b'{"n": NaN}\n']
)
@pytest.mark.parametrize("number", [0, 2])
def test_nothing_is_appended_to_what_is_no_entry(tmp_path: Path, last: bytes, number: int) -> None:
    chain = written(tmp_path, number)
    with chain.path.open("ab") as file:
        file.write(last)
    before = chain.path.read_bytes()
    with pytest.raises(AuditError, match="no audit entry") as caught:
        chain.append(entries(1))
    assert "syncer audit verify" in caught.value.hint
    assert before == chain.path.read_bytes()


def test_what_is_no_entry_is_passed_over_when_reading(tmp_path: Path) -> None:
    chain = written(tmp_path, 2)
    rewritten(chain, lambda lines: [lines[0], b"garbage\n", b"[1]\n", b'{"n": NaN}\n', lines[1]])
    assert [1, 2] == [entry["n"] for entry in chain.entries()]


def test_a_disk_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = written(tmp_path, 2)
    before = chain.path.read_bytes()

    def fails(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(AuditError, match="can't be written: Input/output error") as caught:
        chain.append(entries(3))
    assert "Nothing is applied without an audit" in caught.value.hint
    assert before == chain.path.read_bytes()


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_disk_that_is_full_half_way_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    chain = written(tmp_path, 2)
    before = chain.path.read_bytes()
    one = len(before) // 2
    with (
        files_no_larger_than(len(before) + one + one // 2),
        pytest.raises(AuditError, match="can't be written: File too large"),
    ):
        chain.append(entries(3))
    assert before == chain.path.read_bytes(), "the one whole entry that found room is gone too"
    chain.append(entries(1))
    assert verify_chain(chain.path).whole


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError, match="can't be written"):
        Chain(tmp_path / "file" / "audit").append(entries(1))


def test_a_trail_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(AuditError, match="can't be read: Is a directory"):
        list(Chain(tmp_path).entries())


def test_somebody_else_holds_the_lock(tmp_path: Path) -> None:
    with (
        FileLock(tmp_path / f".{NAME}.lock"),
        pytest.raises(AuditError, match="in use by another process"),
    ):
        Chain(tmp_path, lock_timeout=0).append(entries(1))
    assert not (tmp_path / NAME).exists()


PROCESS = """
import sys
from pathlib import Path
from syncer.audit.chain import Chain

chain = Chain(Path(sys.argv[1]), lock_timeout=300)
for number in range(25):
    chain.append([{"process": sys.argv[2], "number": number}, {"text": "x" * 5000}])
"""


def test_four_processes_append_at_once(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", PROCESS, tmp_path, str(number)]) for number in range(4)
    ]
    assert [0] * 4 == [process.wait(timeout=300) for process in processes]
    found = verify_chain(tmp_path / NAME)
    assert (True, 200) == (found.whole, found.entries)
    for process in "0123":
        numbers = [entry["number"] for entry in Chain(tmp_path).entries() if entry.get("process") == process]
        assert [*range(25)] == numbers


def test_lines_are_ascii(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([{"text": "ü\ud800\u2028\x9b"}])
    assert chain.path.read_bytes().isascii()
    assert {"text": "ü\ud800\u2028\x9b"}.items() <= json.loads(chain.path.read_bytes()).items()
    assert verify_chain(chain.path).whole


@pytest.mark.parametrize("how", ["removed", "cut", "replaced"])
def test_a_trail_that_somebody_takes_away_while_it_is_written_is_an_error(tmp_path: Path, how: str) -> None:
    chain = Chain(tmp_path)
    chain.append([{"kind": "run"}, {"kind": "run"}])
    if how == "cut":
        chain.path.write_bytes(chain.path.read_bytes().splitlines(keepends=True)[0])
    else:
        whole = chain.path.read_bytes()
        chain.path.rename(tmp_path / "elsewhere")
        if how == "replaced":
            chain.path.write_bytes(whole)
    with pytest.raises(AuditError, match="was removed or cut while this run goes on"):
        chain.append([{"kind": "run"}])
