"""The merge-request note: what it says, how large it gets, and that names in it can do nothing."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.gitlab.place import Job
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange
from syncer.model.finding import Finding, Severity
from syncer.model.network import Headroom
from syncer.model.plan import LiveRules, Plan
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import plan_of
from syncer.report.note import marker, note_text, stub
from syncer.report.note.note import MOST_CHARACTERS
from tests.report.harmless import FENCE, SPAN, assert_tame
from tests.report.report_samples import HOSTILE, NOW, findings, mixed_plan
from tests.report.report_samples import plan as hostile_plan

GITLABS_LIMIT = 1_000_000
OLD, NEW = OverflowRule("b", 10, 60, True), OverflowRule("b", 20, 60, True)
UPDATE = RuleChange(Action.UPDATE, "b", "Back", OLD, NEW, (FieldChange("threshold", 10, 20),))
CREATE = RuleChange(Action.CREATE, "c", "Desk", None, OverflowRule("c", 5, 0, False))
DELETE = RuleChange(Action.DELETE, "d", "Gone", OverflowRule("d", 1, 0, True))
KEPT = OverflowRule("e", 7, 30, True)
CHANGE = QueueChange(
    "a",
    "Front",
    (UPDATE, CREATE, DELETE),
    (OLD, OverflowRule("d", 1, 0, True), KEPT),
    (NEW, OverflowRule("c", 5, 0, False), KEPT),
    kinds=("overflow",),
)
LIVE = (LiveRules("a", "Front", CHANGE.before), LiveRules("b", "Back"), LiveRules("e", "Else"))
PLAN = Plan(NOW, "https://api", "prod", changes=(CHANGE,), live=LIVE, headroom=Headroom(1.25, "Back"))
FIRST = Job("1" * 40, "https://gitlab.example.com/-/jobs/1", "https://gitlab.example.com/-/pipelines/1")
SECOND = replace(FIRST, commit="2" * 40)


def note(plan: Plan = PLAN, job: Job = FIRST, previous: str = "", environment: str = "prod") -> str:
    return note_text(plan_of(plan_document(plan)), environment, job, previous)


def test_the_whole_note() -> None:
    text = note()
    digest = plan_document(PLAN)["digest"]
    head, rest = text.split("\n\n", 1)
    assert [
        "<!-- syncer:plan:prod -->",
        f"<!-- syncer:commit {FIRST.commit} {digest} create=1 update=1 delete=1 -->",
    ] == head.split("\n")
    for part in (
        "## syncer plan for `prod`: 1 to create, 1 to update, 1 to delete in 1 queue",
        "Found: 0 errors, 0 warnings, 0 notes.",
        "The load may grow to 1.25 times today's; then `Back` is full.",
        "- **delete** 1 rule: `Front` → `Gone`.",
        "| 1 | `Front` | update | `→ Back` | threshold 10 % → 20 % |",
        (
            "<summary><code>Front</code>: 1 to create, 1 to update, 1 to delete</summary>\n\n```diff\n"
            "- 10 % after 60 s → Back\n+ 20 % after 60 s → Back\n+ 5 % after 0 s, disabled → Desk\n"
            "- 1 % after 0 s → Gone\n  7 % after 30 s → Else\n```\n\n</details>\n"
        ),
        "The whole network. Thick: what changes; dotted: disabled.",
        "1 PUT in 1 step",
        f"Plan `{digest}`, commit {FIRST.commit}, [job](<{FIRST.url}>), [pipeline](<{FIRST.pipeline_url}>).",
    ):
        assert part in rest


def test_the_network_before_and_after() -> None:
    before, after = re.findall(r"```mermaid\n(.*?)\n```", note(), re.DOTALL)
    nodes = 'flowchart LR\nn1["Back"]\nn2["Desk"]\nn3["Else"]\nn4["Front"]\nn5["Gone"]\n'
    classes = "classDef changed stroke-width:3px\nclass n4 changed"
    assert f'{nodes}n4 ==>|"10 %"| n1\nn4 ==>|"1 %"| n5\nn4 -->|"7 %"| n3\n{classes}' == before
    assert f'{nodes}n4 ==>|"20 %"| n1\nn4 -.->|"5 %"| n2\nn4 -->|"7 %"| n3\n{classes}' == after


def test_the_same_plan_keeps_its_note_and_another_plan_does_not() -> None:
    first = note()
    another = note(replace(PLAN, changes=(replace(CHANGE, rules=(UPDATE,)),)), previous=first)
    assert first == note(previous=first)
    assert "1 to create, 1 to update, 1 to delete" in first
    assert "0 to create, 1 to update, 0 to delete" in another


def test_no_changes() -> None:
    text = note(Plan(NOW, "https://api", live=LIVE), Job(), environment="")
    assert "## syncer plan for the default environment: no changes\n\nLive is what the policies say." in text
    assert "Nothing is written." in text
    assert "### Changes" not in text
    assert "mermaid" not in text
    assert text.startswith("<!-- syncer:plan:default -->\n<!-- syncer:commit - sha256:")


def test_a_plan_with_errors_says_so() -> None:
    text = note(replace(PLAN, findings=findings("x")))
    assert "can't be applied" in text
    assert "PUT" not in text.partition("### On merge")[2]


def test_warnings_come_first_and_in_order() -> None:
    warning = Finding("references.unused", Severity.WARNING, "some")
    text = note(replace(PLAN, findings=(warning, *findings("x")), lock="compare"))
    places = [
        text.index(part)
        for part in (
            "### Look at this first",
            "- **error** `loops.cycle` at `x:2:3`: `x`\n  <br>tip: `x`",
            "- **delete**",
            "- **warning** `capacity.saturated`: `x`",
            "- **warning** `references.unused`: `some`",
            "- **lock** `compare`: live has no etags",
            "<summary>1 note of the checks</summary>\n\n- **info** `capacity.tight`",
            "### Changes",
        )
    ]
    assert sorted(places) == places


@pytest.mark.parametrize(("factor", "words"), [(0.5, "would be full at 0.50"), (None, "Untouched")])
def test_headroom(factor: float | None, words: str) -> None:
    text = note(replace(PLAN, headroom=Headroom(factor, "Back")))
    assert words in text
    assert (factor is None) == ("full" not in text)


def test_a_plan_of_another_commit_is_superseded() -> None:
    first = note()
    second = note(replace(PLAN, changes=()), SECOND, first)
    digest = plan_document(PLAN)["digest"]
    assert (
        f"- commit {FIRST.commit}: 1 to create, 1 to update, 1 to delete; plan `{digest}`"
        in second.partition("<summary>Superseded: 1 earlier plan</summary>")[2]
    )
    assert second == note(replace(PLAN, changes=()), SECOND, second)


def test_a_new_plan_of_the_same_commit_supersedes_nothing() -> None:
    assert "uperseded" not in note(replace(PLAN, changes=()), FIRST, note())


def test_only_the_last_superseded_plans_are_kept() -> None:
    text = ""
    for number in range(9):
        text = note(job=Job(str(number) * 40), previous=text)
    shown = re.findall(r"^- commit (\d)", text, re.MULTILINE)
    assert ["7", "6", "5", "4", "3"] == shown


@pytest.mark.parametrize("previous", ["", "x", "<!-- syncer:plan:prod -->", "a\n<!-- syncer:commit @all -->"])
def test_a_note_that_somebody_edited_supersedes_nothing(previous: str) -> None:
    assert note() == note(previous=previous)


def test_line_ends_of_the_previous_note_mean_nothing() -> None:
    assert note(job=SECOND, previous=note()) == note(job=SECOND, previous=note().replace("\n", "\r\n"))


@pytest.mark.parametrize("environment", ["a-->b", "a--b---c", "prod eu", "<!--", "@all\n/close"])
def test_a_marker_is_one_comment(environment: str) -> None:
    for line in (marker(environment), stub(environment).split("\n")[0]):
        assert re.fullmatch(r"<!-- syncer:[a-z]+:(?:(?!--)[\w.%~-])+ -->", line)
    assert not stub(environment).startswith(marker(environment))


def test_environments_have_markers_of_their_own() -> None:
    names = ["", "a", "a-b", "a--b", "a-%2Db", "a---b", "a b", "a%20b"]
    assert len(names) == len({marker(name) for name in names})


def assert_harmless(text: str) -> None:
    assert_tame(text)
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    assert all(6 == len(re.findall(r"(?<!\\)\|", row)) for row in rows)
    blocks = FENCE.sub("", SPAN.sub("", text))
    assert blocks.count("<details>") == blocks.count("</details>") == blocks.count("<summary>")
    for diagram in re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL):
        assert len(diagram.encode("utf-16-le")) // 2 <= 2000
        assert_drawn(diagram)


def assert_drawn(diagram: str) -> None:
    first, *lines = diagram.split("\n")
    assert "flowchart LR" == first
    for line in lines:
        assert re.fullmatch(
            r'n\d+\["(?:[^\W_]| |#\d+;)+"\]|n\d+ (?:==>|-->|-\.->)\|"(?:-?\d+ %|backup)"\| n\d+'
            r"|classDef changed stroke-width:3px|class n[\dn,]+ changed",
            line,
        )


def named(name: str) -> Plan:
    """A small plan with the name wherever there is one, and one with everything else that has text."""
    rules = tuple(replace(rule, target_name=name) for rule in CHANGE.rules)
    changes = (replace(CHANGE, name=name, rules=rules),)
    live = tuple(replace(queue, name=name) for queue in LIVE)
    return replace(PLAN, changes=changes, live=live, findings=findings(name), headroom=Headroom(1.0, name))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names(name: str) -> None:
    assert_harmless(note(named(name), environment=name))
    assert_harmless(note(hostile_plan(name), environment=name))
    assert_harmless(note(mixed_plan(name), environment=name))


@given(st.text(min_size=1) | st.text("`|\\ @/<>&!#[]()-", min_size=1, max_size=12))
def test_any_name(name: str) -> None:
    text = note(named(name), environment=name)
    assert_harmless(text)
    assert_harmless(note(mixed_plan(name), environment=name))
    assert text == note(named(name), environment=name, previous=text)


@given(st.text("`|\\a ", min_size=1, max_size=12).filter(lambda name: "\\|" not in name and name.strip()))
def test_a_name_in_the_table_is_whole(name: str) -> None:
    row = next(line for line in note(named(name)).split("\n") if line.startswith("| 1 |"))
    cell = re.split(r"(?<!\\)\|", row)[2].strip()
    backticks = re.match("`+", cell)
    assert backticks
    inside = cell[backticks.end() : -backticks.end()].replace("\\|", "|")
    assert name == (inside[1:-1] if inside[0] == inside[-1] == " " else inside)


def large(number: int, name: str = "Queue", rules: int = 1) -> Plan:
    each = tuple(
        RuleChange(Action.DELETE, f"t{place}", f"{name}{place}", OverflowRule(f"t{place}", 5, 60, True))
        for place in range(rules)
    )
    before = tuple(rule.before for rule in each if rule.before)
    changes = tuple(
        QueueChange(f"q{place}", f"{name} {place}", each, before, (), place + 1, kinds=("overflow",))
        for place in range(number)
    )
    live = tuple(LiveRules(change.queue, change.name, before) for change in changes)
    found = tuple(Finding("loops.cycle", Severity.ERROR, name * 9, None, name * 9) for _ in range(number))
    return replace(PLAN, changes=changes, live=live, findings=found)


def test_three_thousand_changes() -> None:
    text = note(large(3000))
    assert len(text) < GITLABS_LIMIT
    assert "0 to create, 0 to update, 3,000 to delete in 3,000 queues" in text
    assert "… and 2,700 more rules." in text
    assert "… and 2,800 more queues." in text
    assert "and 2,980 more." in text
    assert text == note(large(3000))
    assert_harmless(text)


@pytest.mark.parametrize("name", ["`" * 500, "&<>" * 100, "\U0001f600" * 300, "\u202e" * 300])
def test_the_limit_holds_for_long_names_and_many_rules(name: str) -> None:
    text = note(large(80, name, 70))
    assert len(text) < MOST_CHARACTERS + 1000
    assert "more lines" in text
    assert "more queue" in text
    assert text.count("<details>") == text.count("</details>")


def test_only_what_changes_is_drawn_where_all_is_too_much() -> None:
    others = tuple(
        LiveRules(f"o{place}", f"Other {place}", (OverflowRule("b", 1, 0, True),)) for place in range(100)
    )
    text = note(replace(PLAN, live=(*LIVE, *others)))
    assert "Only the rules that change (all are too many to draw)." in text
    before, after = re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL)
    assert "Other" not in before + after
    assert "n1[" in before
    assert_harmless(text)


@pytest.mark.parametrize("name", ["Queue", "\U0001f600" * 40])
def test_as_much_is_drawn_as_gitlab_draws(name: str) -> None:
    text = note(large(120, name))
    drawn = re.search(r"Only the first (\d+) of 120 rules that change \(more can't be drawn\)\.", text)
    assert drawn
    before, after = re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL)
    assert int(drawn[1]) == before.count("==>")
    assert 0 == after.count("==>")
    units = len(before.encode("utf-16-le")) // 2
    one_more = max(len(line.encode("utf-16-le")) // 2 for line in before.split("\n")) + 30
    assert 2000 - one_more < units <= 2000
    assert_harmless(text)


def test_a_network_without_arrows_is_not_drawn() -> None:
    assert "Its arrows, the flows of contacts, stay as they are." in note(large(1, rules=0))


def test_a_queue_without_a_name_is_drawn_by_its_id() -> None:
    assert 'n1["a"]' in note(named(""))
