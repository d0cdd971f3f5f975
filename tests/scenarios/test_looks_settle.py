"""The last look where reads may be stale, and a run that is cut off while it takes back."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.applying.engine import INTERRUPTED, Stop
from syncer.applying.recover import recover
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError
from syncer.model.plan import Status
from syncer.planning.standing import standing
from tests.applying.rivals import FAST, QUIET, Clock, owners, statuses
from tests.applying.scripted import NOW, RUN

SETTLING = replace(FAST, retries=replace(FAST.retries, settle=10.0))


def test_without_etags_the_last_look_is_repeated_when_reads_have_settled(tmp_path: Path) -> None:
    clock = Clock()
    with owners(tmp_path, QUIET, {"a": ["b"]}, lock="none") as [owner]:
        owner.settings, owner.timing = SETTLING, clock.timing
        clock.happens[8.0] = owner.edit("b", "a")
        result = owner.apply()
        assert not owner.looped()
    assert {"a": "taken back"} == statuses(result)
    assert 20.0 == clock.slept


def test_with_etags_nothing_is_waited_for(tmp_path: Path) -> None:
    clock = Clock()
    with owners(tmp_path, QUIET, {"a": ["b"]}) as [owner]:
        owner.settings, owner.timing = SETTLING, clock.timing
        assert "done" == owner.apply().status
    assert 0.0 == clock.slept


def test_a_stale_listing_is_waited_for_and_an_interrupt_ends_the_waiting(tmp_path: Path) -> None:
    clock, stop = Clock(), Stop()
    with owners(tmp_path, QUIET, {"a": ["b"]}, lock="none") as [owner]:
        owner.settings, owner.timing = SETTLING, clock.timing
        planned = owner.plan()
        owner.api.stale = owner.api.client.list_queues(dict)
        assert "done" == owner.apply(planned).status
        assert 30.0 == clock.slept
        owner.api.stale = None
        owner.edit("a")()
        planned = owner.plan()
        clock.happens[clock.now + 3.0] = lambda: stop.ask(INTERRUPTED)
        result = owner.apply(planned, id="second", stop=stop)
        assert ("in part", 5) == (result.status, result.exit_code)
        assert ["loops.unchecked"] == [finding.id for finding in result.findings]
        assert 33.0 == clock.slept


@pytest.mark.parametrize(
    ("call", "status", "left"),
    [("before", "not taken back", ["b"]), ("after", "taken back", [])],
)
def test_a_run_that_is_cut_off_while_it_takes_back(
    tmp_path: Path, call: str, status: str, left: list[str]
) -> None:
    class Killed(BaseException):
        pass

    def dies() -> None:
        raise Killed

    with owners(tmp_path, QUIET, {"a": ["b"]}) as [owner]:

        def edits() -> None:
            owner.edit("b", "a")()
            getattr(owner.api, call)["put a"] = dies

        owner.api.after["put a"] = edits
        with pytest.raises(Killed):
            owner.apply()
        closed = recover(owner.folder / "journal", owner.chain, owner.api, lambda: NOW)
        [(_, outcomes)] = closed
        assert [status] == [outcome.status.value for outcome in outcomes]
        assert left == owner.live()["a"]
    assert ["applied", status] == [entry["status"] for entry in owner.entries()]
    [run] = owner.entries("run")
    assert ("cut off", {status: 1}) == (run["status"], run["queues"])
    images = standing(owner.chain.entries(), RUN.id).images
    assert (status == "taken back") == (images == ())
    assert verify_chain([owner.chain.path]).whole


def test_a_take_back_that_can_not_be_journalled_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise AuditError("No space left on device")

    monkeypatch.setattr("syncer.applying.journal.Journal.taking_back", full)
    with owners(tmp_path, QUIET, {"a": ["b"]}) as [owner]:
        owner.api.after["put a"] = owner.edit("b", "a")
        with pytest.raises(AuditError):
            owner.apply()
        assert ["put a", "list 1"] == owner.api.log
        [(_, [outcome])] = recover(owner.folder / "journal", owner.chain, owner.api, lambda: NOW)
    assert Status.APPLIED is outcome.status
