"""What a run changed, where it took some of it back itself."""

from dataclasses import replace
from typing import Any

from syncer.audit.entries import Run, change_entries
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, RuleChange, Written
from syncer.model.plan import Outcome, Status
from syncer.planning.standing import Image, standing

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
