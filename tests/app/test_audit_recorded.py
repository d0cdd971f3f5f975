"""A trail held against the head in a store, by ``sync audit verify --record``: no credentials are needed."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, apply, audit_verify
from syncer.audit.chain import Chain
from syncer.errors import WrongUsage
from tests.app.test_held_chain import (
    KEPT,
    STATE,
    STORE,
    TRAIL,
    applied,
    forked,
    keep,
    new_chains,
    newest,
    recorded,
)
from tests.audit.trails import entries
from tests.use_cases import SOURCE, session

__all__ = ["applied", "forked"]


def verified(**values: Any) -> Any:
    return audit_verify(**{"record": str(STORE), "require_attested": True, "session": session(), **values})


def test_the_recorded_head_vouches_for_a_trail(applied: Any) -> None:
    applied()
    report = verified()
    assert (0, ()) == (report.exit_code, report.warnings)
    assert f"the record in {STORE} has entry {newest()[0]}, {newest()[1]}, which is in the chain" == (
        report.view.recorded
    )
    assert newest()[0] == report.view.verification.attested
    assert 0 == verified(files=[TRAIL]).exit_code


def test_entries_behind_the_recorded_head_are_not_vouched_for(applied: Any) -> None:
    applied()
    Chain(TRAIL.parent).append(
        [json.loads(TRAIL.read_bytes().splitlines()[-1]) | {"run": "other", "queues": {}}]
    )
    report = verified()
    assert (1, 1) == (report.exit_code, report.view.verification.unattested)
    assert report.view.recorded.endswith(", and 1 entries follow that it doesn't have")


def test_a_trail_that_was_cut_off_is_no_longer_vouched_for(applied: Any) -> None:
    applied()
    lines = TRAIL.read_bytes().splitlines(keepends=True)
    parts = json.loads(STORE.read_text())
    parts["places"][0]["sets"][0]["parts"] = []
    STORE.write_text(json.dumps(parts))
    TRAIL.write_bytes(b"".join(lines[:-1]))
    report = verified()
    assert (1, True) == (report.exit_code, report.view.recorded.endswith("whether this is a copy or a fork"))


def test_an_end_inside_of_what_a_run_added_was_cut_off(applied: Any) -> None:
    applied()
    TRAIL.write_bytes(b"".join(TRAIL.read_bytes().splitlines(keepends=True)[:-1]))
    report = verified(require_attested=False)
    assert (1, ["truncated"]) == (report.exit_code, [each.kind for each in report.view.verification.breaks])
    assert f"up to entry {recorded().entry}, {recorded().head}" in report.view.recorded
    ((severity, words),) = new_chains(applied())
    assert ("warning", True) == (severity, "its end was cut off" in words)
    assert 0 == verified().exit_code


def test_an_older_copy_is_one(applied: Any) -> None:
    applied()
    keep()
    applied()
    report = verified(state_dir=Path("kept"))
    assert (0, True) == (report.exit_code, report.view.recorded.endswith(": this is an older copy"))


def test_a_fork_is_a_break(applied: Any, forked: Any) -> None:
    report = verified()
    assert 1 == report.exit_code
    assert ["forked"] == [each.kind for each in report.view.verification.breaks]


def test_a_trail_behind_the_recorded_head_is_not_vouched_for(applied: Any) -> None:
    applied()
    older = STORE.read_bytes()
    shutil.rmtree(STATE)
    applied()
    STORE.write_bytes(older)
    TRAIL.write_bytes(b"".join(TRAIL.read_bytes().splitlines(keepends=True)[1:]))
    report = verified(files=[TRAIL])
    assert (1, True) == (report.exit_code, "nothing proves that it follows" in report.view.recorded)


def test_the_record_of_other_policies_has_no_head_of_it(applied: Any) -> None:
    applied()
    report = verified(source=replace(SOURCE, set_name="billing"))
    assert (1, f"the record in {STORE} has no head of this trail") == (report.exit_code, report.view.recorded)


@pytest.mark.parametrize(
    ("store", "words"), [("no record", "can't be used"), (None, "")], ids=["damaged", "none there"]
)
def test_a_store_that_says_nothing_vouches_for_nothing(applied: Any, store: str | None, words: str) -> None:
    applied()
    STORE.unlink()
    if store is not None:
        STORE.write_text(store)
    report = verified()
    assert 1 == report.exit_code
    assert words in "".join(report.warnings)


def test_gitlab_that_nobody_named_is_a_warning(applied: Any) -> None:
    applied()
    report = verified(record="gitlab")
    assert (1, "") == (report.exit_code, report.view.recorded)
    assert "the record is neither read" in report.warnings[0]


def test_what_is_no_store_is_wrong_usage(applied: Any) -> None:
    applied()
    with pytest.raises(WrongUsage):
        verified(record="ftp://x")


def test_a_trail_that_names_no_organization_asks_no_record(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "audit")
    chain.append(entries(1))
    report = audit_verify(tmp_path, record="x", session=session())
    assert report.view is not None
    assert "no entry names the organization, so no record was checked" == report.view.recorded


def test_the_newest_run_of_an_environment_says_where(target: LiveTarget, applied: Any) -> None:
    applied()
    apply(SOURCE, target, KEPT, session=session())
    assert 1 == verified(source=replace(SOURCE, environment="elsewhere")).exit_code
    assert recorded().head == verified().view.kept_heads[0]
