import json
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.chain import Chain
from syncer.audit.line import FORMAT, FORMAT_V1
from syncer.audit.segments import NAME, closed_segments, closes, in_order, month_of, read_trail, trail_files
from syncer.audit.tail import START
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError
from syncer.model.json_values import digest


def entry(month: str, **more: Any) -> dict[str, Any]:
    return {"format": FORMAT, "kind": "check", "recordedAt": f"{month}-05T00:00:00.000Z", **more}


def months(folder: Path) -> Chain:
    """A trail of three months, with two entries each."""
    chain = Chain(folder)
    for month in ("2026-09", "2026-10", "2026-11"):
        chain.append([entry(month, what=1)])
        chain.append([entry(month, what=2)])
    return chain


def test_each_month_has_a_file_and_the_chain_goes_through_them(tmp_path: Path) -> None:
    chain = months(tmp_path)
    names = ["audit-2026-09-000001.jsonl", "audit-2026-10-000003.jsonl", NAME]
    assert names == [path.name for path in trail_files(tmp_path)] == [path.name for path in chain.files()]
    assert [1, 2, 3, 4, 5, 6] == [each["n"] for each in chain.entries()]
    found = verify_chain(chain.files())
    assert (True, 6, chain.head()) == (found.whole, found.entries, found.head)
    first = json.loads(chain.path.read_bytes().splitlines()[0])
    before = json.loads(chain.files()[1].read_bytes().splitlines()[-1])
    assert before["hash"] == first["previous"]


def test_newer_entries_alone_can_be_read(tmp_path: Path) -> None:
    chain = months(tmp_path)
    assert [4, 5, 6] == [each["n"] for each in chain.entries(after=3)]
    assert [] == list(chain.entries(after=6))
    assert 6 == len(list(read_trail(tmp_path)))


def test_a_file_that_is_missing_is_found(tmp_path: Path) -> None:
    chain = months(tmp_path)
    middle = chain.files()[1]
    middle.unlink()
    (found,) = verify_chain(chain.files()).breaks
    assert ("removed", "entries 3 to 4 missing before entry 5", chain.path) == (
        found.kind,
        found.message,
        found.path,
    )


def test_the_newest_files_alone_rest_on_the_hash_before_them(tmp_path: Path) -> None:
    chain = months(tmp_path)
    head = json.loads(chain.files()[0].read_bytes().splitlines()[-1])["hash"]
    found = verify_chain(chain.files()[1:], [chain.head()], partial=True)
    assert (True, 4, 3, head, 6, 0) == (
        found.whole,
        found.entries,
        found.first,
        found.before,
        found.attested,
        found.unattested,
    )
    assert not verify_chain(chain.files()[1:]).whole, "a trail begins with entry 1"


def test_files_are_put_in_order(tmp_path: Path) -> None:
    chain = months(tmp_path)
    one, two, three = chain.files()
    assert [one, two, three] == in_order([three, one, two, three])
    empty = tmp_path / "empty.jsonl"
    empty.write_bytes(b"\n")
    assert [one, empty] == in_order([empty, one])


def test_a_torn_end_is_cut_off_before_its_month_is_closed(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry("2026-09")])
    with chain.path.open("ab") as file:
        file.write(b'{"n": 2')
    chain.append([entry("2026-10")])
    assert ["audit-2026-09-000001.jsonl", NAME] == [path.name for path in chain.files()]
    assert verify_chain(chain.files()).whole


def test_a_program_that_died_between_two_files_goes_on(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry("2026-09")])
    chain.path.rename(tmp_path / "audit-2026-09-000001.jsonl")
    chain = Chain(tmp_path)
    chain.make_ready()
    chain.append([entry("2026-10")])
    chain.path.write_bytes(chain.path.read_bytes() + b'{"n')
    chain.append([entry("2026-10")])
    assert [1, 2, 3] == [each["n"] for each in chain.entries()]
    assert verify_chain(chain.files()).whole


def test_a_closed_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry("2026-09")])
    closed = tmp_path / "audit-2026-09-000001.jsonl"
    chain.path.rename(closed)
    closed.write_bytes(closed.read_bytes() + b'{"n": 2')
    with pytest.raises(AuditError, match="breaks off, though entries followed"):
        Chain(tmp_path).append([entry("2026-10")])


def test_a_file_in_the_place_of_a_closed_one_is_refused(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry("2026-09")])
    (tmp_path / "audit-2026-09-000001.jsonl").write_bytes(chain.path.read_bytes())
    with pytest.raises(AuditError, match="which exists already"):
        Chain(tmp_path).append([entry("2026-10")])


def test_another_process_may_close_the_month_meanwhile(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry("2026-09")])
    Chain(tmp_path).append([entry("2026-10")])
    chain.append([entry("2026-10")])
    assert [1, 2, 3] == [each["n"] for each in chain.entries()]
    assert verify_chain(chain.files()).whole


def test_a_trail_of_the_first_version_goes_on_in_a_file_of_its_own(tmp_path: Path) -> None:
    old = {"format": FORMAT_V1, "timestamp": "2026-11-01T00:00:00Z", "n": 1, "previous": START}
    (tmp_path / NAME).write_text(json.dumps({**old, "hash": digest(old)}) + "\n")
    chain = Chain(tmp_path)
    chain.append([entry("2026-11")])
    assert ["audit-2026-11-000001.jsonl", NAME] == [path.name for path in chain.files()]
    found = verify_chain(chain.files())
    assert (True, 2) == (found.whole, found.entries)


def test_no_entry_is_recorded_before_the_one_in_front_of_it(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.append([entry("2026-10")])
    chain.append([entry("2026-09"), {"what": "has no time"}])
    assert ["2026-10-05T00:00:00.000Z", "2026-10-05T00:00:00.000Z", None] == [
        each.get("recordedAt") for each in chain.entries()
    ]
    assert [NAME] == [path.name for path in chain.files()], "no month is opened twice"


def test_what_a_month_is() -> None:
    assert ("2026-11", "2026-10", "") == (
        month_of({"recordedAt": "2026-11-01T00:00:00Z", "timestamp": "2026-10-31T23:59:59Z"}),
        month_of({"timestamp": "2026-10-31T23:59:59Z"}),
        month_of({"timestamp": 7}),
    )
    assert not closes({}, entry("2026-11"))
    assert closes({"format": FORMAT_V1}, entry("2026-11"))
    assert not closes(entry("2026-11"), {**entry("2026-11"), "format": FORMAT_V1})


def test_other_files_are_no_part_of_a_trail(tmp_path: Path) -> None:
    for name in ("audit-2026-09.jsonl", "audit-2026-09-1.jsonl", "audit-x-000001.jsonl", "audit-old.jsonl"):
        (tmp_path / name).write_text("{}\n")
    assert [] == closed_segments(tmp_path) == trail_files(tmp_path)
