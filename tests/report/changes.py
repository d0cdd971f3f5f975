"""Plans of changes as reviewers meet them: each built from policies, over live queues."""

from typing import Any

from syncer.model.plan import Plan
from syncer.planning.build import base_of, build_plan
from syncer.planning.document import plan_document
from syncer.report import render
from syncer.report.views import Planned, Report
from tests.organizations import NOW, inputs_over, overflow, planned, policies, policy, raw, rule

STANDING = 12


def shown(plan: Plan, form: str = "text", *, saved_to: str = "", **values: Any) -> list[str]:
    """The lines of a report on ``plan`` in the format ``form``."""
    view = Planned(plan, plan_document(plan), saved_to)
    return render(form, Report("plan", 0, view, plan.findings, **values)).splitlines()


def small(after: int = 25, elsewhere: float = 130.0) -> Plan:
    """One threshold of Front is raised, in an organization of which 12 queues keep too much as ever."""
    lines = [f"Line {number:02}" for number in range(1, STANDING + 1)]
    wanted = policies(
        policy("Back", capacity=200.0, base_load=40.0),
        policy("Front", rule("Back", after), capacity=150.0, base_load=150.0),
        *(policy(name, capacity=100.0, base_load=elsewhere) for name in lines),
    )
    return planned(wanted, [raw("Front", overflow("Back", 20)), raw("Back"), *map(raw, lines)])


def loop() -> Plan:
    """C overflows to A, which overflows to C by way of B already; Desk keeps too much as ever."""
    wanted = policies(
        policy("Desk", rule("Till"), capacity=100.0, base_load=180.0),
        policy("A", rule("B", 50), base_load=80.0),
        policy("B", rule("C")),
        policy("C", rule("A", 30)),
        policy("Till"),
    )
    live = [raw("A", overflow("B", 50)), raw("B", overflow("C")), raw("C")]
    return planned(wanted, [*live, raw("Desk", overflow("Till", 10)), raw("Till")])


def joined() -> Plan:
    """A and B overflow to each other already; now A overflows to C too, which overflows to A."""
    wanted = policies(
        policy("A", rule("B", 20), rule("C", 10), base_load=80.0),
        policy("B", rule("A", 20)),
        policy("C", rule("A", 30)),
    )
    return planned(
        wanted, [raw("A", overflow("B", 20)), raw("B", overflow("A", 20)), raw("C", overflow("A", 30))]
    )


def overload(before: int = 10, after: int = 60) -> Plan:
    """Tier 1 sends more to Tier 3 than it can take."""
    wanted = policies(
        policy("Tier 1", rule("Tier 3", after), base_load=200.0),
        policy("Tier 3", capacity=40.0, base_load=10.0),
    )
    return planned(wanted, [raw("Tier 1", overflow("Tier 3", before)), raw("Tier 3")])


def excused() -> Plan:
    """Tier 3 takes in too much as ever, and another queue changes."""
    wanted = policies(
        policy("Tier 1", rule("Tier 3", 60), base_load=200.0),
        policy("Tier 3", capacity=40.0),
        policy("Front", rule("Back", 25), base_load=100.0),
        policy("Back"),
    )
    live = [raw("Tier 1", overflow("Tier 3", 60)), raw("Tier 3"), raw("Front"), raw("Back")]
    return planned(wanted, live)


def halved() -> Plan:
    """The capacity of Tier 3 is halved in the policies; no rule changes."""
    live = [raw("Tier 1", overflow("Tier 3", 30)), raw("Tier 3")]
    before, after = (
        policies(
            policy("Tier 1", rule("Tier 3", 30), base_load=200.0),
            policy("Tier 3", capacity=capacity, base_load=10.0),
        )
        for capacity in (80.0, 40.0)
    )
    inputs = inputs_over(after, live)
    return build_plan(inputs_over(after, live, base=base_of(before, inputs)), NOW)


def solving() -> Plan:
    """Less goes to Tier 3, which took in too much."""
    return overload(60, 10)
