"""A plan as Markdown: its verdict first, what it causes, what changes; the rest folded."""

from dataclasses import replace
from itertools import pairwise

import pytest

from syncer.model.change import Action, Reason, Untouched
from syncer.model.plan import Cost, LiveRules, Plan
from syncer.model.queue import Group
from syncer.model.settings import Organization
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import plan_of
from syncer.planning.verdict import verdict
from syncer.report.note.body import MOST_CHARACTERS, counts_in_words, plan_lines
from syncer.report.note.markup import code
from syncer.report.picture.of_plan import names_of
from tests.report.changes import excused, halved, loop, overload, small, solving
from tests.report.report_samples import mixed_plan, plan

PLANS = (small(), loop(), overload(), excused(), halved(), solving(), plan("Q"), mixed_plan("Q"))


def test_the_whole_of_a_small_change() -> None:
    tip = "  - tip: `Let more of it overflow, or raise its capacity`"
    line = "- **warning** `capacity.saturated` at `policies/a.yaml:"
    assert [
        "**Can be applied: it causes no loop and no overload.**",
        "",
        "- changes: 0 to create, 1 to update, 0 to delete in 1 queue; untouched: 13 equal",
        (
            "- loads that move most: `Front` keeps 120 → 112.5 of 150; "
            "`Back` takes in 30 → 37.5, keeps 70 → 77.5 of 200"
        ),
        "- headroom: 0.77 times today's load: `Line 01` keeps more than its capacity already",
        "- cost of an apply: 3 calls, less than 1 s at 5 calls a second, in 1 step",
        "",
        "### Changes",
        "",
        "| Queue | Action | Rule | Values | Contacts |",
        "| --- | --- | --- | --- | --- |",
        "| `Front` | update | `→ Back` | threshold 20 % → 25 % | 30 → 37.5 |",
        "",
        "### Around the change",
        "",
        "Thick: changes; crossed: deleted; dotted: disabled.",
        "",
        "```mermaid",
        "flowchart LR",
        'n1["Back"]',
        'n2["Front"]',
        'n2 ==>|"20 → 25 %"| n1',
        "classDef changed stroke-width:3px",
        "class n2 changed",
        "```",
        "",
        "<details>",
        "<summary>Rules before and after: 1 queue</summary>",
        "",
        "```diff",
        "@@ Front @@",
        "- 20 % after 60 s → Back",
        "+ 25 % after 60 s → Back",
        "```",
        "",
        "</details>",
        "",
        "<details>",
        "<summary>12 findings were there before: 12 warnings</summary>",
        "",
        f"{line}4:3`: `Line 01 keeps 130 of 100`",
        tip,
        f"{line}5:3`: `Line 02 keeps 130 of 100`",
        tip,
        f"{line}6:3`: `Line 03 keeps 130 of 100`",
        tip,
        ("- **warning** `capacity.saturated`: `9 more: policies/a.yaml:7, 8, 9, 10, 11, 12, 13, 14, 15`"),
        "",
        "</details>",
        "",
    ] == plan_lines(small())


@pytest.mark.parametrize("made", PLANS, ids=range(len(PLANS)))
def test_the_verdict_comes_first_and_no_two_lines_are_empty(made: Plan) -> None:
    lines = plan_lines(made)
    assert [f"**{verdict(made, code)}**", ""] == lines[:2]
    assert not [one for one, next_ in pairwise(lines) if "" == one == next_]


@pytest.mark.parametrize("made", PLANS, ids=range(len(PLANS)))
def test_a_saved_plan_says_the_same(made: Plan) -> None:
    assert plan_lines(made) == plan_lines(plan_of(plan_document(made)))


def test_sections_stand_in_order() -> None:
    lines = plan_lines(plan("Q"))
    headings = [line for line in lines if line.startswith(("### ", "<summary>"))]
    assert [
        "### What this change causes",
        "### Changes",
        "### Around the change",
        "<summary>Rules before and after: 2 queues</summary>",
        "<summary>1 finding was there before: 1 note</summary>",
    ] == headings


def test_facts() -> None:
    made = replace(plan("Q"), organization=Organization("3f2b", "Example"))
    assert [
        (
            "- changes: 2 to create, 4 to update, 2 to delete in 2 queues; "
            "untouched: 1 equal, 1 equal and disabled, 2 unmanaged, 1 left out, 1 held back"
        ),
        "- loads that move most: `Q` takes in 20 → 25.5, keeps 104.5 → 110 of 100",
        (
            "- headroom, without the queues in or downstream of a loop: 0.96 → 0.91 times today's load: "
            "`Q` keeps more than its capacity already"
        ),
        "- cost of an apply: 8 calls, about 2 s at 5 calls a second, in 2 steps",
        (
            "- lock `compare`: the API has no etags; each queue is compared before and after its PUT, "
            "which leaves a small window"
        ),
        "- organization: `Example` (`3f2b`)",
        "",
    ] == plan_lines(made)[2:9]


def test_what_is_not_known_is_not_said() -> None:
    assert [
        "**No changes: the live queues match the policies.**",
        "",
        "- changes: none",
        "",
    ] == plan_lines(Plan("now", "api"))
    made = replace(small(), cost=Cost())
    assert not [line for line in plan_lines(made) if line.startswith("- cost")]


def test_where_no_rule_changes_the_danger_is_said_all_the_same() -> None:
    lines = plan_lines(halved())
    assert "**Can't be applied: this change overloads `Tier 3` (60 of 80 → 60 of 40).**" == lines[0]
    assert "- changes: none; untouched: 2 equal" == lines[2]
    assert "### Changes" not in lines
    assert (
        "- **error** (new) `capacity.exceeded` at `policies/a.yaml:3:3`: "
        "`Tier 3 takes 60 from Tier 1: 60 of 40 (before: 60 of 80)`"
    ) in lines


def test_a_drawing_without_neighbors_says_so() -> None:
    made = small()
    other = tuple(replace(made.live[0], queue=f"o{n}", name=f"O{n}") for n in range(20))
    feeding = tuple(
        replace(each, rules=tuple(rule for queue in made.live for rule in queue.rules)) for each in other
    )
    said = "Only what changes is drawn: with its neighbors it would be too large."
    assert 1 == sum(line.endswith(said) for line in plan_lines(replace(made, live=(*made.live, *feeding))))
    assert not [line for line in plan_lines(made) if line.endswith(said)]


def test_a_diff_takes_what_room_there_is() -> None:
    whole = plan_lines(plan("Q"))
    short = plan_lines(plan("Q"), sum(len(line) + 1 for line in whole) // 2)
    assert 2 == whole.count("@@ Q @@")
    assert "… and 2 more queues" in short
    assert len(short) < len(whole)
    assert whole == plan_lines(plan("Q"), MOST_CHARACTERS)


def test_counts() -> None:
    assert "none" == counts_in_words(Plan("now", "api"))
    assert "2 to create, 4 to update, 2 to delete in 2 queues" == counts_in_words(plan("Q"))


def test_names_are_those_of_queues_and_groups() -> None:
    made = replace(
        small(),
        live=(LiveRules("l", "Live"),),
        untouched=(Untouched("u", "Alone", Reason.UNMANAGED),),
    )
    (change,) = made.changes
    rules = tuple(replace(rule, groups=(Group("g", "Night"),)) for rule in change.rules)
    assert Action.UPDATE is rules[0].action
    assert {
        "id-Back": "Back",
        "id-Front": "Front",
        "g": "Night",
        "l": "Live",
        "u": "Alone",
    } == names_of(replace(made, changes=(replace(change, rules=rules),)))
