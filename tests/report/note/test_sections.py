"""The sections of a plan in Markdown."""

import re
from dataclasses import replace

import pytest

from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, Contacts, FieldChange, QueueChange, RuleChange
from syncer.model.finding import Finding, Position, Severity, Since
from syncer.model.plan import Plan
from syncer.report.note.sections import (
    MOST_DELETIONS,
    MOST_DIFFS,
    MOST_FINDINGS,
    MOST_LINES,
    MOST_ROWS,
    caused,
    change_table,
    folded_diffs,
    standing,
)
from tests.report.changes import excused, loop, overload, small, solving
from tests.report.report_samples import NOW

AT = Position("p.yaml", 2, 3)
OLD, NEW = OverflowRule("b", 10, 60, True), OverflowRule("b", 20, 60, True)
UPDATE = RuleChange(Action.UPDATE, "b", "Back", OLD, NEW, (FieldChange("threshold", 10, 20),))
CREATE = RuleChange(Action.CREATE, "c", "Desk", None, OverflowRule("c", 5, 0, False))
DELETE = RuleChange(Action.DELETE, "d", "Gone", OverflowRule("d", 1, 0, True), None)
KEPT = OverflowRule("e", 7, 30, True)
CHANGE = QueueChange(
    "a",
    "Front",
    (UPDATE, CREATE, DELETE),
    (OLD, OverflowRule("d", 1, 0, True), KEPT),
    (NEW, OverflowRule("c", 5, 0, False), KEPT),
    kinds=("overflow",),
)
NAMES = {"b": "Back", "c": "Desk", "d": "Gone", "e": "Else"}
PLAN = Plan(NOW, "https://api", changes=(CHANGE,))


def found(severity: Severity, number: int = 0, since: Since | None = Since.NEW) -> Finding:
    return Finding(f"a.{severity.value}", severity, f"m{number}", AT, since=since)


def test_a_loop_that_the_change_closes_leads_with_the_rules_of_its_way_round() -> None:
    assert [
        "### What this change causes",
        "",
        "- **error** (new) `loops.cycle` at `policies/a.yaml:8:7`: `A → B → C → A overflows in a circle`",
        "  - `A → B at 50 % after 60 s` at `policies/a.yaml:4:7`",
        "  - `B → C at 25 % after 60 s` at `policies/a.yaml:6:7`",
        "  - `C → A at 30 % after 60 s, new in this change` at `policies/a.yaml:8:7`",
        (
            "  - tip: `Disabling 1 rule breaks every loop here: C → A (policies/a.yaml:8:7); "
            "no smaller set does`"
        ),
        (
            "- **warning** (new) `capacity.unchecked` at `policies/a.yaml:3:3`: "
            "`No load is known in or downstream of a loop: A, B and C`"
        ),
        "  - tip: `Break the loops first`",
        "",
    ] == caused(loop())


def test_a_figure_says_what_it_was() -> None:
    assert (
        "- **error** (new) `capacity.exceeded` at `policies/a.yaml:3:3`: "
        "`Tier 3 takes 120 from Tier 1: 120 of 40 (before: 20)`" == caused(overload())[2]
    )


def test_errors_come_before_warnings_and_deletions_after_both() -> None:
    made = replace(PLAN, findings=(found(Severity.WARNING), found(Severity.INFO), found(Severity.ERROR)))
    assert [
        "- **error** (new) `a.error` at `p.yaml:2:3`: `m0`",
        "- **warning** (new) `a.warning` at `p.yaml:2:3`: `m0`",
        "- **delete** 1 rule: `Front` → `Gone`.",
    ] == caused(made)[2:-1]


def test_what_is_solved_is_said() -> None:
    assert [
        "### What this change causes",
        "",
        "- **solved** `capacity.exceeded`: `Tier 3 takes 120 from Tier 1: 120 of 40`",
        "",
    ] == caused(solving())


def test_an_error_of_before_that_refuses_is_not_said_to_be_caused() -> None:
    made = replace(PLAN, findings=(found(Severity.ERROR, since=Since.BEFORE),))
    assert [
        "### Why this plan is refused, and what it causes",
        "",
        "- **error** (before) `a.error` at `p.yaml:2:3`: `m0`",
    ] == caused(made)[:3]


def test_what_causes_nothing_has_no_section() -> None:
    assert [] == caused(small()) == caused(excused()) == caused(Plan(NOW, "https://api"))


def test_what_was_there_before_is_folded_and_so_is_what_only_informs() -> None:
    made = replace(PLAN, findings=(found(Severity.WARNING, since=Since.BEFORE), found(Severity.INFO)))
    assert [
        "<details>",
        "<summary>1 finding was there before: 1 warning</summary>",
        "",
        "- **warning** `a.warning` at `p.yaml:2:3`: `m0`",
        "",
        "</details>",
        "",
        "<details>",
        "<summary>1 note</summary>",
        "",
        "- **info** (new) `a.info` at `p.yaml:2:3`: `m0`",
        "",
        "</details>",
        "",
    ] == standing(made)
    assert [] == standing(PLAN) == standing(overload())


def test_an_excused_error_is_folded() -> None:
    assert "<summary>1 finding was there before: 1 error</summary>" == standing(excused())[1]


def test_many_findings_of_one_kind_take_four_lines() -> None:
    many = tuple(found(Severity.WARNING, number) for number in range(30))
    lines = caused(replace(PLAN, changes=(), findings=many))
    assert 7 == len(lines)
    assert lines[5].startswith("- **warning** `a.warning`: `27 more: p.yaml:2, ")


def test_lists_are_cut_with_a_count() -> None:
    kinds = tuple(Finding(f"a.k{number}", Severity.WARNING, "m") for number in range(MOST_FINDINGS + 2))
    gone = tuple(replace(each, since=Since.SOLVED) for each in kinds)
    rules = tuple(replace(DELETE, target=f"t{number}") for number in range(MOST_DELETIONS + 3))
    lines = caused(Plan(NOW, "", changes=(replace(CHANGE, rules=rules),), findings=kinds, solved=gone))
    assert "- … and 2 more." == lines[2 + MOST_FINDINGS]
    assert lines[3 + MOST_FINDINGS].endswith("`Front` → `Gone` and 3 more.")
    assert ["- … and 2 more solved.", ""] == lines[-2:]


def test_the_table_has_contacts_before_and_after() -> None:
    moved = replace(UPDATE, contacts=Contacts(37.5, 52.5))
    assert [
        "| Queue | Action | Rule | Values | Contacts |",
        "| --- | --- | --- | --- | --- |",
        "| `Front` | update | `→ Back` | threshold 10 % → 20 % | 37.5 → 52.5 |",
        "| `Front` | delete | `→ Gone` | 1 % after 0 s |  |",
        "",
    ] == change_table([replace(CHANGE, rules=(moved, DELETE))])


def test_the_table_has_no_column_without_a_value() -> None:
    assert ["| Queue | Action | Rule | Values |", "| --- | --- | --- | --- |"] == change_table([CHANGE])[:2]
    stepped = [CHANGE, replace(CHANGE, step=2)]
    lines = change_table(stepped)
    assert "| Queue | Action | Rule | Values | Step |" == lines[0]
    assert ["1", "1", "1", "2", "2", "2"] == [row.split(" | ")[-1].removesuffix(" |") for row in lines[2:-1]]


def test_a_long_table_is_cut_with_a_count() -> None:
    lines = change_table([replace(CHANGE, rules=(CREATE,) * (MOST_ROWS + 1))])
    assert MOST_ROWS == sum(line.startswith("| `Front`") for line in lines)
    assert ["", "… and 1 more rule.", ""] == lines[-3:]


def test_one_diff_of_all_queues() -> None:
    other = replace(CHANGE, name="Else", rules=(DELETE,), after=(KEPT,))
    assert [
        "<details>",
        "<summary>Rules before and after: 2 queues</summary>",
        "",
        "```diff",
        "@@ Front @@",
        "- 10 % after 60 s → Back",
        "+ 20 % after 60 s → Back",
        "+ 5 % after 0 s, disabled → Desk",
        "- 1 % after 0 s → Gone",
        "  7 % after 30 s → Else",
        "@@ Else @@",
        "- 1 % after 0 s → Gone",
        "  7 % after 30 s → Else",
        "```",
        "",
        "</details>",
        "",
    ] == folded_diffs([CHANGE, other], NAMES, 10_000)
    assert [] == folded_diffs([], NAMES, 10_000)


@pytest.mark.parametrize(("number", "room", "shown"), [(3, 150, 1), (MOST_DIFFS + 2, 10**6, MOST_DIFFS)])
def test_a_diff_is_as_long_as_there_is_room(number: int, room: int, shown: int) -> None:
    lines = folded_diffs([CHANGE] * number, NAMES, room)
    assert shown == lines.count("@@ Front @@")
    assert f"… and {number - shown} more queues" == lines[-5]
    assert ["```", "", "</details>", ""] == lines[-4:]


def test_a_queue_of_many_rules_is_cut_in_the_diff() -> None:
    rules = tuple(replace(DELETE, target=f"t{number}") for number in range(MOST_LINES + 9))
    lines = folded_diffs([replace(CHANGE, rules=rules, after=())], NAMES, 10**6)
    assert MOST_LINES == sum(line.startswith("- 1 %") for line in lines)
    assert "  … and 9 more lines" in lines


def test_backticks_in_a_name_do_not_end_the_diff() -> None:
    lines = folded_diffs([replace(CHANGE, name="```\n# loud")], NAMES, 10_000)
    (fence,) = [line for line in lines if line.endswith("diff")]
    assert re.fullmatch("`{4,}diff", fence)
    assert "@@ ```\\x0a# loud @@" in lines
