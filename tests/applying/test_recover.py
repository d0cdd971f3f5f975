"""Recovering from a run that was cut off."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.journal import Journal, find_journals
from syncer.applying.recover import foreseen, recover
from syncer.audit.chain import Chain
from syncer.audit.entries import change_entries, run_entry
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError, BadAnswer, NoAnswer, NotFound, Refused
from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.live.responses import Answer
from syncer.model.change import Action, QueueChange, RuleChange, Written
from syncer.model.plan import Outcome, Status
from syncer.model.settings import ApiLocation
from tests.applying.scripted import NOW, RUN, change, raw, rule
from tests.scripted_server import FakeTime

OLD, NEW, THEIRS = rule(threshold=10), rule(threshold=25), rule(threshold=99)
WRITTEN, LAST = Written({}, {}), Written({"routingRules": [1]}, {"routingRules": [2]})


class Live:
    """Queues that can be read, and must not be written."""

    def __init__(self, *queues: dict[str, Any], down: bool = False) -> None:
        self.queues = {queue["id"]: queue for queue in queues}
        self.down = down

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        if self.down:
            raise NoAnswer("live is down")
        if queue_id not in self.queues:
            raise NotFound("404", status=404)
        return self.queues[queue_id]

    def put_queue(self, queue_id: str, body: dict[str, Any], etag: str) -> Answer:
        raise AssertionError("recovering sends nothing")


def recovered(folder: Path, live: Live) -> list[tuple[str, list[Outcome]]]:
    return [
        (run.id, outcomes)
        for run, outcomes in recover(folder / "journal", Chain(folder / "audit"), live, lambda: NOW)
    ]


def entries(folder: Path) -> list[dict[str, Any]]:
    return list(Chain(folder / "audit").entries())


def begun(folder: Path, *changes: QueueChange) -> Journal:
    return Journal(folder / "journal", RUN, changes, lambda: NOW)


def as_stored(written: Written, queue: dict[str, Any]) -> Written:
    """What a PUT did, with what the server made of it."""
    return replace(written, after={"routingRules": queue["routingRules"]})


def test_each_state_of_a_change(tmp_path: Path) -> None:
    names = ("audited", "settled", "done", "undone", "moved", "gone", "waiting")
    changes = {name: change(name) for name in names}
    journal = begun(tmp_path, *changes.values())
    for name in names[:-1]:
        journal.sending(changes[name], 1, "e", WRITTEN)
    journal.sending(changes["done"], 2, "e", LAST)
    audited = Outcome(changes["audited"], Status.APPLIED, attempts=1)
    settled = Outcome(changes["settled"], Status.FAILED, "403", attempts=1)
    journal.settled(audited)
    Chain(tmp_path / "audit").append(change_entries(RUN, audited, NOW))
    journal.settled(settled)
    journal.close()
    live = Live(
        raw(NEW, queue="done", etag="7"), raw(OLD, queue="undone", etag=""), raw(THEIRS, queue="moved")
    )
    [(run, outcomes)] = recovered(tmp_path, live)
    assert RUN.id == run
    cut = "the run was cut off"
    assert [
        (Status.APPLIED, "", 1),
        (Status.FAILED, "403", 1),
        (Status.APPLIED, f"{cut}; the live queue shows that the change was done", 2),
        (Status.FAILED, f"{cut}; the live queue shows that the change was not done", 1),
        (Status.CONFLICT, f"{cut}; the live queue has neither the old rules nor the new ones", 1),
        (Status.FAILED, f"{cut}; the queue no longer exists", 1),
        (Status.NOT_STARTED, cut, 0),
    ] == [(outcome.status, outcome.detail, outcome.attempts) for outcome in outcomes]
    last = as_stored(LAST, live.queues["done"])
    assert [None, None, last, *[None] * 4] == [outcome.written for outcome in outcomes]
    assert [None, None, last.as_json(), *[None] * 4] == [
        entry["written"] for entry in entries(tmp_path) if entry["kind"] == "change"
    ]
    assert ("7", "etag", "compare") == (outcomes[2].etag_after, outcomes[2].lock, outcomes[3].lock)
    assert [*names, None] == [entry["queueId"] for entry in entries(tmp_path)]
    assert ("cut off", False) == (entries(tmp_path)[-1]["status"], entries(tmp_path)[-1]["success"])
    assert verify_chain(Chain(tmp_path / "audit").files()).whole
    assert [] == find_journals(tmp_path / "journal")
    assert [] == recovered(tmp_path, Live())


class ThinAtFirst(Live):
    """Live whose first answers are without rules, and without an etag or a date."""

    def __init__(self, thin: int, queue: dict[str, Any]) -> None:
        super().__init__(queue)
        self.thin = thin

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        found = super().get_queue(queue_id)
        self.thin -= 1
        return {"id": queue_id, "name": found["name"]} if self.thin >= 0 else found


@pytest.mark.parametrize("before", [{"directRouting": {"backupQueueId": "old"}}, {}], ids=["had", "had none"])
def test_an_answer_without_the_fields_that_were_written_is_asked_for_again(
    tmp_path: Path, before: dict[str, Any]
) -> None:
    """In the vendor's dialect the rules of a backup queue are the one field that a PUT is about."""
    after = {"directRouting": {"backupQueueId": "new", "waitForAgent": True, "agentWaitSeconds": 60}}
    old = (BackupRule("old", 60, True),) if before else ()
    one = QueueChange("a", "A", (), old, (BackupRule("new", 60, True),), kinds=("backup",))
    journal = begun(tmp_path, one)
    journal.sending(one, 1, "", Written(before, after))
    journal.close()
    live, time = ThinAtFirst(2, {"id": "a", "name": "A", "routingRules": [], **after}), FakeTime()
    chain = Chain(tmp_path / "audit")
    found = recover(tmp_path / "journal", chain, live, lambda: NOW, settle=10, timing=time.timing)
    [(_, [outcome])] = found
    assert (Status.APPLIED, -1) == (outcome.status, live.thin)
    assert [0.25, 0.5] == time.sleeps[-2:]


def test_rules_that_can_not_be_read_are_not_done(tmp_path: Path) -> None:
    seen = change("one", threshold=100)
    journal = begun(tmp_path, seen)
    journal.sending(seen, 1, "e", WRITTEN)
    journal.close()
    strange = raw(OLD, queue="one")
    strange["routingRules"][0]["threshold"] = "a lot"
    [(_, [outcome])] = recovered(tmp_path, Live(strange))
    assert Status.FAILED is outcome.status


def test_live_that_can_not_be_asked_leaves_the_journal(tmp_path: Path) -> None:
    one = change("one")
    journal = begun(tmp_path, one)
    journal.sending(one, 1, "e", WRITTEN)
    journal.close()
    with pytest.raises(NoAnswer):
        recovered(tmp_path, Live(down=True))
    assert ([journal.path], []) == (find_journals(tmp_path / "journal"), entries(tmp_path))


@pytest.mark.parametrize("field", ["queueId", "targetQueue", "action", "status"])
def test_an_entry_of_the_run_with_a_value_of_the_wrong_type(tmp_path: Path, field: str) -> None:
    journal = begun(tmp_path, change("a"))
    journal.sending(change("a"), 1, "e", WRITTEN)
    journal.close()
    [entry] = change_entries(RUN, Outcome(change("a"), Status.APPLIED, attempts=1), NOW)
    Chain(tmp_path / "audit").append([{**entry, field: ["x"]}])
    with pytest.raises(AuditError, match=rf"audit.jsonl:1: '{field}' has a value of the wrong type"):
        recovered(tmp_path, Live(raw(NEW, queue="a")))
    assert [journal.path] == find_journals(tmp_path / "journal")
    assert 1 == len(entries(tmp_path))


def test_a_run_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.close()
    journal.path.write_bytes(journal.path.read_bytes()[:-1])
    assert ([], [], []) == (
        recovered(tmp_path, Live()),
        entries(tmp_path),
        find_journals(tmp_path / "journal"),
    )


def test_a_run_that_had_ended_all_but_its_journal_is_not_audited_twice(tmp_path: Path) -> None:
    one = change("one")
    begun(tmp_path, one).close()
    chain = Chain(tmp_path / "audit")
    outcome = Outcome(one, Status.FAILED)
    chain.append(change_entries(RUN, outcome, NOW))
    head = chain.append([run_entry(RUN, NOW, status="failed", validation_pass=True, outcomes=[outcome])])
    recovered(tmp_path, Live())
    assert head == chain.head()


def test_a_journal_that_can_not_be_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    journal = begun(tmp_path, change("one"))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", denied)
        journal.finish()
        with pytest.raises(AuditError, match="can't be removed: Permission denied"):
            recovered(tmp_path, Live())
    before = entries(tmp_path)
    assert [RUN.id] == [run for run, _ in recovered(tmp_path, Live())]
    assert before == entries(tmp_path)


def several(queue: str) -> QueueChange:
    """Two second rules with one target go, another rule comes."""
    gone = tuple(RuleChange(Action.DELETE, "back", "Back", OverflowRule("back", n)) for n in (1, 2))
    made = RuleChange(Action.CREATE, "side", "Side", after=OverflowRule("side", 5))
    return QueueChange(queue, queue.title(), (*gone, made), (), (), kinds=("overflow",))


@given(st.integers(0, 6), st.booleans())
def test_whatever_part_of_the_audit_was_written_the_rest_follows_once(
    tmp_path_factory: pytest.TempPathFactory, written: int, torn: bool
) -> None:
    folder = tmp_path_factory.mktemp("run")
    changes = [several("one"), several("two")]
    journal = begun(folder, *changes)
    outcomes = [Outcome(each, Status.APPLIED) for each in changes]
    for outcome in outcomes:
        journal.settled(outcome)
    journal.close()
    expected = [entry for outcome in outcomes for entry in change_entries(RUN, outcome, NOW)]
    chain = Chain(folder / "audit")
    if written:
        chain.append(expected[:written])
    if torn and written:
        with chain.path.open("ab") as file:
            file.write(b'{"timestamp": "2026-')
    recovered(folder, Live())
    found = [
        (entry["queueId"], entry["targetQueue"], entry["action"], entry["threshold"])
        for entry in entries(folder)
    ]
    wanted = [
        (entry["queueId"], entry["targetQueue"], entry["action"], entry["threshold"]) for entry in expected
    ]
    assert [*wanted, (None, None, "APPLY_RUN", None)] == found
    assert verify_chain([chain.path]).whole


def test_another_api_can_not_tell_and_is_not_asked(tmp_path: Path) -> None:
    begun(tmp_path, change("a")).close()
    chain = Chain(tmp_path / "audit")
    live = Live(raw(OLD, queue="a"))
    with pytest.raises(Refused, match=r"was cut off at .*, and this is http://another"):
        list(recover(tmp_path / "journal", chain, live, lambda: NOW, by=replace(RUN, api="http://another")))
    assert 1 == len(find_journals(tmp_path / "journal"))
    assert [] == entries(tmp_path)
    assert 1 == len(list(recover(tmp_path / "journal", chain, live, lambda: NOW, by=RUN)))


@pytest.mark.parametrize(
    ("etag", "now", "waited"),
    [
        ("", NOW, [10.0]),
        ("", "2026-03-01T08:30:04.000Z", [6.0]),
        ("", "2026-03-01T08:30:10.000Z", [0.0]),
        ("", "2026-03-01T08:20:00.000Z", [10.0]),
        ("e", NOW, [0.0]),
    ],
)
def test_a_put_without_an_etag_is_given_time_to_show(
    tmp_path: Path, etag: str, now: str, waited: list[float]
) -> None:
    one, settled = change("one"), change("two")
    journal = begun(tmp_path, one, settled)
    journal.sending(one, 1, etag, WRITTEN)
    journal.sending(settled, 1, "", WRITTEN)
    journal.settled(Outcome(settled, Status.APPLIED))
    journal.close()
    time = FakeTime()
    found = recover(
        *(tmp_path / "journal", Chain(tmp_path / "audit"), Live(raw(NEW, queue="one", etag=""))),
        lambda: now,
        settle=10,
        timing=time.timing,
    )
    assert [Status.APPLIED] * 2 == [outcome.status for _, outcomes in found for outcome in outcomes]
    assert waited == time.sleeps


def unknown(queue: QueueChange) -> Outcome:
    return Outcome(queue, Status.UNKNOWN, "down", attempts=2, written=LAST)


def ended(folder: Path, *outcomes: Outcome, audited: bool = True) -> Journal:
    """A run that ended, and left its journal because it did not know all; not in the audit, it was cut off
    right before that."""
    journal = begun(folder, *(outcome.change for outcome in outcomes))
    chain = Chain(folder / "audit")
    for outcome in outcomes:
        journal.sending(outcome.change, outcome.attempts, "e", LAST)
        journal.settled(outcome)
        if audited:
            chain.append(change_entries(RUN, outcome, NOW))
    if audited:
        chain.append([run_entry(RUN, NOW, status="in part", validation_pass=True, outcomes=outcomes)])
    journal.close()
    return journal


def trail(folder: Path) -> list[tuple[str | None, str]]:
    return [(entry["queueId"], entry["status"]) for entry in entries(folder)]


@pytest.mark.parametrize(
    ("now", "status"), [(NEW, Status.APPLIED), (OLD, Status.FAILED), (THEIRS, Status.CONFLICT)]
)
@pytest.mark.parametrize("audited", [True, False])
def test_what_was_unknown_is_asked_for_once(
    tmp_path: Path, now: OverflowRule, status: Status, audited: bool
) -> None:
    one, two = change("one"), change("two")
    done = Outcome(one, Status.APPLIED, attempts=1)
    journal = ended(tmp_path, done, unknown(two), audited=audited)
    kept = journal.path.read_bytes()
    live = Live(raw(now, queue="two", etag="7"))
    [(run, outcomes)] = recovered(tmp_path, live)
    settled = outcomes[-1]
    assert (RUN.id, two, status, 2) == (run, settled.change, settled.status, settled.attempts)
    assert settled.detail.startswith("the run ended without knowing it; the live queue")
    assert (as_stored(LAST, live.queues["two"]) if status is Status.APPLIED else None) == settled.written
    found = trail(tmp_path)
    if audited:
        assert ([settled], ("two", status.value)) == (outcomes, found[-1])
        assert [("one", "applied"), ("two", "unknown"), (None, "in part")] == found[:-1]
    else:
        assert [("one", "applied"), ("two", status.value), (None, "cut off")] == found
    journal.path.write_bytes(kept)
    recovered(tmp_path, live)
    assert found == trail(tmp_path)
    assert verify_chain(Chain(tmp_path / "audit").files()).whole


@pytest.mark.parametrize(("now", "status"), [(OLD, Status.TAKEN_BACK), (NEW, Status.NOT_TAKEN_BACK)])
def test_a_take_back_that_may_have_been_done_is_asked_for(
    tmp_path: Path, now: OverflowRule, status: Status
) -> None:
    one = change("one")
    back = QueueChange("one", "One", one.rules, one.after, one.before, kinds=("overflow",))
    journal = begun(tmp_path, one)
    first = replace(unknown(one), detail="it was read by the look that took it back")
    second = Outcome(back, Status.NOT_TAKEN_BACK, "down", attempts=1, written=LAST)
    chain = Chain(tmp_path / "audit")
    for outcome in (first, second):
        if outcome is second:
            journal.taking_back(back)
        journal.sending(outcome.change, 1, "e", LAST)
        journal.settled(outcome)
        chain.append(change_entries(RUN, outcome, NOW))
    chain.append([run_entry(RUN, NOW, status="in part", validation_pass=True, outcomes=[second])])
    journal.close()
    [(_, [outcome])] = recovered(tmp_path, Live(raw(now, queue="one")))
    assert (back, status) == (outcome.change, outcome.status)
    changes = [status for queue, status in trail(tmp_path) if queue]
    assert ["unknown", "not taken back", *(["taken back"] if now is OLD else [])] == changes


def test_nothing_is_recorded_of_what_is_foreseen(tmp_path: Path) -> None:
    journal = ended(tmp_path, unknown(change("one")), unknown(change("two")))
    before = entries(tmp_path)
    live = Live(raw(NEW, queue="one"), raw(OLD, queue="two"))
    folder = tmp_path / "journal"
    found = foreseen(folder, before, live, NOW, RUN.place)
    assert [("one", "applied"), ("two", "failed")] == [(each["queueId"], each["status"]) for each in found]
    assert [] == foreseen(folder, before, live, NOW, ApiLocation("http://another"))
    assert (before, [journal.path]) == (entries(tmp_path), find_journals(folder))


@pytest.mark.parametrize("nonsense", [{}, {"id": "two", "name": "Two"}, {"id": "one", "name": "One"}])
@pytest.mark.parametrize("times", [1, 99])
def test_an_answer_that_makes_no_sense_is_asked_for_again(
    tmp_path: Path, nonsense: dict[str, Any], times: int
) -> None:
    class Strange(Live):
        left = times

        def get_queue(self, queue_id: str) -> dict[str, Any]:
            self.left -= 1
            return super().get_queue(queue_id) if self.left < 0 else nonsense

    journal = begun(tmp_path, change("one"))
    written = Written({"routingRules": [1]}, {"routingRules": [2]})
    journal.sending(change("one"), 1, "e", written)
    journal.close()
    time = FakeTime()
    found = recover(
        *(tmp_path / "journal", Chain(tmp_path / "audit"), Strange(raw(NEW, queue="one")), lambda: NOW),
        settle=1,
        timing=time.timing,
    )
    if times == 1:
        [(_, [outcome])] = found
        assert (Status.APPLIED, [0.0, 0.25]) == (outcome.status, time.sleeps)
        return
    with pytest.raises(BadAnswer):
        list(found)
    assert ([0.0, 0.25, 0.5, 0.25], [journal.path]) == (time.sleeps, find_journals(tmp_path / "journal"))
    assert [] == entries(tmp_path)
