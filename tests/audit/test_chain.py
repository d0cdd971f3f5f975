import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from syncer.audit.chain import Chain
from syncer.audit.line import hash_of_line, linked
from syncer.audit.segments import NAME
from syncer.audit.tail import LONGEST_TORN, START
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError
from syncer.model.json_reader import parsed
from syncer.model.json_values import digest
from tests.audit.trails import entries, files_no_larger_than, line_of, rewritten, written
from tests.special_files import KINDS, put


def test_entries_are_numbered_linked_and_hashed(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "deep" / "audit")
    assert START == chain.head()
    head = chain.append(entries(2))
    first, second = chain.entries()
    one, two = chain.path.read_bytes().splitlines(keepends=True)
    assert {**entries(2)[0], "n": 1, "previous": START, "hash": hash_of_line(one, first)} == first
    assert {**entries(2)[1], "n": 2, "previous": first["hash"], "hash": hash_of_line(two, second)} == second
    assert head == second["hash"] == chain.head()


def test_what_is_appended_later_goes_on(tmp_path: Path) -> None:
    written(tmp_path, 3)
    head = Chain(tmp_path).append(entries(1))
    found = verify_chain([tmp_path / NAME])
    assert (True, 4, head) == (found.whole, found.entries, found.head)


def test_an_entry_may_be_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([{"text": "x" * 100_000}])
    chain.append([{"text": "y" * 100_000}])
    chain.append(entries(1))
    assert [1, 2, 3] == [entry["n"] for entry in chain.entries()]
    assert verify_chain([chain.path]).whole


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize(
    "torn",
    [b"{", b'{"n": 9', line_of({"n": 9, "hash": "x"})[:-1], b'{"text": "' + b"z" * 20_000],
    ids=["one byte", "short", "all but its end", "long"],
)
def test_a_torn_end_is_cut_off(tmp_path: Path, number: int, torn: bytes) -> None:
    chain = written(tmp_path, number)
    tmp_path.mkdir(exist_ok=True)
    with chain.path.open("ab") as file:
        file.write(torn)
    assert number == len(list(chain.entries())), "a line counts when its end is written"
    head = chain.append(entries(1))
    assert [*range(1, number + 2)] == [entry["n"] for entry in chain.entries()]
    assert (True, head) == (verify_chain([chain.path]).whole, chain.head())


@pytest.mark.parametrize("ready", [True, False])
def test_an_entry_without_its_line_end_is_kept(tmp_path: Path, ready: bool) -> None:
    chain = written(tmp_path, 3)
    whole = chain.path.read_bytes()
    chain.path.write_bytes(whole[:-1])
    [found] = verify_chain([chain.path]).breaks
    assert ("torn", 3) == (found.kind, found.line)
    assert "whole except for its line end, which the next run writes" in found.message
    if ready:
        Chain(tmp_path).make_ready()
        assert whole == chain.path.read_bytes()
    Chain(tmp_path).append(entries(1))
    assert chain.path.read_bytes().startswith(whole)
    assert (True, 4) == (verify_chain([chain.path]).whole, verify_chain([chain.path]).entries)


@pytest.mark.parametrize("form", ["syncer.audit/v2", "syncer.audit/v1"])
def test_other_line_ends_are_no_line_ends(tmp_path: Path, form: str) -> None:
    entry = {**entries(1)[0], "format": form, "n": 1, "previous": START}
    line = linked(entry, 1, START)[1]
    if form == "syncer.audit/v1":
        line = line_of({**entry, "hash": digest(entry)})
    chain = Chain(tmp_path)
    chain.path.write_bytes(line)
    assert verify_chain([chain.path]).whole
    chain.make_ready()
    chain.path.write_bytes(line[:-1] + b"\r\n")
    [found] = verify_chain([chain.path]).breaks
    assert ("edited", "the line of entry 1 ends in \\r\\n, which no run writes") == (
        found.kind,
        found.message,
    )
    for refused in (Chain(tmp_path).make_ready, lambda: Chain(tmp_path).append(entries(1))):
        with pytest.raises(AuditError, match="ends in entry 1, which was edited"):
            refused()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "zeros": lambda whole: bytes(len(whole)),
    "zeros behind it": lambda whole: whole + bytes(4096),
    "zeros in the last entry": lambda whole: whole[:-100] + bytes(100),
    "no line ends": lambda whole: whole.replace(b"\n", b""),
    "other line ends": lambda whole: whole.replace(b"\n", b"\r"),
    "line separators": lambda whole: whole.replace(b"\n", "\u2028".encode()),
    "no last line end, and more": lambda whole: whole[:-1] + b" ",
    "other bytes": lambda whole: whole + b"\xff",
    "another text": lambda whole: whole + b"z" * 20_000,
    "a torn end without end": lambda whole: whole + b'{"' + b"z" * LONGEST_TORN,
    "nesting without end": lambda whole: whole + b'{"a":' * 1000,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("number", [2, 3])
def test_any_other_end_is_refused_and_stays(
    tmp_path: Path, number: int, damage: Callable[[bytes], bytes]
) -> None:
    chain = written(tmp_path, number)
    damaged = damage(chain.path.read_bytes())
    chain.path.write_bytes(damaged)
    for refused in (chain.make_ready, lambda: Chain(tmp_path).append(entries(1))):
        with pytest.raises(AuditError, match=r"audit\.jsonl is damaged: its last [0-9,]+ bytes") as caught:
            refused()
    assert "nothing was sent, and the file stays as it is" in caught.value.message
    assert "Restore a complete copy, or keep the file" in caught.value.hint
    assert damaged == chain.path.read_bytes()
    assert {"edited"} == {found.kind for found in verify_chain([chain.path]).breaks}


def test_zeros_are_called_so(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(bytes(5000))
    with pytest.raises(AuditError, match="its last 5,000 bytes have no line end and are zeros"):
        Chain(tmp_path).make_ready()


def test_making_ready_writes_nothing(tmp_path: Path) -> None:
    Chain(tmp_path / "new").make_ready()
    assert [f".{NAME}.lock"] == [path.name for path in (tmp_path / "new").iterdir()]
    chain = written(tmp_path, 2)
    with chain.path.open("ab") as file:
        file.write(b'{"n": 3')
    before = chain.path.read_bytes()
    chain = Chain(tmp_path)
    chain.make_ready()
    assert before == chain.path.read_bytes()
    chain.append(entries(1))
    assert verify_chain([chain.path]).whole


def test_a_trail_that_is_taken_away_after_it_was_ready_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, 2)
    chain = Chain(tmp_path)
    chain.make_ready()
    chain.path.unlink()
    with pytest.raises(AuditError, match="was removed or cut during this run"):
        chain.append(entries(1))


@pytest.mark.parametrize("name", [NAME, f".{NAME}.lock"])
@pytest.mark.parametrize("kind", KINDS)
def test_something_else_in_the_place_of_a_file_is_refused_at_once(
    tmp_path: Path, name: str, kind: str
) -> None:
    put(kind, tmp_path / name)
    for refused in (Chain(tmp_path).make_ready, lambda: Chain(tmp_path).append(entries(1))):
        with pytest.raises(
            AuditError,
            match=f"can't be written: .*({'Is a directory' if kind == 'folder' else 'regular file'})",
        ):
            refused()
    if name == NAME:
        with pytest.raises(AuditError, match="can't be read"):
            list(Chain(tmp_path).entries())


@pytest.mark.parametrize("name", [NAME, "audit-2026-01-000001.jsonl"])
@pytest.mark.parametrize("goal", ["nothing", "no folder/of this name", "x" * 256])
def test_a_link_that_leads_nowhere_is_no_trail_that_begins(tmp_path: Path, name: str, goal: str) -> None:
    written(tmp_path, 0 if name == NAME else 2)
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(goal)
    chain = Chain(tmp_path)
    for refused in (chain.make_ready, lambda: list(chain.entries()), lambda: verify_chain(chain.files())):
        with pytest.raises(AuditError, match=f"{name} is a link to a file that doesn't exist") as caught:
            refused()
        assert "Bring back what it leads to." == caught.value.hint


def test_a_name_that_the_file_of_this_month_will_need_is_looked_at_before(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([{"recordedAt": "2026-01-31T23:59:59.000Z"}])
    (tmp_path / "audit-2026-01-000001.jsonl").symlink_to(NAME)
    with pytest.raises(AuditError, match=r"can't be renamed to .*audit-2026-01-000001\.jsonl, which exists"):
        Chain(tmp_path).make_ready()


def test_numbers_of_live_are_kept_with_all_their_digits(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    entry = {"written": parsed(b'{"x": 0.12345678901234567890}')}
    chain.append([entry])
    assert b'"x": 0.12345678901234567890}' in chain.path.read_bytes()
    assert verify_chain([chain.path]).whole
    assert entry.items() <= next(chain.entries()).items()


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
    assert verify_chain([chain.path]).whole


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
    found = verify_chain([tmp_path / NAME])
    assert (True, 200) == (found.whole, found.entries)
    for process in "0123":
        numbers = [entry["number"] for entry in Chain(tmp_path).entries() if entry.get("process") == process]
        assert [*range(25)] == numbers


def test_lines_are_ascii(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([{"text": "ü\ud800\u2028\x9b"}])
    assert chain.path.read_bytes().isascii()
    assert {"text": "ü\ud800\u2028\x9b"}.items() <= json.loads(chain.path.read_bytes()).items()
    assert verify_chain([chain.path]).whole


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
    with pytest.raises(AuditError, match="was removed or cut during this run"):
        chain.append([{"kind": "run"}])


OLDER = "sha256:" + "5" * 64


@pytest.mark.parametrize("number", [0, 3])
def test_a_new_chain_goes_on_behind_what_is_there(tmp_path: Path, number: int) -> None:
    chain = written(tmp_path, number)
    before = chain.path.read_bytes() if number else b""
    chain.begin({"kind": "chain"}, 21, OLDER)
    chain.append(entries(1))
    assert chain.path.read_bytes().startswith(before)
    first, second = list(chain.entries(after=number))
    assert (21, OLDER, 22, first["hash"]) == (first["n"], first["previous"], second["n"], second["previous"])


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_new_chain_leaves_a_damaged_end_behind_as_it_is(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    chain = written(tmp_path, 3)
    damaged = damage(chain.path.read_bytes())
    chain.path.write_bytes(damaged)
    chain.begin({"kind": "chain"}, 21, OLDER)
    chain.make_ready()
    assert chain.append(entries(1)) == Chain(tmp_path).head()
    closed = tmp_path / "audit-0000-00-000020.jsonl"
    assert ([closed, chain.path], damaged) == (chain.files(), closed.read_bytes())


def test_a_damaged_end_replaces_no_file(tmp_path: Path) -> None:
    chain = written(tmp_path, 3)
    chain.path.write_bytes(bytes(100))
    (tmp_path / "audit-0000-00-000020.jsonl").write_bytes(b"")
    with pytest.raises(AuditError, match="which exists already"):
        chain.begin({"kind": "chain"}, 21, OLDER)
    assert bytes(100) == chain.path.read_bytes()


def test_a_new_chain_begins_where_a_crash_left_a_closed_end_alone(tmp_path: Path) -> None:
    (tmp_path / "audit-0000-00-000020.jsonl").write_bytes(bytes(100))
    chain = Chain(tmp_path)
    chain.begin({"kind": "chain"}, 21, OLDER)
    assert 21 == chain.newest().number
