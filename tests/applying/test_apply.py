"""A run from its journal to its last audit entry."""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from syncer.applying.apply import ApplyContext, Result, apply_plan, run_status
from syncer.applying.engine import INTERRUPTED, Stop
from syncer.applying.journal import find_journals, read_journal
from syncer.applying.progress import TurnApi
from syncer.applying.recover import recover
from syncer.audit.chain import Chain
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError, Forbidden, NotFound
from syncer.live.responses import Answer
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.settings import Settings
from syncer.net.timing import Timing
from tests.applying.scripted import NOW, RUN, Scripted, change, raw, rule

T = TypeVar("T")

OLD = rule(threshold=10)


@dataclass
class Live:
    """Several scripted queues; ``before_put`` is called before each PUT with the id of its queue."""

    queues: dict[str, Scripted]
    before_put: Callable[[str], None] = lambda _queue: None

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        if queue_id not in self.queues:
            raise NotFound("404", status=404)
        return self.queues[queue_id].get_queue(queue_id)

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        self.before_put(queue_id)
        return self.queues[queue_id].put_queue(queue_id, body, etag)

    def turn(self) -> TurnApi:
        raise AssertionError("live has etags")

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        return [read(queue.get_queue(name)) for name, queue in self.queues.items()]

    def calls(self) -> dict[str, int]:
        return {"PUT": sum(len(queue.sent) for queue in self.queues.values())}

    @property
    def sent(self) -> list[str]:
        return [name for name, queue in self.queues.items() if queue.sent]


CHAIN = (change("sink"), change("middle", ["sink"]), change("top", ["middle"]))


def live_with(*changes: QueueChange) -> Live:
    return Live({each.queue: Scripted(raw(OLD, queue=each.queue)) for each in changes})


def ran(
    folder: Path, live: Live, *changes: QueueChange, stop: Stop | None = None, parallel: int = 1
) -> Result:
    moments = iter(datetime(2026, 3, 1, 8, 30, tzinfo=UTC) + timedelta(seconds=n) for n in range(1000))
    context = ApplyContext(
        live,
        Chain(folder / "audit"),
        folder / "journal",
        Settings(),
        lambda: next(moments),
        Timing(sleep=lambda _: None),
        stop or Stop(),
        parallel,
    )
    seen = {name: read_queue(queue.queue) for name, queue in live.queues.items()}
    return apply_plan(Plan(NOW, "http://localhost", changes=changes), seen, RUN, context)


def test_every_change_is_audited_and_the_journal_is_gone(tmp_path: Path) -> None:
    result = ran(tmp_path, live_with(*CHAIN), *CHAIN)
    chain = Chain(tmp_path / "audit")
    entries = list(chain.entries())
    assert ("done", 0, {"PUT": 3}, chain.head()) == (
        result.status,
        result.exit_code,
        result.calls,
        result.head,
    )
    assert ["sink", "middle", "top", None] == [entry["queueId"] for entry in entries]
    assert ("run", "done", {"applied": 3}) == (
        entries[-1]["kind"],
        entries[-1]["status"],
        entries[-1]["queues"],
    )
    assert entries[-1]["latencyMs"] == result.duration_ms > 0
    assert verify_chain([chain.path]).whole
    assert [] == find_journals(tmp_path / "journal")


def test_a_run_that_is_interrupted_writes_down_what_it_did_not_start(tmp_path: Path) -> None:
    stop = Stop()
    live = live_with(*CHAIN)
    live.before_put = lambda _queue: stop.ask(INTERRUPTED)
    result = ran(tmp_path, live, *CHAIN, stop=stop)
    assert ("interrupted", 130, ["sink"]) == (result.status, result.exit_code, live.sent)
    assert [Status.APPLIED, Status.NOT_STARTED, Status.NOT_STARTED] == [
        outcome.status for outcome in result.outcomes
    ]
    assert 4 == len(list(Chain(tmp_path / "audit").entries()))
    assert [] == find_journals(tmp_path / "journal")


def test_an_interrupt_that_came_too_late_changes_nothing(tmp_path: Path) -> None:
    stop = Stop()
    live = live_with(CHAIN[0])
    live.before_put = lambda _queue: stop.ask(INTERRUPTED)
    assert "done" == ran(tmp_path, live, CHAIN[0], stop=stop).status


@pytest.mark.parametrize("place", ["audit", "journal"])
def test_a_disk_that_fills_up_stops_before_the_next_put(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """With the audit: the second append fails. With the journal: the second PUT can't be announced."""
    really_sync = os.fsync
    counts = {"audit": 0, "journal": 0, "": 0}
    live = live_with(*CHAIN)

    def fsync(handle: int) -> None:
        kind = _kind(tmp_path, handle)
        counts[kind] += 1
        full = counts["audit"] > 1 if place == "audit" else live.sent == ["sink"]
        if full and kind == place:
            raise OSError(errno.ENOSPC, "No space left on device")
        really_sync(handle)

    with monkeypatch.context() as filling:
        filling.setattr(os, "fsync", fsync)
        with pytest.raises(AuditError, match="No space left on device") as caught:
            ran(tmp_path, live, *CHAIN)
    written = "2 of 3 queues were written (Sink, Middle); 1 not"
    if place == "journal":
        written = "1 of 3 queues were written (Sink); 2 not"
    assert f"; before that {written}; nothing more was sent" in caught.value.message
    assert "run the same command again" in caught.value.hint
    assert (["sink", "middle"] if place == "audit" else ["sink"]) == live.sent
    [path] = find_journals(tmp_path / "journal")
    journal = read_journal(path)
    assert journal is not None
    assert [replace(each, waits_for=()) for each in CHAIN] == [trace.change for trace in journal.changes]
    # The next run closes both, and each change is in the audit once.
    chain = Chain(tmp_path / "audit")
    [(_, outcomes)] = recover(tmp_path / "journal", chain, live, lambda: NOW)
    assert ["applied" if each.queue in live.sent else "not started" for each in CHAIN] == [
        outcome.status.value for outcome in outcomes
    ]
    assert ["sink", "middle", "top", None] == [entry["queueId"] for entry in chain.entries()]
    assert verify_chain([chain.path]).whole


def _kind(folder: Path, handle: int) -> str:
    """Whether a file that is synced is the audit or the journal."""
    found = {path.stat().st_ino: path for path in folder.rglob("*.jsonl")}.get(os.fstat(handle).st_ino)
    return "" if found is None else found.parent.name


def test_a_failure_is_told_from_a_conflict(tmp_path: Path) -> None:
    def refused(_queue: str) -> None:
        raise Forbidden("403", status=403)

    live = live_with(*CHAIN)
    live.before_put = refused
    result = ran(tmp_path, live, *CHAIN)
    assert ("failed", 1) == (result.status, result.exit_code)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([], "done"),
        (["applied", "merged", "already"], "done"),
        (["applied", "failed", "skipped"], "in part"),
        (["unknown"], "in part"),
        (["already", "conflict"], "refused"),
        (["conflict", "skipped"], "refused"),
        (["conflict", "failed"], "failed"),
        (["failed"], "failed"),
    ],
)
def test_one_word_for_a_run(statuses: list[str], status: str) -> None:
    outcomes = tuple(Outcome(change("a"), Status(each)) for each in statuses)
    assert status == run_status(outcomes, interrupted=False)
    interrupted = "done" if status == "done" else "interrupted"
    assert interrupted == run_status(outcomes, interrupted=True)


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_loop_is_never_done(interrupted: bool) -> None:
    for status in ("taken back", "not taken back"):
        outcomes = (Outcome(change("a"), Status.APPLIED), Outcome(change("b"), Status(status)))
        assert "in part" == run_status(outcomes, interrupted=interrupted)
    assert "in part" == run_status(outcomes[:1], interrupted=interrupted, errors=True)


def test_exit_codes() -> None:
    result = Result(RUN, "done", (), "", {}, 0.0)
    codes = {
        status: replace(result, status=status).exit_code
        for status in ("done", "failed", "refused", "in part", "interrupted")
    }
    assert {"done": 0, "failed": 1, "refused": 4, "in part": 5, "interrupted": 130} == codes
