"""A trail held against the recorded head before anything is sent: lost caches, copies, forks, breaks."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, apply, audit_verify, lift, rollback, stop
from syncer.app.options import RollbackOptions, StopOptions
from syncer.audit.applied_set import AppliedSet
from syncer.audit.chain import Chain
from syncer.audit.record import read_record
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError, Refused
from tests.program import POLICIES, Program, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

STATE, STORE, KEPT_STATE = Path(".syncer"), Path("shared/record.json"), Path("kept")
TRAIL = STATE / "audit" / "audit.jsonl"
KEPT = replace(UNASKED, record=str(STORE))
FORCED = replace(KEPT, new_chain="INC-4711")
FLOODED = StopOptions(reason="flooded")


@pytest.fixture
def applied(program: Program, target: LiveTarget) -> Callable[..., Any]:
    """Apply another threshold: the report."""
    STORE.parent.mkdir()
    thresholds = iter(range(10, 60))

    def again(options: Any = KEPT, **values: Any) -> Any:
        program.write_policies(policy_queue("Front", ("Back", next(thresholds))), *POLICIES[1:])
        return apply(SOURCE, target, options, session=session(**values))

    return again


def recorded() -> AppliedSet:
    return read_record(STORE).places[0].sets[""]


def new_chains(report: Any) -> list[tuple[str, str]]:
    return [(each.severity.value, each.message) for each in report.findings if each.id.startswith("trail.")]


def newest() -> tuple[int, str]:
    last = Chain(STATE / "audit").newest()
    return last.number, last.head


def lose_the_store() -> bytes:
    """The store can't be read: what it holds."""
    held = STORE.read_bytes()
    STORE.write_text("no record")
    return held


def edit(word: str = "Front") -> None:
    TRAIL.write_bytes(TRAIL.read_bytes().replace(word.encode(), b"Xront", 1))


def keep() -> None:
    shutil.rmtree(KEPT_STATE, ignore_errors=True)
    shutil.copytree(STATE, KEPT_STATE)


def bring_back() -> None:
    shutil.rmtree(STATE)
    shutil.copytree(KEPT_STATE, STATE)


def test_the_record_has_the_newest_head_of_each_run(applied: Any, program: Program) -> None:
    applied(environ={"CI_JOB_URL": "https://gitlab.example/-/jobs/7"})
    assert newest() == (recorded().entry, recorded().head)
    (part,) = recorded().parts
    assert (1, "https://gitlab.example/-/jobs/7") == (part.first_entry, part.job)
    program.write_settings(safety={"protected": ["Front"]})
    assert 4 == applied().exit_code
    assert newest() == (recorded().entry, recorded().head), "a run that was refused left an entry too"
    assert 2 == len(recorded().parts)


def test_after_a_lost_cache_a_new_chain_follows_the_recorded_head(applied: Any) -> None:
    applied()
    head = recorded()
    older = TRAIL.read_bytes()
    shutil.rmtree(STATE)
    report = applied()
    assert (0, ()) == (report.exit_code, report.warnings)
    ((severity, words),) = new_chains(report)
    assert "info" == severity
    assert f"the trail here is empty, the last head was entry {head.entry}, {head.head}" in words
    alone = verify_chain([TRAIL])
    assert ((), head.entry + 1, head.head) == (alone.breaks, alone.first, alone.before)
    Path("older.jsonl").write_bytes(older)
    assert verify_chain([Path("older.jsonl"), TRAIL], [head.head]).whole
    assert [] == new_chains(applied()), "from then on it is a chain like any other"


def test_an_older_copy_follows_the_recorded_head_and_keeps_what_it_has(applied: Any) -> None:
    applied()
    keep()
    number = newest()[0]
    applied()
    head = recorded()
    bring_back()
    ((severity, words),) = new_chains(applied())
    assert "info" == severity
    assert f"the trail here ends at entry {number}, " in words
    found = verify_chain([TRAIL])
    assert ((), (1, number)) == (found.breaks, found.chains.spans[0])
    assert head.head == found.chains.begun[0]["follows"]["head"]
    assert newest() == (recorded().entry, recorded().head)


def test_a_copy_that_nothing_proves_is_followed_with_a_warning(applied: Any) -> None:
    applied()
    applied()
    document = json.loads(STORE.read_text())
    for place in document["places"]:
        for each in place["sets"]:
            each["parts"] = []
    lines = TRAIL.read_bytes().splitlines(keepends=True)
    TRAIL.write_bytes(b"".join(lines[:-1]))
    STORE.write_text(json.dumps(document))
    ((severity, words),) = new_chains(applied())
    assert ("warning", True) == (severity, "nothing shows whether this is a copy" in words)


def test_a_trail_that_begins_behind_the_recorded_head_goes_on_with_a_warning(applied: Any) -> None:
    applied()
    older = STORE.read_bytes()
    applied()
    shutil.rmtree(STATE)
    applied()
    STORE.write_bytes(older)
    (STATE / "record.json").unlink()
    ((severity, words),) = new_chains(applied())
    assert ("warning", True) == (severity, "after the recorded head, entry " in words)


@pytest.fixture
def forked(applied: Any) -> AppliedSet:
    """Two runners went on from the same head: the record has the chain of the other one."""
    applied()
    keep()
    applied()
    store, head = STORE.read_bytes(), recorded()
    bring_back()
    applied(UNASKED)
    STORE.write_bytes(store)
    return head


def test_a_fork_is_refused_with_both_heads(applied: Any, forked: AppliedSet, program: Program) -> None:
    (number, head), puts = newest(), program.puts()
    with pytest.raises(Refused, match="the trail forks from the recorded one: entry ") as refused:
        applied()
    assert (4, "forked-chain", puts) == (refused.value.exit_code, refused.value.reason, program.puts())
    assert (
        f"the head here is entry {number}, {head}, the recorded one entry {forked.entry}, {forked.head}"
        in (refused.value.message)
    )
    assert "--new-chain REASON, or run the pipeline once with the variable SYNCER_NEW_CHAIN" in (
        refused.value.hint
    )
    assert (forked.entry, forked.head) == (recorded().entry, recorded().head)
    last = Chain(STATE / "audit").newest().entry
    assert ("refused", "forked-chain") == (last["status"], last["reason"])


@pytest.mark.parametrize("lost", [True, False])
def test_runs_that_sent_nothing_are_no_fork(applied: Any, program: Program, *, lost: bool) -> None:
    """One that was refused before the record could be asked stands in the trail of its runner alone."""
    applied()
    keep()
    applied()
    if lost:
        shutil.rmtree(STATE)
    else:
        bring_back()
    program.write_settings(nonsense=True)
    assert 3 == applied().exit_code
    (program.folder / "policies" / "settings.yaml").unlink()
    ((severity, words),) = new_chains(applied())
    assert ("info", True) == (
        severity,
        words.endswith("after that are of runs that sent nothing"),
    )
    assert newest() == (recorded().entry, recorded().head)


def test_a_reason_begins_a_new_chain_behind_a_fork(applied: Any, forked: AppliedSet) -> None:
    number = newest()[0]
    ((severity, words),) = new_chains(applied(FORCED))
    assert ("warning", True) == (severity, words.endswith("(INC-4711)"))
    begins, *_, run = Chain(STATE / "audit").entries(after=number)
    assert ("forked-chain", "INC-4711", ["--new-chain"]) == (
        begins["reason"],
        begins["justification"],
        begins["overrides"],
    )
    assert (forked.head, ["--new-chain"], "INC-4711") == (
        begins["previous"],
        run["overrides"],
        run["justification"],
    )
    assert begins["n"] > max(number, forked.entry)
    assert newest() == (recorded().entry, recorded().head)
    assert [] == new_chains(applied(FORCED)), "where nothing is wrong it does nothing"


def test_a_broken_trail_is_refused_and_left_behind_for_a_reason(
    applied: Any, program: Program, target: LiveTarget
) -> None:
    applied()
    edit()
    puts = program.puts()
    with pytest.raises(Refused, match=r"the trail is broken at .*: entry \d was edited.*nothing") as refused:
        applied()
    assert (4, "broken-chain", puts) == (refused.value.exit_code, refused.value.reason, program.puts())
    assert 0 == applied(FORCED).exit_code
    assert [] == new_chains(applied())
    last = session()
    rollback("last", SOURCE, target, KEPT, session=last)
    assert not verify_chain([TRAIL]).whole, "what was broken stays so"


def test_a_trail_that_began_while_the_record_was_out_of_reach_is_no_fork(applied: Any) -> None:
    applied()
    keep()
    head, store = recorded(), lose_the_store()
    shutil.rmtree(STATE)
    report = applied()
    ((severity, words),) = new_chains(report)
    assert (0, "warning", True) == (report.exit_code, severity, "the record could not be read" in words)
    assert 1 == verify_chain([TRAIL]).chains.apart
    assert [] == new_chains(applied()), "that is said once"
    STORE.write_bytes(store)
    ((severity, words),) = new_chains(applied())
    assert ("warning", True) == (severity, "it started while the record could not be read" in words)
    assert head.head == verify_chain([TRAIL]).chains.begun[0]["follows"]["head"]
    assert newest() == (recorded().entry, recorded().head)
    assert [] == new_chains(applied())
    both = audit_verify(
        files=[TRAIL, KEPT_STATE / "audit" / "audit.jsonl"], record=str(STORE), session=session()
    )
    assert (0, newest()[0]) == (both.exit_code, both.view.verification.attested if both.view else 0)


def test_the_first_trail_may_begin_while_the_record_is_out_of_reach(applied: Any) -> None:
    STORE.write_text("no record")
    applied()
    STORE.unlink()
    assert [] == new_chains(applied())
    assert newest() == (recorded().entry, recorded().head)
    assert 0 == audit_verify(session=session()).exit_code


def test_a_lost_trail_with_a_record_that_may_be_old_is_no_fork(applied: Any) -> None:
    applied()
    older = recorded()
    record = (STATE / "record.json").read_bytes()
    applied()
    store = lose_the_store()
    shutil.rmtree(STATE)
    STATE.mkdir()
    (STATE / "record.json").write_bytes(record)
    applied()
    assert older.head == verify_chain([TRAIL]).before
    STORE.write_bytes(store)
    ((severity, words),) = new_chains(applied())
    assert ("warning", True) == (severity, "it started while the record could not be read" in words)


def test_without_a_store_the_trail_is_verified_too(applied: Any) -> None:
    applied(UNASKED)
    edit()
    with pytest.raises(Refused, match="the trail is broken"):
        applied(UNASKED)
    shutil.rmtree(STATE / "audit")
    assert [] == new_chains(applied(UNASKED)), "nothing is there to hold it against"
    assert 1 == next(Chain(STATE / "audit").entries())["n"]


def damaged() -> None:
    TRAIL.write_bytes(TRAIL.read_bytes()[:-1] + bytes(100))


@pytest.mark.parametrize("damage", [edit, damaged])
def test_a_stop_goes_on_by_itself_and_is_lifted(
    applied: Any, target: LiveTarget, damage: Callable[[], None]
) -> None:
    applied()
    damage()
    report = stop("Back", SOURCE, target, FLOODED, KEPT, session=session())
    ((severity, words),) = new_chains(report)
    assert (0, "warning", True) == (
        report.exit_code,
        severity,
        words.endswith("(a stop may start a new chain)"),
    )
    lifted = lift("Back", SOURCE, target, StopOptions(), KEPT, session=session())
    assert (0, []) == (lifted.exit_code, new_chains(lifted))
    assert newest() == (recorded().entry, recorded().head)


def test_a_stop_in_front_of_a_break_is_not_brought_back(applied: Any, target: LiveTarget) -> None:
    applied()
    assert 0 == stop("Back", SOURCE, target, FLOODED, KEPT, session=session()).exit_code
    edit()
    with pytest.raises(AuditError, match=r"entry \d was edited") as refused:
        lift("Back", SOURCE, target, StopOptions(), KEPT, session=session())
    assert "--no-restore" in refused.value.hint


def test_a_damaged_end_is_left_behind_for_a_reason(applied: Any) -> None:
    applied()
    damaged()
    with pytest.raises(AuditError, match="is damaged") as refused:
        applied()
    assert ("broken-chain", True) == (refused.value.reason, "--new-chain REASON" in refused.value.hint)
    assert "variable SYNCER_NEW_CHAIN" in refused.value.hint
    assert 0 == applied(FORCED).exit_code
    assert newest() == (recorded().entry, recorded().head)


def test_a_rollback_of_a_fork_goes_on_by_itself(applied: Any, forked: AppliedSet, target: LiveTarget) -> None:
    report = rollback("last", SOURCE, target, KEPT, session=session())
    ((severity, words),) = new_chains(report)
    assert (0, "warning", True) == (
        report.exit_code,
        severity,
        words.endswith("(a rollback may start a new chain)"),
    )
    assert newest() == (recorded().entry, recorded().head)


@pytest.mark.parametrize("which", ["RUN", "last"])
def test_a_run_that_is_not_here_is_named_with_its_job(applied: Any, target: LiveTarget, which: str) -> None:
    within = {"environ": {"CI_JOB_URL": "https://gitlab.example/-/jobs/7"}}
    applied(**within)
    run = recorded().run
    keep()
    shutil.rmtree(STATE)
    with pytest.raises(AuditError, match="has no ") as unknown:
        rollback(run if which == "RUN" else which, SOURCE, target, KEPT, session=session())
    assert f"run {run}: entries 1 to " in unknown.value.hint
    assert "in the artifact of https://gitlab.example/-/jobs/7" in unknown.value.hint
    elsewhere = replace(KEPT, state_dir=KEPT_STATE)
    assert 0 == rollback(run, SOURCE, target, elsewhere, session=session()).exit_code


@pytest.mark.parametrize("which", ["RUN", "last"])
def test_a_run_of_other_policies_is_named_with_its_job(
    applied: Any, target: LiveTarget, program: Program, which: str
) -> None:
    program.write_policies(*POLICIES)
    for name, number in (("billing", 7), ("care", 8)):
        job = {"CI_JOB_URL": f"https://gitlab.example/-/jobs/{number}"}
        program.write_policies(policy_queue("Front", ("Back", number)), *POLICIES[1:])
        apply(replace(SOURCE, set_name=name), target, KEPT, session=session(environ=job))
        shutil.rmtree(STATE)
    run = read_record(STORE).places[0].sets["billing"].run
    with pytest.raises(AuditError, match="has no ") as unknown:
        rollback(run if which == "RUN" else which, SOURCE, target, KEPT, session=session())
    assert f"Policy set billing: The record has run {run}" in unknown.value.hint
    assert "in the artifact of https://gitlab.example/-/jobs/7" in unknown.value.hint
    assert (which == "last") == ("in the artifact of https://gitlab.example/-/jobs/8" in unknown.value.hint)


def test_a_run_that_nobody_knows_is_named_nowhere(applied: Any, target: LiveTarget) -> None:
    applied()
    with pytest.raises(AuditError) as unknown:
        rollback("20200101", SOURCE, target, KEPT, RollbackOptions(), session=session())
    assert "The record knows" not in unknown.value.hint


def test_sets_that_have_the_same_trail_have_the_same_head(applied: Any, target: LiveTarget) -> None:
    applied()
    apply(replace(SOURCE, set_name="billing"), target, KEPT, session=session())
    sets = read_record(STORE).places[0].sets
    assert newest() == (sets[""].entry, sets[""].head) == (sets["billing"].entry, sets["billing"].head)
    shutil.rmtree(STATE)
    applied()
    sets = read_record(STORE).places[0].sets
    assert sets[""].head == sets["billing"].head


def test_a_stop_in_a_file_is_no_part_of_the_chain(applied: Any, target: LiveTarget) -> None:
    applied()
    head = recorded().head
    stop("Back", SOURCE, target, replace(FLOODED, undo=Path("undo.jsonl")), KEPT, session=session())
    assert head == recorded().head
    assert 1 == json.loads(Path("undo.jsonl").read_text().splitlines()[0])["n"]
