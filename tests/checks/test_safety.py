"""What one run may do at most."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from syncer.checks.safety import Objection, objections
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.plan import Plan
from syncer.model.settings import Freeze, Safety

NOW = datetime(2026, 12, 24, 12, tzinfo=UTC)


def plan(create: int = 0, update: int = 0, delete: int = 0, of: int = 100, name: str = "Front") -> Plan:
    """One queue whose rules are created, updated and deleted, ``of`` so many managed live rules."""
    counts = {Action.CREATE: create, Action.UPDATE: update, Action.DELETE: delete}
    rules = tuple(
        RuleChange(action, "t", "T", after=OverflowRule("t"))
        for action, count in counts.items()
        for _ in range(count)
    )
    changes = (QueueChange("front", name, rules, (), (), kinds=("overflow",)),) if rules else ()
    return Plan("", "", changes=changes, managed_rules=of)


def flags(found: tuple[Objection, ...]) -> list[str]:
    return [objection.override for objection in found]


def test_the_defaults_object_to_nothing_usual() -> None:
    assert () == objections(plan(create=500, update=15, delete=15), Safety(), NOW)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"delete": 31},
            "31 of 100 rules would be deleted, 31 %; at most 30 % are allowed",
        ),
        (
            {"update": 31},
            "31 of 100 rules would be changed or deleted, 31 %; at most 30 % are allowed",
        ),
        (
            {"update": 30, "delete": 1},
            "31 of 100 rules would be changed or deleted, 31 %; at most 30 % are allowed",
        ),
    ],
)
def test_a_share_too_large_is_said_with_its_figures(changes: dict[str, Any], message: str) -> None:
    assert Objection("--allow-mass-change", message) in objections(plan(**changes), Safety(), NOW)


def test_exactly_the_share_that_is_allowed_is_allowed() -> None:
    assert () == objections(plan(update=15, delete=15), Safety(max_delete_percent=15), NOW)
    assert () == objections(plan(update=3, of=10), Safety(), NOW)
    assert 1 == len(objections(plan(update=4, of=10), Safety(), NOW))


def test_few_rules_have_no_share() -> None:
    assert () == objections(plan(delete=9, of=9), Safety(), NOW)
    assert ["--allow-mass-change"] * 2 == flags(objections(plan(delete=9, of=9), Safety(from_rules=9), NOW))


def test_deletions_can_be_forbidden() -> None:
    assert ["--allow-delete"] == flags(objections(plan(delete=1), Safety(allow_delete=False), NOW))
    assert () == objections(plan(update=1), Safety(allow_delete=False), NOW)


@pytest.mark.parametrize(
    ("glob", "hit"), [("Front", True), ("F*t", True), ("*", True), ("front", False), ("Fron", False)]
)
def test_protected_queues_are_named(glob: str, hit: bool) -> None:
    found = objections(plan(update=1), Safety(protected=("Nobody", glob)), NOW)
    message = f"Front is protected ({glob}) and would be changed"
    assert ((Objection("--allow-protected", message),) if hit else ()) == found


def test_a_protected_name_with_brackets_is_protected() -> None:
    found = objections(plan(update=1, name="Emergency [EU]"), Safety(protected=("Emergency [EU]",)), NOW)
    assert ["--allow-protected"] == flags(found)


def test_a_protected_queue_that_does_not_change_is_no_matter() -> None:
    assert () == objections(plan(), Safety(protected=("*",)), NOW)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "frozen"),
    [
        (NOW - HOUR, NOW + HOUR, True),
        (NOW, NOW + HOUR, True),
        (NOW - HOUR, NOW, False),
        (NOW + HOUR, NOW + 2 * HOUR, False),
    ],
)
def test_a_freeze_window_begins_at_its_start_and_is_over_at_its_end(
    start: datetime, end: datetime, frozen: bool
) -> None:
    found = objections(plan(update=1), Safety(freeze=(Freeze(start, end, "Christmas"),)), NOW)
    assert (["--allow-frozen"] if frozen else []) == flags(found)


def test_a_freeze_window_says_when_and_why() -> None:
    east = timezone(timedelta(hours=1))
    window = Freeze(datetime(2026, 12, 20, tzinfo=east), datetime(2026, 12, 27, tzinfo=east), "Christmas")
    [found] = objections(plan(update=1), Safety(freeze=(window,)), NOW)
    assert (
        "changes are frozen from 2026-12-19T23:00:00.000Z to 2026-12-26T23:00:00.000Z: Christmas"
        == found.message
    )


def test_a_plan_that_changes_nothing_is_safe_at_any_time() -> None:
    always = Freeze(NOW - HOUR, NOW + HOUR, "Christmas")
    safety = Safety(allow_delete=False, from_rules=0, max_change_percent=0, freeze=(always,))
    assert () == objections(plan(), safety, NOW)
    assert () == objections(plan(of=0), safety, NOW)
