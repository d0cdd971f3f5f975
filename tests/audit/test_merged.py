"""Trails of several runners as one: whatever copies there are, it is whole, and a fork is found."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.chain import Chain
from syncer.audit.merged import merged
from syncer.audit.new_chain import BEHIND, LOST, UNASKED, NewChain, chain_entry
from syncer.audit.verify import Verification, verify_merged
from tests.audit.trails import NOW, RUN, entries

CHECK = {"timestamp": NOW, "kind": "check"}
REFUSED = {"timestamp": NOW, "kind": "run", "status": "refused"}


@dataclass
class Runners:
    """Runners without a shared cache; a record has the newest head. ``copies`` are artifacts."""

    folder: Path
    record: tuple[int, str] = (0, "sha256:" + "0" * 64)
    copies: list[Path] = field(default_factory=list)

    def run(self, runner: str, number: int = 2, *, lost: bool = False) -> None:
        """An apply that leaves a check and ``number`` changes on a runner."""
        chain = self.chain(runner)
        if lost:
            chain.path.unlink(missing_ok=True)
        last = chain.newest()
        if (last.number, last.head) != self.record:
            new = NewChain(BEHIND if last.number else LOST, *self.record)
            chain.begin(chain_entry(RUN, NOW, new), max(self.record[0], last.number) + 1, self.record[1])
        chain.append([{**entry, "host": runner} for entry in (CHECK, *entries(number))])
        self.keep(runner)
        last = chain.newest()
        self.record = (last.number, last.head)

    def refused(self, runner: str) -> None:
        """A run that is refused before the record is asked."""
        self.chain(runner).append([CHECK, REFUSED])
        self.keep(runner)

    def chain(self, runner: str) -> Chain:
        return Chain(self.folder / runner)

    def keep(self, runner: str) -> None:
        """The artifact of the job."""
        copy = self.folder / f"{len(self.copies):03}.jsonl"
        copy.write_bytes(self.chain(runner).path.read_bytes())
        self.copies.append(copy)


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["run", "refused", "lost"]), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)


@given(STEPS, st.randoms())
def test_all_files_of_all_runners_are_whole_together(
    steps: list[tuple[str, str, int]], order: random.Random
) -> None:
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        runners = Runners(Path(folder))
        for runner, what, number in steps:
            if what == "refused":
                runners.refused(runner)
            else:
                runners.run(runner, number, lost=what == "lost")
        order.shuffle(runners.copies)
        found = verify_merged(runners.copies)
        assert () == found.breaks
        if any(what != "refused" for _, what, _ in steps):
            assert runners.record[0] <= found.last


@given(STEPS, st.data())
def test_a_fork_is_found_in_whatever_order(steps: list[tuple[str, str, int]], data: st.DataObject) -> None:
    with TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        runners = Runners(Path(folder))
        runners.run("a")
        record = runners.record
        for runner, _, number in steps:
            runners.run(runner, number)
        runners.run("a", 1)
        runners.record = record
        fork = data.draw(st.sampled_from(["fresh", "a copy"]))
        if fork == "a copy":
            (runners.folder / "d").mkdir()
            runners.chain("d").path.write_bytes(runners.copies[0].read_bytes())
        runners.run("d", 3)
        data.draw(st.randoms()).shuffle(runners.copies)
        assert "forked" in {found.kind for found in verify_merged(runners.copies).breaks}


def kinds(found: Verification) -> list[str]:
    return [each.kind for each in found.breaks]


@pytest.fixture
def three(tmp_path: Path) -> Runners:
    """a: 1–3, 7–9 and b: 4–6, with a copy of a as it was."""
    runners = Runners(tmp_path)
    runners.run("a", 2)
    runners.run("b", 1)
    runners.run("a", 1)
    return runners


def test_each_entry_is_read_once_by_its_number(three: Runners) -> None:
    read = [line.value["n"] for line in merged(three.copies[::-1])]
    assert [1, 2, 3, 4, 5, 6, 7, 8, 9] == read
    found = verify_merged(three.copies[::-1], known={9: three.record[1]})
    assert (9, three.record[1], {9: three.record[1]}) == (found.entries, found.head, found.chains.at)


def test_what_one_copy_damaged_another_has(three: Runners) -> None:
    first = three.copies[0]
    lines = first.read_bytes().splitlines(keepends=True)
    first.write_bytes(b"".join([lines[0], lines[1].replace(b"entry 1", b"entry 9"), b"garbage\n", lines[2]]))
    found = verify_merged(three.copies)
    assert [("edited", first, 2), ("edited", first, 3)] == [
        (each.kind, each.path, each.line) for each in found.breaks
    ]


def test_what_no_copy_has_is_missing(three: Runners) -> None:
    found = verify_merged([three.copies[0], three.folder / "a" / "audit.jsonl"])
    assert () == found.breaks, "what a new chain follows may be elsewhere"
    path = three.copies[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2]]))
    assert ["removed"] == kinds(verify_merged([path]))


def test_an_entry_twice_in_one_file_is_no_copy(three: Runners) -> None:
    path = three.copies[0]
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], *lines]))
    assert ["forked"] == kinds(verify_merged([path]))


def test_a_trail_that_began_while_nobody_could_ask_the_record_is_no_fork(three: Runners) -> None:
    chain = three.chain("c")
    new = NewChain(UNASKED)
    chain.begin(chain_entry(RUN, NOW, new), 1, new.head)
    chain.append(entries(4))
    three.keep("c")
    three.run("c", 3)
    assert [] == kinds(verify_merged(three.copies)) == kinds(verify_merged(three.copies[::-1]))


def test_a_file_that_is_garbage_is_read_last(three: Runners, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.jsonl"
    garbage.write_bytes(b"x\n" * 3)
    assert ["edited"] * 3 == kinds(verify_merged([garbage, *three.copies]))


def test_many_entries_of_one_number_need_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "same.jsonl"
    path.write_bytes(b'{"n": 1}\n' * 2500)
    assert 2500 == sum(1 for _ in merged([path]))


def test_no_files_have_no_lines() -> None:
    nothing: list[Any] = list(merged([]))
    assert [] == nothing
