"""Two runners, one record: their caches are shared, stale or lost, and the audit stays one chain."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.app.attempt import Attempt
from syncer.app.held_chain import hold_chain, open_trail
from syncer.app.keep_record import KeptRecord
from syncer.app.options import RunOptions
from syncer.app.places import PolicySource
from syncer.app.record_places import FileStore
from syncer.app.record_store import StoredRecord
from syncer.audit.applied_set import AppliedSet
from syncer.audit.chain import Chain
from syncer.audit.record import read_record
from syncer.audit.verify import verify_chain
from syncer.errors import Refused
from tests.audit.trails import RUN, whole_run
from tests.program import POLICIES, Program, policy_queue
from tests.use_cases import session

CACHES = ("own", "shared", "lost")
Step = tuple[int, str, bool]


@dataclass
class Pipeline:
    """Runners with a cache each, one record, and the artifact of each run. A run leaves 4 entries."""

    folder: Path
    artifacts: list[Path] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    newest: Path | None = None

    def run(self, runner: int, cache: str, *, stored: bool = True, new_chain: str = "") -> None:
        """One run. Where it isn't ``stored``, the record can't be reached. Raises Refused."""
        state = self.folder / f"runner{runner}"
        if cache == "lost" or (cache == "shared" and self.newest):
            shutil.rmtree(state, ignore_errors=True)
        if cache == "shared" and self.newest:
            shutil.copytree(self.newest, state)
        number = len(self.artifacts) + 1
        run = replace(RUN, id=f"run{number}", overrides=())
        begun = Attempt(session(), Chain(state / "audit"), state / "journal", run, PolicySource())
        path = self.folder / ("record.json" if stored else "nowhere/record.json")
        store = StoredRecord(FileStore(path), run.place, run.environment, lambda _: None)
        kept = KeptRecord(state, begun.chain, lambda _: None, store)
        options = RunOptions(record=str(path), new_chain=new_chain)
        try:
            open_trail(begun, options)
            hold_chain(begun, kept, options)
            begun.chain.append([{**entry, "run": run.id} for entry in whole_run()])
            kept.settle(run)
        finally:
            self.findings = [each.message for each in begun.session.findings]
            self.newest = self.folder / f"artifact{number}"
            shutil.copytree(state, self.newest)
            self.artifacts.append(self.newest)

    @property
    def recorded(self) -> AppliedSet:
        return read_record(self.folder / "record.json").places[0].sets[""]

    def joined(self) -> Path:
        """All artifacts in one trail: each entry once, in the order of their numbers."""
        lines = {line: json.loads(line)["n"] for line in self._lines()}
        path = self.folder / "joined.jsonl"
        path.write_bytes(
            b"".join(line for _, line in sorted((number, line) for line, number in lines.items()))
        )
        return path

    def _lines(self) -> Iterator[bytes]:
        for artifact in self.artifacts:
            for path in Chain(artifact / "audit").files():
                yield from path.read_bytes().splitlines(keepends=True)


RUNS = st.tuples(st.integers(1, 2), st.sampled_from(CACHES), st.just(True))


@given(st.lists(RUNS, min_size=1, max_size=8))
def test_all_artifacts_together_are_one_chain(steps: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline(Path(folder))
        for runner, cache, _ in steps:
            pipeline.run(runner, cache)
        recorded = pipeline.recorded
        found = verify_chain([pipeline.joined()], [recorded.head])
        assert ((), ((1, recorded.entry),)) == (found.breaks, found.chains.spans)
        assert (recorded.entry, 0) == (found.attested, found.unattested)
        assert all(verify_chain(Chain(each / "audit").files()).whole for each in pipeline.artifacts)


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from(CACHES), st.booleans()), min_size=1, max_size=8))
def test_no_fork_is_silent(steps: Sequence[Step]) -> None:
    """The record can't be reached now and then: two runs may go on from one head. Where a later run has
    another entry than the record, it is refused; so what was recorded is in the joined trail once more."""
    with tempfile.TemporaryDirectory() as folder:
        pipeline = Pipeline(Path(folder))
        for runner, cache, stored in steps:
            before = pipeline.recorded if (Path(folder) / "record.json").exists() else None
            try:
                pipeline.run(runner, cache, stored=stored)
            except Refused as refused:
                assert "forked-chain" == refused.reason
                assert before == pipeline.recorded, "a fork never becomes the recorded chain"
                continue
            if stored and before:
                chain = verify_chain(Chain(pipeline.artifacts[-1] / "audit").files(), numbers=before.heads)
                assert before.head == chain.chains.at.get(before.entry) or pipeline.findings


def test_a_fork_is_found_once_both_have_met_and_left_behind_for_a_reason(tmp_path: Path) -> None:
    pipeline = Pipeline(tmp_path)
    pipeline.run(1, "own")
    pipeline.run(2, "shared")
    pipeline.run(1, "own", stored=False)
    with pytest.raises(Refused, match="the trail forks from the recorded one: entry 5 is "):
        pipeline.run(1, "own")
    pipeline.run(1, "own", new_chain="INC-4711")
    assert pipeline.findings[0].endswith("(INC-4711)")
    pipeline.run(2, "own")
    found = verify_chain(Chain(pipeline.artifacts[-1] / "audit").files(), [pipeline.recorded.head])
    assert (True, 0) == (found.whole, len(found.unsettled))


def test_a_lost_cache_is_said_and_verified_from_the_command_line(program: Program) -> None:
    """Runners without a shared cache: the record alone is in common."""
    record = ("--record", str(program.folder / "record.json"))
    trails = []
    for number, threshold in enumerate((10, 20, 30)):
        program.write_policies(policy_queue("Front", ("Back", threshold)), *POLICIES[1:])
        done = program.run("apply", "--auto-approve", *record)
        assert bool(number) == ("new chain: the trail here is empty, the last head was entry" in done.err)
        verified = program.run("audit", "verify", *record, "--require-attested")
        assert ("it begins at entry" in verified.out) == bool(number)
        trails.append(program.folder / f"{number}.jsonl")
        shutil.move(program.folder / ".syncer" / "audit" / "audit.jsonl", trails[-1])
        shutil.rmtree(program.folder / ".syncer")
    joined = program.run("audit", "verify", *map(str, trails), *record, "--require-attested")
    assert "whole:" in joined.out
    assert 2 == joined.out.count(" begins a new chain, which follows entry ")
    trails[1].write_bytes(trails[1].read_bytes().replace(b"Front", b"Xront"))
    assert 1 == program.run("audit", "verify", *map(str, trails), *record).code
