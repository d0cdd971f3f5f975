import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from syncer.model.finding import Finding, Note, Position, Severity
from syncer.planning.document import plan_digest, plan_document
from syncer.planning.saved_plan import moved, plan_of
from tests.organisations import API, crossed, planned, policies, policy, raw, rule
from tests.planning.test_planfile import SAMPLE, SAVED, Document, document, in_file, written


def test_a_saved_plan_says_what_the_plan_says() -> None:
    at = Position("policies/a.yaml", 3, 4)
    found = (
        Finding("loops.cycle", Severity.ERROR, "a circle", at, "a tip", (Note("n", at), Note("o")), "A"),
        Finding("capacity.saturated", Severity.WARNING, "full"),
    )
    plan = replace(planned(*crossed(4)), findings=found)
    made = plan_document(plan)
    saved, summary = plan_of(made), made["summary"]
    assert (made["digest"], made["generator"]) == (saved.digest, saved.generator)
    assert (summary["queues_equal"], summary["queues_unmanaged"]) == (saved.equal, saved.unmanaged)
    assert plan.changes
    for name in (
        "created_at",
        "api",
        "environment",
        "organization",
        "dialect",
        "lock",
        "applicable",
        "paths",
        "files",
        "live",
        "untouched",
        "findings",
        "headroom",
    ):
        assert getattr(plan, name) == getattr(saved, name), name
    assert tuple(replace(change, waits_for=()) for change in plan.changes) == saved.changes


def test_a_plan_of_an_older_version_with_its_waits_is_read_and_has_not_moved() -> None:
    old = edited(lambda plan: plan["changes"][1].update(waits_for=["id-B"]))
    loaded = in_file(written(old | {"digest": plan_digest(old)}))
    assert [] == moved(loaded, SAVED) == moved(SAVED, loaded)


def edited(change: Callable[[Document], None]) -> Document:
    copy: Document = json.loads(json.dumps(SAMPLE))
    change(copy)
    return copy


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda plan: plan.update(api="https://other"), f"it was made for {API}, this is https://other"),
        (
            lambda plan: plan.update(environment="prod"),
            "it was made for the environment (none), this is prod",
        ),
        (
            lambda plan: plan.update(generator="syncer 9"),
            f"it was made by {SAMPLE['generator']}, this is syncer 9",
        ),
        (lambda plan: plan.update(lock="compare"), "it was made with the lock etag, this is compare"),
        (lambda plan: plan["policies"][0].update(sha256="1" * 64), "policies/a.yaml was edited"),
        (lambda plan: plan["policies"].clear(), "policies/a.yaml is gone"),
        (
            lambda plan: plan["policies"].append({"path": "b.yaml", "sha256": "2" * 64}),
            "b.yaml is new",
        ),
        (
            lambda plan: plan["live"][1]["rules"].append(
                {"kind": "overflow", "target": "id-A", "threshold": 5, "delay": 0, "enabled": False}
            ),
            "live queue B (id-B): no rules became 5 % to A after 0 s, disabled",
        ),
        (
            lambda plan: plan["live"].pop(0),
            "live queue A (id-A): 25 % to B after 60 s, 1 % to D after 60 s became no rules",
        ),
        (
            lambda plan: plan["changes"][0]["after"][0].update(threshold=1),
            "the change of B (id-B) is no longer the one that was planned",
        ),
        (lambda plan: plan["changes"].pop(), "the change of A (id-A) is no longer the one that was planned"),
    ],
)
def test_what_moved_is_said(change: Callable[[Document], None], line: str) -> None:
    assert [line] == moved(SAVED, plan_of(edited(change)))


def test_all_that_moved_is_said_and_the_changes_that_follow_are_not() -> None:
    def both(plan: Document) -> None:
        plan.update(api="https://other")
        plan["policies"].clear()
        plan["changes"].clear()

    assert 2 == len(moved(SAVED, plan_of(edited(both))))


def test_new_names_and_new_orders_have_moved_nothing() -> None:
    """All that is sorted by the names of queues stands the other way round in the second plan."""

    def named(b: str, c: str) -> Document:
        wanted = policies(policy("A", rule(b), rule(c)), policy(b, rule("E")), policy(c, rule("E")))
        return document(wanted, [raw("A"), raw(b, id="id-B"), raw(c, id="id-C"), raw("E")])

    before, after = named("B", "C"), named("Z", "Y")
    orders = [[queue["queue"]["id"] for queue in plan["live"]] for plan in (before, after)]
    assert [["id-A", "id-B", "id-C"], ["id-A", "id-C", "id-B"]] == orders
    assert [] == moved(plan_of(before), plan_of(after))
