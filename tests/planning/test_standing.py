"""What of a run still stands, in any history of applies and rollbacks."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.entries import Run, change_entries, run_entry
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange
from syncer.model.plan import Outcome, Status
from syncer.planning.standing import standing
from tests.organisations import NOW

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


def test_a_name_of_a_run_that_is_not_earlier_undoes_nothing() -> None:
    """As somebody might have written it."""
    history = History()
    history.run({"a": 1}, set())
    history.roll_back("run0", set())
    odd = [{**entry, "undoes": "run1"} if entry["run"] == "run1" else entry for entry in history.trail]
    assert 1 == len(standing(odd, "run0").images) == len(standing(odd, "run1").images)
    backwards = [{**entry, "undoes": "run1"} if entry["run"] == "run0" else entry for entry in history.trail]
    assert 1 == len(standing(backwards, "run1").images)
