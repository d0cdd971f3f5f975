"""What of a run still stands, in any history of applies and rollbacks, and where it took some back itself."""

import random
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.entries import Run, change_entries, run_entry
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange, Written
from syncer.model.plan import Outcome, Status
from syncer.model.settings import UNKNOWN, ApiLocation
from syncer.planning.audit_images import Image
from syncer.planning.standing import standing, undone
from tests.organizations import NOW

Entries = list[dict[str, Any]]
QUEUES = ("a", "b", "c")


def wrote(queue: str, before: int, after: int, status: Status) -> Outcome:
    old, new = OverflowRule("t", before), OverflowRule("t", after)
    fields = (FieldChange("threshold", before, after),)
    rule = RuleChange(Action.UPDATE, "t", "T", old, new, fields)
    return Outcome(QueueChange(queue, queue, (rule,), (old,), (new,), kinds=("overflow",)), status)


class History:
    """Live of three queues, each with one rule, and the trail of those who write to it."""

    def __init__(self) -> None:
        self.live = dict.fromkeys(QUEUES, 0)
        self.trail: Entries = []
        self.wrote: dict[str, dict[str, tuple[int, int]]] = {}
        self.rollbacks: list[str] = []

    def run(self, wanted: dict[str, int], fails: set[str], undoes: str = "") -> None:
        """Bring queues to values, but for those that fail."""
        name = f"run{len(self.wrote)}"
        about = Run(name, NOW, "https://api", verb="rollback" if undoes else "apply", undoes=undoes)
        self.wrote[name] = {}
        outcomes = []
        for queue, value in wanted.items():
            if self.live[queue] == value:
                continue
            failed = queue in fails
            outcomes.append(
                wrote(queue, self.live[queue], value, Status.FAILED if failed else Status.APPLIED)
            )
            if not failed:
                self.wrote[name][queue] = (self.live[queue], value)
                self.live[queue] = value
        status = "in part" if any(not outcome.done for outcome in outcomes) else "done"
        for outcome in outcomes:
            self.trail += change_entries(about, outcome, NOW)
        self.trail.append(run_entry(about, NOW, status=status, validation_pass=True, outcomes=outcomes))
        if undoes:
            self.rollbacks.append(name)

    def roll_back(self, run: str, fails: set[str]) -> bool:
        """What the command does: nothing where nothing stands, or where somebody else changed it."""
        found = standing(self.trail, run)
        images = {image.queue: image for image in found.images}
        ends = {queue: (threshold(image.before), threshold(image.after)) for queue, image in images.items()}
        if any(self.live[queue] not in pair for queue, pair in ends.items()):
            return False
        if any(self.live[queue] == after for queue, (_, after) in ends.items()):
            self.run({queue: before for queue, (before, _) in ends.items()}, fails, found.run)
            return True
        return False


def threshold(rule: object) -> int:
    assert isinstance(rule, OverflowRule)
    return rule.threshold


@given(st.randoms(use_true_random=False), st.integers(1, 9))
def test_a_second_press_changes_nothing_and_presses_end(chance: random.Random, length: int) -> None:
    history = History()
    history.run({"a": 1}, set())
    for _ in range(length):
        some = [queue for queue in QUEUES if chance.random() < 0.5]
        fails = {queue for queue in QUEUES if chance.random() < 0.3}
        if chance.random() < 0.5:
            history.run({queue: chance.randrange(9) for queue in some}, fails)
        else:
            history.roll_back(chance.choice(list(history.wrote)), fails)
    run = chance.choice(["last", *history.wrote])
    meant = standing(history.trail, run).run
    for _ in range(3):
        history.roll_back(run, set())
    settled = dict(history.live)
    assert not history.roll_back(run, set())
    assert settled == history.live
    assert meant == standing(history.trail, run).run


@given(st.randoms(use_true_random=False))
def test_last_is_the_newest_apply_that_changed_something(chance: random.Random) -> None:
    history = History()
    history.run({"a": 1}, set())
    for _ in range(6):
        fails = {queue for queue in QUEUES if chance.random() < 0.3}
        if chance.random() < 0.5:
            history.run({queue: chance.randrange(9) for queue in QUEUES}, fails)
        else:
            history.roll_back("last", fails)
    applies = [run for run, queues in history.wrote.items() if queues and run not in history.rollbacks]
    assert applies[-1] == standing(history.trail, "last").run


def test_what_is_left_of_a_run_is_what_its_rollbacks_left() -> None:
    history = History()
    history.run({"a": 1, "b": 1, "c": 1}, set())
    history.roll_back("last", {"b"})
    assert ["b"] == [image.queue for image in standing(history.trail, "last").images]
    assert "a part of run run0 was undone by run run1 at" in standing(history.trail, "last").words
    history.roll_back("run1", set())
    assert ["a", "b", "c"] == [image.queue for image in standing(history.trail, "last").images]
    history.roll_back("last", set())
    assert (
        f"run run0 was undone by run run3 at {NOW}: nothing was sent" == standing(history.trail, "run0").words
    )


def test_a_rollback_that_was_done_undid_what_was_back_already() -> None:
    history = History()
    history.run({"a": 1, "b": 1}, set())
    history.live["a"] = 0
    history.roll_back("last", set())
    assert ["b"] == [entry["queueId"] for entry in history.trail[3:] if entry["kind"] == "change"]
    assert () == standing(history.trail, "last").images
    history.roll_back("run1", set())
    assert ["b"] == [image.queue for image in standing(history.trail, "last").images]


def test_what_is_undone_is_known_by_run_and_queue() -> None:
    history = History()
    history.run({"a": 1, "b": 1}, set())
    here = ApiLocation("https://api", UNKNOWN)
    assert {} == undone(history.trail, here)
    history.roll_back("run0", {"b"})
    assert {("run0", "a"): ("run1", NOW)} == undone(history.trail, here)
    history.roll_back("run1", set())
    assert ("run0", "a") not in undone(history.trail, here)
    assert {} == undone(history.trail, ApiLocation("https://elsewhere", UNKNOWN))


def test_a_name_of_a_run_that_is_not_earlier_undoes_nothing() -> None:
    """As somebody might have written it."""
    history = History()
    history.run({"a": 1}, set())
    history.roll_back("run0", set())
    odd = [{**entry, "undoes": "run1"} if entry["run"] == "run1" else entry for entry in history.trail]
    assert 1 == len(standing(odd, "run0").images) == len(standing(odd, "run1").images)
    backwards = [{**entry, "undoes": "run1"} if entry["run"] == "run0" else entry for entry in history.trail]
    assert 1 == len(standing(backwards, "run1").images)


RUN = Run("1", "2026-03-01T08:30:00.000Z", "https://api")
OLD, NEW, KEPT = OverflowRule("old", 1), OverflowRule("new", 2), OverflowRule("kept", 3)
FIRST, SECOND = Written({"routingRules": [1]}, {"routingRules": [2]}), Written({}, {"routingRules": [3]})


def changed(before: OverflowRule | None, after: OverflowRule | None, note: str = "") -> RuleChange:
    action = {(True, False): Action.CREATE, (False, True): Action.DELETE}
    target = (after or before or OLD).target
    kind = action.get((before is None, after is None), Action.UPDATE)
    return RuleChange(kind, target, target.title(), before, after, note=note)


def put(
    status: Status, *rules: RuleChange, written: Written | None, queue: str = "q"
) -> list[dict[str, Any]]:
    change = QueueChange(queue, queue.title(), rules, (), (), kinds=("overflow",))
    return change_entries(RUN, Outcome(change, status, written=written), RUN.started_at)


def images(*entries: list[dict[str, Any]]) -> tuple[Image, ...]:
    return standing([entry for some in entries for entry in some], "1").images


RETARGETED = put(Status.APPLIED, changed(None, NEW), changed(OLD, None), written=FIRST)


def test_what_was_taken_back_as_a_whole_is_not_changed() -> None:
    back = put(Status.TAKEN_BACK, changed(None, OLD), changed(NEW, None), written=SECOND)
    other = put(Status.APPLIED, changed(None, KEPT), written=SECOND, queue="other")
    [image] = images(RETARGETED, other, back)
    assert ("other", SECOND) == (image.queue, image.written)


def test_an_old_rule_that_did_not_come_back_is_what_is_left() -> None:
    back = put(Status.TAKEN_BACK, changed(NEW, None), written=SECOND)
    [image] = images(RETARGETED, back)
    assert (OLD, None) == (image.before, image.after)
    assert Written(FIRST.before, SECOND.after) == image.written


def test_a_rule_that_somebody_tuned_before_it_was_taken_back() -> None:
    tuned = put(Status.TAKEN_BACK, changed(replace(NEW, threshold=9), None), written=None)
    [image] = images(RETARGETED, tuned)
    assert ("old", None, None) == (image.rule.target, image.after, image.written)


def test_a_take_back_that_was_taken_back() -> None:
    first = put(Status.TAKEN_BACK, changed(None, OLD), changed(NEW, None), written=SECOND)
    again = put(Status.TAKEN_BACK, changed(OLD, None), written=SECOND)
    [image] = images(RETARGETED, first, again)
    assert (OLD, None) == (image.before, image.after)


def test_second_rules_with_one_target_are_told_apart() -> None:
    twice = changed(replace(OLD, threshold=7), None, note="a second rule with this target")
    applied = put(Status.APPLIED, changed(OLD, None), twice, written=FIRST)
    back = put(Status.TAKEN_BACK, changed(None, OLD), written=SECOND)
    [image] = images(applied, back)
    assert 7 == getattr(image.before, "threshold", 0)


def test_what_was_not_taken_back_is_changed() -> None:
    failed = put(Status.NOT_TAKEN_BACK, changed(None, OLD), changed(NEW, None), written=None)
    assert 2 == len(images(RETARGETED, failed))
    assert FIRST == images(RETARGETED, failed)[0].written


@given(
    st.lists(
        st.sampled_from([Status.APPLIED, Status.MERGED, Status.ALREADY, Status.FAILED, Status.CONFLICT]),
        min_size=1,
        max_size=3,
    ),
    st.booleans(),
)
def test_what_was_unknown_counts_as_what_it_turned_out_to_be(settled: list[Status], whole: bool) -> None:
    """The queues are unknown when the run ends; a later run says of each, once, what became of it."""
    about = Run("run0", NOW, "https://api")
    unknown = {queue: wrote(queue, 1, 2, Status.UNKNOWN) for queue, _ in zip(QUEUES, settled, strict=False)}
    entries = [entry for outcome in unknown.values() for entry in change_entries(about, outcome, NOW)]
    entries.append(run_entry(about, NOW, status="in part", validation_pass=True))
    assert set(unknown) == {image.queue for image in standing(entries, "run0").images}
    told = dict(zip(QUEUES, settled, strict=False))
    for queue, status in list(told.items())[: None if whole else 1]:
        entries += change_entries(about, replace(unknown[queue], status=status), NOW)
    left = [
        queue
        for place, (queue, status) in enumerate(told.items())
        if status in (Status.APPLIED, Status.MERGED) or (place and not whole)
    ]
    assert left == sorted(image.queue for image in standing(entries, "run0").images)
