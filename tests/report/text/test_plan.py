"""A plan as text: what changes, how much of it, and what it means in contacts."""

from dataclasses import replace

import pytest

from syncer.checks.safety import REFUSED
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, Contacts, Reason, RuleChange, Untouched
from syncer.model.finding import Finding, Severity
from syncer.model.network import Headroom
from syncer.model.plan import Cost, Plan
from syncer.planning.document import plan_document
from syncer.report.text.paint import COLORS, Paint
from syncer.report.text.plan import (
    COMPARE,
    contacts_in_words,
    cost_in_words,
    plan_lines,
    untouched_in_words,
    verdict_lines,
)
from syncer.report.views import Planned
from tests.report.changes import loop, overload, shown, small, solving
from tests.report.report_samples import plan
from tests.report.text.as_text import text


def planned(made: Plan, saved_to: str = "") -> Planned:
    return Planned(made, plan_document(made), saved_to)


CLEAN = replace(plan("Q"), findings=(), solved=(), headroom=Headroom(), headroom_before=Headroom())


def test_a_plan() -> None:
    queue = [
        "    + → Q  5 % after 0 s, disabled",
        "    ~ → Q  threshold 10 % → 20 %, delay 60 s → 0 s, enabled true → false  [37.5 → 0 contacts]",
        "    ~ → Q  rewritten  [? → up to 12.25 contacts]  # Q",
        "    - → Q  10 % after 60 s  [7 → 0 contacts]  # Q",
        "",
    ]
    verdict = "Can be applied: it causes no loop and no overload. Left out: Q. Held back: Q."
    digest = plan_document(CLEAN)["digest"][:19]
    assert [
        verdict,
        "",
        "step 1 of 2",
        "  Q (Q)",
        *queue,
        "step 2 of 2",
        "  Q (z)",
        *queue,
        "plan: 2 to create, 4 to update, 2 to delete in 2 queues (2 PUTs)",
        "untouched: 1 equal, 1 equal and disabled, 2 unmanaged, 1 left out, 1 held back",
        "ignored: 2 differences in 1 queue, as the settings say",
        "load: Q takes in 20 → 25.5, keeps 104.5 → 110 of 100",
        "cost of an apply: 8 calls, about 2 s at 5 calls a second",
        "for Q, organization Q (Q)",
        f"API: dialect overflow-rules, lock compare{COMPARE}",
        f"saved to plan.json ({digest}…)",
        "apply it with: syncer apply plan.json",
        "",
        verdict,
    ] == text(planned(CLEAN, "plan.json"))


def test_a_plan_of_one_step_does_not_count_steps() -> None:
    one = replace(CLEAN, changes=CLEAN.changes[:1])
    assert "  Q (Q)" == plan_lines(planned(one), Paint(False))[0]


def test_a_plan_without_changes() -> None:
    said = "No changes: the live queues match the policies."
    assert [
        said,
        "",
        "plan: no changes",
        "API: dialect overflow-rules, lock etag",
        "saved to plan.json (" + plan_document(Plan("now", "api"))["digest"][:19] + "…)",
        "",
        said,
    ] == text(planned(Plan("now", "api"), "plan.json"))


def test_a_plan_with_errors_is_not_offered() -> None:
    lines = shown(overload(), saved_to="plan.json")
    assert not [line for line in lines if "apply it" in line]
    assert [line for line in lines if line.startswith("saved to plan.json")]


def test_a_plan_beyond_the_limits_says_what_refuses_it() -> None:
    beyond = replace(CLEAN, findings=(Finding(REFUSED, Severity.WARNING, "too much"),))
    lines = text(planned(beyond, "plan.json"))
    assert f"syncer apply refuses it as it is: see {REFUSED} above" in lines
    assert not [line for line in lines if "apply it with" in line]


def test_a_verbose_plan_lists_what_stays() -> None:
    lines = text(planned(plan("Q")), verbose=True)
    assert [
        "  equal: Q (Q)",
        "  disabled: Q (Q)",
        "  left out: Q (Q)",
        "  ignored: Q (Q)",
        "  held: Q (Q)",
        "  not managed: Q (Q)",
        "  not selected: Q (Q)",
        "  unmanaged: Q (Q)",
    ] == [line for line in lines if line.endswith(": Q (Q)")]


def test_a_narrowed_plan_says_of_which_queues_it_is() -> None:
    nothing = replace(plan("Q"), changes=(), selected=("Q",))
    others = tuple(Untouched("o", "Other", Reason.NOT_SELECTED) for _ in range(2))
    one = replace(nothing, untouched=(*others, Untouched("a", "A", Reason.EQUAL)))
    assert "only A of 3 queues; the rest stays as it is" in text(planned(one))


def test_what_is_shown_in_part_says_so_under_the_verdict() -> None:
    view = replace(planned(plan("Q")), only=("Q",))
    lines = text(view)
    said = (
        "only queues that match Q are shown, 2 of 2 changes; "
        "the verdict and the totals are those of the whole plan"
    )
    assert said == lines[1]
    assert ["", said, lines[0]] == lines[-3:]


def test_what_a_change_solves_is_named_and_headroom_says_what_it_was() -> None:
    lines = shown(solving())
    assert "    ~ → Tier 3  threshold 60 % → 10 %  [120 → 20 contacts]" in lines
    assert "solved: 1 finding: capacity.exceeded of Tier 3" in lines
    assert "headroom: 0.31 → 1.33 times today's load; beyond it Tier 3 keeps more than its capacity" in lines


def test_of_many_solved_the_first_are_named() -> None:
    many = replace(CLEAN, solved=tuple(Finding("a.b", Severity.ERROR, "m", queue=str(n)) for n in range(7)))
    assert "solved: 7 findings: a.b of 0, a.b of 1, a.b of 2, a.b of 3, a.b of 4, …" in (
        plan_lines(planned(many), Paint(False))
    )


@pytest.mark.parametrize(
    ("contacts", "words"),
    [
        (None, ""),
        (Contacts(0, 0), ""),
        (Contacts(None, None), ""),
        (Contacts(0, 12), "0 → 12"),
        (Contacts(12, 0), "12 → 0"),
        (Contacts(37.5, 52.125), "37.5 → 52.12"),
        (Contacts(3, 3), "3"),
        (Contacts(3, None), "3 → ?"),
        (Contacts(None, 3, up_to=True), "? → up to 3"),
        (Contacts(0, 3, up_to=True), "0 → up to 3"),
        (Contacts(2, 3, up_to=True), "up to 2 → up to 3"),
        (Contacts(3, 3, up_to=True), "up to 3"),
    ],
)
def test_contacts(contacts: Contacts | None, words: str) -> None:
    change = RuleChange(Action.CREATE, "b", "B", None, OverflowRule("b", 5), contacts=contacts)
    assert words == contacts_in_words(change)


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Cost(), ""),
        (Cost(1, 0.2, 5), "1 call, less than 1 s at 5 calls a second"),
        (Cost(8, 1.2, 5), "8 calls, about 2 s at 5 calls a second"),
        (Cost(300, 59.5, 5), "300 calls, about 1 min 0 s at 5 calls a second"),
        (Cost(1412, 82.4, 7.5), "1,412 calls, about 1 min 23 s at 7.5 calls a second"),
    ],
)
def test_cost(cost: Cost, words: str) -> None:
    assert words == cost_in_words(replace(CLEAN, cost=cost))
    assert "" == cost_in_words(replace(CLEAN, cost=cost, changes=()))


def test_untouched_queues_are_counted_by_their_reason() -> None:
    reasons = (*Reason, Reason.EQUAL)
    every = Plan("now", "api", untouched=tuple(Untouched("q", "Q", reason) for reason in reasons))
    assert "2 equal, 1 equal and disabled, 2 unmanaged, 1 left out, 1 held back" == untouched_in_words(every)
    assert "" == untouched_in_words(Plan("now", "api"))


@pytest.mark.parametrize(("made", "color"), [(loop(), "red"), (small(), "green"), (small(0), "green")])
def test_the_verdict_has_the_color_of_what_it_says(made: Plan, color: str) -> None:
    (line,) = verdict_lines(made, Paint(True))
    assert line.startswith(f"\x1b[{COLORS[color]}m\x1b[1mCan")


def test_a_verdict_that_warns_is_yellow() -> None:
    warned = replace(CLEAN, findings=(Finding("capacity.saturated", Severity.WARNING, "m", queue="Q"),))
    words = "Can be applied, but it overfills Q. Left out: Q. Held back: Q."
    assert [f"\x1b[{COLORS['yellow']}m\x1b[1m{words}\x1b[0m"] == verdict_lines(warned, Paint(True))
