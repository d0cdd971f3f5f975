from dataclasses import replace

import pytest

from syncer.model.finding import Finding, Loop, LoopRule, Severity
from syncer.model.plan import Outcome, Status
from syncer.report.picture.model import Badge, Became, Picture
from syncer.report.picture.of_run import BECAME, picture_of_run
from tests.organizations import overflow, planned, policies, policy, raw, rule

PLAN = planned(
    policies(policy("A", rule("B", 35), base_load=100.0), policy("B", rule("C", 10)), policy("C")),
    [raw("A", overflow("B", 25)), raw("B"), raw("C"), raw("D", overflow("A", 5))],
)


def outcomes(**statuses: Status) -> list[Outcome]:
    """The outcomes of the plan by the names of queues."""
    return [Outcome(each, statuses.get(each.name, Status.APPLIED)) for each in PLAN.changes]


def became(picture: Picture) -> dict[str, tuple[Became | None, str]]:
    return {box.name: (box.became, box.status) for box in picture.boxes}


def test_each_queue_and_its_rules_say_what_became_of_them() -> None:
    picture = picture_of_run(PLAN, outcomes(A=Status.CONFLICT))
    assert {
        "A": (Became.CONFLICT, "conflict"),
        "B": (Became.DONE, "applied"),
        "C": (None, ""),
        "D": (None, ""),
    } == became(picture)
    labels = {picture.by_key[link.source].name: link.label for link in picture.links}
    assert {"A": "≠ 25 → 35 %", "B": "✓ + 10 %", "D": "5 %"} == labels


def test_a_rule_that_was_not_written_is_what_it_was() -> None:
    done = picture_of_run(PLAN, outcomes())
    left = picture_of_run(PLAN, outcomes(A=Status.FAILED, B=Status.SKIPPED))
    held = {
        name: [(link.held, link.in_force) for link in picture.links if link.action]
        for name, picture in (("done", done), ("left", left))
    }
    assert {("35 % after 60 s", (True, True)), ("10 % after 60 s", (False, True))} == set(held["done"])
    assert {("25 % after 60 s", (True, True)), ("", (False, False))} == set(held["left"])


@pytest.mark.parametrize("status", Status)
def test_every_status_is_told(status: Status) -> None:
    found = BECAME[status]
    assert (found is Became.DONE) == Outcome(PLAN.changes[0], status).done


def test_what_was_rolled_back_is_not_there() -> None:
    run = outcomes(B=Status.FAILED)
    undone = [each for each in outcomes() if each.change.name == "A"]
    picture = picture_of_run(PLAN, run, [*undone, Outcome(undone[0].change, Status.FAILED)])
    assert (Became.BACK, "rolled back") == became(picture)["A"]
    assert (Became.FAILED, "failed") == became(picture)["B"]


def test_a_loop_that_the_run_found_is_marked() -> None:
    loop = Loop((("id-A", "A"),), (LoopRule("id-A", "id-A", "overflow"),), ("id-A",))
    found = Finding("loops.cycle", Severity.ERROR, "a loop", loop=loop)
    box = picture_of_run(PLAN, outcomes(), findings=[found]).by_key["id-A"]
    assert (Badge.LOOP, "↻", "applied") == (box.badge, box.sign, box.status)


def test_without_its_plan_only_changes_are_known() -> None:
    picture = picture_of_run(None, outcomes(A=Status.FAILED))
    assert {"A", "B", "C"} == {box.name or box.key for box in picture.boxes}
    assert all(box.after is None for box in picture.boxes)
    assert 2 == len(picture.links)


def test_the_same_rule_is_drawn_once() -> None:
    twice = picture_of_run(replace(PLAN, live=()), outcomes())
    assert len({link.key for link in twice.links}) == len(twice.links)
