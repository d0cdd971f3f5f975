"""The sentences that a plan is summed up in."""

from dataclasses import replace
from typing import Any

import pytest

from syncer.checks.safety import REFUSED
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Figure, Finding, Limit, Loop, Severity, Since
from syncer.model.plan import Plan
from syncer.model.settings import Settings
from syncer.planning.build import base_of, build_plan
from syncer.planning.verdict import in_figures, verdict
from tests.organizations import (
    NOW,
    backup,
    inputs_over,
    overflow,
    planned,
    policies,
    policy,
    raw,
    rule,
)

ERROR, WARNING = Severity.ERROR, Severity.WARNING
BEFORE, NEW, WORSE = Since.BEFORE, Since.NEW, Since.WORSE

CHANGED = planned(policies(policy("A", rule("B"), base_load=9.0), policy("B")), [raw("A"), raw("B")])
UNCHANGED = Plan("", "")


def overload(
    queue: str, amount: float = 147, before: float | None = 23.8, *, up_to: bool = False, **more: Any
) -> Finding:
    figure = Figure(Limit.INFLOW, amount, 40, up_to, before, 40)
    fields: dict[str, Any] = {"severity": WARNING if up_to else ERROR, "since": NEW} | more
    return replace(
        Finding("capacity.exceeded", ERROR, "m", queue=queue, queue_id=f"id-{queue}", figure=figure), **fields
    )


def full(queue: str, *, up_to: bool = False) -> Finding:
    figure = Figure(Limit.KEPT, 104, 100, up_to, 80, 100)
    return Finding("capacity.saturated", WARNING, "m", queue=queue, since=NEW, figure=figure)


def loop(*names: str, since: Since = NEW, **fields: Any) -> Finding:
    found = Loop(tuple((f"id-{name}", name) for name in names), (), ())
    return replace(Finding("loops.cycle", ERROR, "m", queue=names[0], since=since, loop=found), **fields)


def other(id_: str, severity: Severity = ERROR, since: Since = NEW, queue: str = "Q") -> Finding:
    return Finding(id_, severity, "m", queue=queue, since=since)


def unknown(name: str, tip: str) -> Finding:
    message = f"the organization lists no queue {name!r}"
    return Finding("references.unknown", ERROR, message, tip=tip, queue="Q", since=NEW)


SHORT = Figure(Limit.INFLOW, 52.5, 50, before=37.5, capacity_before=50)


def in_scenario(scenario: str, queue: str, since: Since = NEW) -> Finding:
    return replace(other("scenario.exceeded", WARNING, since, queue), scenario=scenario, figure=SHORT)


MISSING = [other("capacity.missing", queue=queue) for queue in ("A", "B", "C", "D", "E")]
MORE = replace(other("capacity.overcommitted"), figure=Figure(Limit.SHARES, 120, 100, before=100.0))

REFUSED_PLANS = {
    "this change closes a loop of 5 queues (A → B → C → … → A) and overloads Support Tier 3"
    " (23.8 → 147 of 40).": [overload("Support Tier 3"), loop(*"ABCDE")],
    "this change closes a loop of 1 queue (A → A).": [loop("A")],
    "this change closes 2 loops, the longest of 3 queues (C → D → E → C).": [loop("A", "B"), loop(*"CDE")],
    "this change overloads T (147 of 40).": [overload("T", before=None)],
    "this change worsens the overload of T (58 → 63 of 40).": [overload("T", 63, 58, since=WORSE)],
    "this change overloads E (10 → 64 of 40), D (10 → 63 of 40), C (10 → 62 of 40) and 2 more queues.": [
        overload(queue, 60 + place, 10) for place, queue in enumerate("ABCDE")
    ],
    "this change overloads B (10 → 60 of 40) and A (10 → 50 of 40), and worsens the overload of C"
    " (50 → 60 of 40).": [
        overload("A", 50, 10),
        overload("B", 60, 10),
        overload("C", 60, 50, since=WORSE),
    ],
    "this change closes a loop of 2 queues (A → B → A), overloads T (10 → 60 of 40) and worsens the overload"
    " of C (50 → 60 of 40).": [
        loop("A", "B"),
        overload("T", 60, 10),
        overload("C", 60, 50, since=WORSE),
    ],
    "the policies contain a loop of 2 queues (A → B → A).": [loop("A", "B", since=BEFORE)],
    "this change overloads T (23.8 → 147 of 40); the policies contain a loop of 2 queues (A → B → A).": [
        overload("T"),
        loop("A", "B", since=BEFORE),
    ],
    "T (147 of 40) is already overloaded.": [overload("T", 147, 147, since=BEFORE)],
    "T (147 of 40) and U (63 of 40) are already overloaded.": [
        overload("T", 147, 147, since=BEFORE),
        overload("U", 63, 63, since=BEFORE),
    ],
    "this change overcommits Q (100 → 120 of 100 %).": [MORE],
    "the capacity of A is not known.": MISSING[:1],
    "the capacity of A and B is not known.": MISSING[:2],
    "the capacity of A, B, C and 2 more is not known.": MISSING,
    "there are 2 errors (dialect.backup, dialect.capacity).": [
        other("dialect.capacity"),
        other("dialect.backup"),
    ],
    "the organization lists no queue 'Tier II' (did you mean 'Tier 2'?); this change closes a loop of 2"
    " queues (A → B → A); there is 1 more error (dialect.backup).": [
        loop("A", "B"),
        other("dialect.backup"),
        unknown("Tier II", "did you mean 'Tier 2'?"),
    ],
    "the organization lists no queue 'A'; the organization lists no queue 'B'; the organization lists no"
    " queue 'C'; the same is true of 1 more name.": [unknown(name, "create it") for name in "ABCDD"],
    "this change overloads T (23.8 → 147 of 40); there are 5 more errors (a.a, a.b, a.c, …).": [
        *(other(f"a.{letter}") for letter in "edcba"),
        overload("T"),
    ],
    "there is 1 error (loops.watch).": [loop("A", "B", id="loops.watch")],
}


@pytest.mark.parametrize("why", REFUSED_PLANS)
def test_what_refuses_is_named_and_nothing_else(why: str) -> None:
    harmless = [full("Other"), loop("X", "Y", id="loops.watch", severity=WARNING, since=BEFORE)]
    plan = replace(CHANGED, findings=(*REFUSED_PLANS[why], *harmless))
    assert f"Can't be applied: {why}" == verdict(plan)


ALLOWED_PLANS = {
    "Can be applied: it causes no loop and no overload.": [],
    "Can be applied, but it overfills Tier 2 (80 → 104 of 100).": [full("Tier 2")],
    "Can be applied, but it may overfill Tier 2 (up to 80 → up to 104 of 100).": [full("Tier 2", up_to=True)],
    "Can be applied, but it may overload B (0 → up to 100 of 40).": [overload("B", 100, 0, up_to=True)],
    "Can be applied, but it overloads B (10 → 60 of 40) and overfills C (80 → 104 of 100).": [
        full("C"),
        overload("B", 60, 10, severity=WARNING),
    ],
    "Can be applied, but there is 1 warning (references.unlisted).": [other("references.unlisted", WARNING)],
    "Can be applied, but it overfills C (80 → 104 of 100); there are 2 more warnings (a.a, b.b).": [
        *(other("b.b", WARNING), other("a.a", WARNING)),
        full("C"),
    ],
    "Can be applied, but it overfills C (80 → 104 of 100), would overload A (37.5 → 52.5 of 50) and "
    "B (37.5 → 52.5 of 50) in peak, and would overload A (37.5 → 52.5 of 50) in autumn.": [
        full("C"),
        *(in_scenario("peak", queue) for queue in "AB"),
        *(in_scenario("autumn", queue, since) for queue, since in (("A", WORSE), ("B", BEFORE))),
    ],
    "Can be applied: it causes no loop, and no overload where capacity and load are known.": [
        other("capacity.missing", WARNING, BEFORE)
    ],
    "Can be applied only with an override: the safety settings forbid it.": [
        replace(other(REFUSED, WARNING))
    ],
    "Can be applied only with an override: the safety settings forbid it, and it overfills C"
    " (80 → 104 of 100).": [other(REFUSED, WARNING), full("C")],
}
OLD = [
    overload("Old", 147, 147, since=BEFORE, excused=True),
    replace(full("Old"), since=BEFORE),
    replace(other("capacity.tight", Severity.INFO)),
]


@pytest.mark.parametrize("expected", ALLOWED_PLANS)
def test_what_only_asks_for_a_look_is_said_of_what_the_change_causes(expected: str) -> None:
    assert expected == verdict(replace(CHANGED, findings=(*ALLOWED_PLANS[expected], *OLD)))


def test_no_changes() -> None:
    assert "No changes: the live queues match the policies." == verdict(UNCHANGED)
    assert "No changes: the live queues match the policies, but it overfills C (80 → 104 of 100)." == verdict(
        replace(UNCHANGED, findings=(full("C"), *OLD))
    )


def test_queues_that_are_left_out_and_loops_that_were_there_are_said_after_it() -> None:
    left_out = tuple(Untouched(name, name, Reason.LEFT_OUT) for name in "ABCDE")
    plan = replace(
        CHANGED,
        untouched=(*left_out[:2], Untouched("E", "E", Reason.EQUAL)),
        findings=(loop("X", "Y", since=BEFORE, excused=True),),
    )
    assert (
        "Can be applied: it causes no loop and no overload. Left out: A and B."
        " Already there: a loop of 2 queues (X → Y → X)." == verdict(plan)
    )
    assert verdict(replace(UNCHANGED, untouched=left_out)) == (
        "No changes: the other live queues match the policies. Left out: A, B, C and 2 more."
    )


def test_every_name_is_written_as_the_format_writes_it() -> None:
    plan = replace(
        CHANGED,
        untouched=(Untouched("E", "E", Reason.LEFT_OUT),),
        findings=(
            *(overload("T"), loop("A", "B"), *MISSING[:1]),
            loop("X", "Y", since=BEFORE, severity=WARNING, id="loops.unmanaged"),
        ),
    )
    assert (
        "Can't be applied: this change closes a loop of 2 queues (<A> → <B> → <A>) and overloads <T>"
        " (23.8 → 147 of 40); the capacity of <A> is not known. Left out: <E>."
        " Already there: a loop of 2 queues (<X> → <Y> → <X>)." == verdict(plan, "<{}>".format)
    )


@pytest.mark.parametrize(
    ("expected", "figure"),
    [
        ("23.8 → 147 of 40", Figure(Limit.INFLOW, 147, 40, False, 23.8, 40)),
        ("23.8 → 147 of 40", Figure(Limit.INFLOW, 147, 40, False, 23.8, None)),
        ("147 of 80 → 147 of 40", Figure(Limit.KEPT, 147, 40, False, 147, 80)),
        ("147 of 40", Figure(Limit.KEPT, 147, 40, False, 147, 40)),
        ("147 of 40", Figure(Limit.KEPT, 147, 40)),
        ("up to 147 of 40", Figure(Limit.KEPT, 147, 40, True)),
        ("100 → 120 of 100 %", Figure(Limit.SHARES, 120, 100, False, 100, 100)),
        ("30 → 50.0004 of 50", Figure(Limit.INFLOW, 50.0004, 50, False, 30, 50)),
    ],
)
def test_figures_say_before_after_and_the_limit(expected: str, figure: Figure) -> None:
    assert expected == in_figures(figure)


def test_real_plans_are_summed_up() -> None:
    live = [raw("A", overflow("B", 10)), raw("B"), raw("C")]
    wanted = policies(
        policy("A", rule("B", 60), rule("C", 10), base_load=100.0),
        policy("B", capacity=50.0),
        policy("C", rule("A")),
    )
    assert "Can't be applied: this change closes a loop of 2 queues (A → C → A)." == verdict(
        planned(wanted, live)
    )
    direct = policies(policy("A", rule("B", 60), base_load=100.0), policy("B", capacity=50.0))
    assert "Can't be applied: this change overloads B (10 → 60 of 50)." == verdict(planned(direct, live))
    halved = policies(policy("A", rule("B", 10), base_load=100.0), policy("B", capacity=5.0))
    inputs = inputs_over(halved, live)
    plan = build_plan(replace(inputs, base=base_of(direct, inputs)), NOW)
    assert "Can't be applied: this change overloads B (10 of 50 → 10 of 5)." == verdict(plan)
    behind = policies(policy("A", backup=backup("B"), base_load=100.0), policy("B", capacity=50.0))
    assert "Can be applied, but it may overload B (0 → up to 100 of 50)." == verdict(
        planned(behind, [raw("A"), raw("B")], dialect="mixed")
    )
    full_already = planned(halved, live, settings=Settings(strict=frozenset({"capacity"})))
    assert "Can't be applied: B (10 of 5) is already overloaded." == verdict(full_already)
