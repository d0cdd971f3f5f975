"""The merge-request note: what it says, how large it gets, and that names in it can do nothing."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.checks.safety import REFUSED
from syncer.errors import LiveError
from syncer.gitlab.place import Job
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange
from syncer.model.finding import Finding, Position, Severity
from syncer.model.network import Headroom
from syncer.model.plan import LiveRules, Plan
from syncer.model.source import Source
from syncer.planning.document import change_digest, plan_document
from syncer.planning.saved_plan import plan_of
from syncer.report.json import render
from syncer.report.note import marker, missing_text, note_text, stub
from syncer.report.note.body import MOST_CHARACTERS, plan_lines
from syncer.report.note.note import NO_PLAN, Reviewed, commit_in, reviewed_in
from syncer.report.views import Report
from tests.report.changes import excused, loop
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
    assert [
        "<!-- syncer:plan:prod -->",
        f"<!-- syncer:commit {FIRST.commit} {digest} create=1 update=1 delete=1 -->",
        f"<!-- syncer:changes {change_digest(PLAN.changes)} -->",
        "",
        "## syncer plan for `prod`",
        "",
        *plan_lines(PLAN),
        "### On merge",
        "",
        (
            "The pipeline of the default branch makes this plan again and applies it: 1 PUT in 1 step, "
            "overflow targets before the queues that overflow to them. If the live rules changed in between, "
            "the plan is refused and nothing is overwritten."
        ),
        "",
        f"Plan `{digest}`, commit {FIRST.commit}, [job](<{FIRST.url}>), [pipeline](<{FIRST.pipeline_url}>).",
    ] == text.splitlines()


def test_the_verdict_comes_first() -> None:
    lines = [line for line in note(loop()).splitlines() if line and not line.startswith("<!--")]
    assert [
        "## syncer plan for `prod`",
        "**Can't be applied: this change closes a loop of 3 queues (`A` → `B` → `C` → `A`).**",
    ] == lines[:2]


def test_what_happens_on_merge() -> None:
    beyond = replace(PLAN, findings=(Finding(REFUSED, Severity.WARNING, "too much"),))
    for made, words in (
        (loop(), "Nothing is written until the errors are gone."),
        (Plan(NOW, "https://api"), "Nothing is written."),
        (beyond, f"As things are, the pipeline refuses to apply this plan (`{REFUSED}` above): nothing"),
        (
            excused(),
            "The pipeline of the default branch makes this plan again and applies it: 1 PUT in 1 step",
        ),
    ):
        assert note(made).partition("### On merge\n\n")[2].startswith(words)


def test_the_same_plan_keeps_its_note_and_another_plan_does_not() -> None:
    first = note()
    another = note(replace(PLAN, changes=(replace(CHANGE, rules=(UPDATE,)),)), previous=first)
    assert first == note(previous=first)
    assert "1 to create, 1 to update, 1 to delete" in first
    assert "0 to create, 1 to update, 0 to delete" in another


def test_a_narrowed_plan_says_so() -> None:
    narrowed = replace(hostile_plan("Q"), selected=("Q",))
    said = "- narrowed: `only Q and 7 others of 9 queues; the rest stays as it is`\n"
    whole, part = (
        note_text(plan_of(plan_document(made)), "", Job()) for made in (hostile_plan("Q"), narrowed)
    )
    assert (False, True) == (said in whole, said in part)


def test_no_changes() -> None:
    text = note(Plan(NOW, "https://api", live=LIVE), Job(), environment="")
    said = "**No changes: the live queues match the policies.**"
    assert f"## syncer plan for the default environment\n\n{said}\n" in text
    assert "Nothing is written." in text
    assert "### Changes" not in text
    assert "mermaid" not in text
    assert text.startswith("<!-- syncer:plan:default -->\n<!-- syncer:commit - sha256:")


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


def test_where_no_plan_could_be_made_the_note_says_so_and_keeps_what_it_showed() -> None:
    digest = plan_document(PLAN)["digest"]
    text = missing_text("prod", SECOND, note())
    assert [
        "<!-- syncer:plan:prod -->",
        f"<!-- syncer:superseded {FIRST.commit} {digest} create=1 update=1 delete=1 -->",
        "",
        "## syncer plan for `prod`: none could be made",
        "",
        NO_PLAN,
        "",
        f"Commit {SECOND.commit}, [job](<{FIRST.url}>), [pipeline](<{FIRST.pipeline_url}>).",
        "",
        "<details>",
        "<summary>Superseded: 1 earlier plan</summary>",
        "",
        f"- commit {FIRST.commit}: 1 to create, 1 to update, 1 to delete; plan `{digest}`",
        "",
        "</details>",
    ] == text.splitlines()
    assert text == missing_text("prod", SECOND, text)


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


def test_each_set_of_policies_has_a_note_of_its_own() -> None:
    sets = ["", "eu", "eu/policies", "a--b", "a-->", "a:b", "@all"]
    markers = {marker("prod", each) for each in sets} | {marker("prod:eu"), marker("")}
    assert len(sets) + 2 == len(markers)
    assert marker("prod") == marker("prod", "")
    text = note_text(plan_of(plan_document(PLAN)), "prod", FIRST, policy_set="eu/policies")
    assert text.startswith("<!-- syncer:plan:prod:eu%2Fpolicies -->\n")
    assert "## syncer plan for `prod`, policies `eu/policies`\n" in text
    assert stub("prod", "eu").startswith("<!-- syncer:superseded:prod:eu -->\n")


def test_a_plan_of_a_branch_that_is_behind_says_so_first() -> None:
    behind = Source("1" * 40, "5", target="main`\n/close", merged=False, behind=12)
    for source, words in (
        (
            behind,
            "**Warning:** 12 commits behind ``main`\\x0a/close``: what others merged looks undone here.",
        ),
        (replace(behind, behind=None), "**Warning:** whether commits of ``main`\\x0a/close`` are missing"),
    ):
        text = note(replace(PLAN, source=source))
        assert_harmless(text)
        assert text.partition("## syncer plan for `prod`\n\n")[2].startswith(words)
    assert "Warning" not in note(replace(PLAN, source=replace(behind, merged=True)))


def test_why_there_is_no_plan_is_in_the_note() -> None:
    found = (
        Finding("capacity.tight", Severity.INFO, "tight"),
        Finding(
            "yaml.syntax", Severity.ERROR, "no `such` mark", Position("eu/policies/a.yaml", 7, 3), "fix it"
        ),
    )
    error = LiveError("live did not\nanswer", hint="Look at `it`.")
    report = json.loads(render(Report("plan", 3, None, found, error=error), color=False))
    text = missing_text("prod", SECOND, report=report)
    assert_tame(text)
    assert [
        "What merging would do is not known.",
        "",
        "**Error:** `live did not · answer`",
        "",
        "What to do: ``Look at `it`.``",
        "",
        "### What was found",
        "",
        "- **error** `yaml.syntax` at `eu/policies/a.yaml:7:3`: ``no `such` mark``",
        "  - tip: `fix it`",
        "- **info** `capacity.tight`: `tight`",
        "",
    ] == text.splitlines()[4:16]
    nothing = json.loads(render(Report("plan", 130), color=False))
    assert NO_PLAN in missing_text("prod", SECOND, report=nothing)


def test_what_was_reviewed_is_read_from_the_note() -> None:
    text = note()
    counts = "1 to create, 1 to update, 1 to delete"
    assert Reviewed(change_digest(PLAN.changes), counts) == reviewed_in(text)
    assert reviewed_in(text) == reviewed_in(text.replace("\n", "\r\n"))
    for other in (
        "",
        missing_text("prod", FIRST, text),
        text.replace("syncer:changes sha256", "syncer:changes"),
    ):
        assert reviewed_in(other) is None


def assert_harmless(text: str) -> None:
    assert_tame(text)
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    (cells,) = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert cells in (5, 6, 7)
    blocks = FENCE.sub("", SPAN.sub("", text))
    assert blocks.count("<details>") == blocks.count("</details>") == blocks.count("<summary>")
    assert len(re.findall("^```mermaid$", text, re.MULTILINE)) <= 1


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


@pytest.mark.slow
def test_three_thousand_changes() -> None:
    text = note(large(3000))
    assert len(text) < GITLABS_LIMIT
    assert "0 to create, 0 to update, 3,000 to delete in 3,000 queues" in text
    assert "… and 2,700 more rules." in text
    assert "… and 2,800 more queues\n" in text
    assert "and 2,980 more." in text
    assert "mermaid" not in text
    assert text == note(large(3000))
    assert_harmless(text)


@pytest.mark.parametrize("name", ["`" * 500, "&<>" * 100, "\U0001f600" * 300, "\u202e" * 300])
@pytest.mark.slow
def test_the_limit_holds_for_long_names_and_many_rules(name: str) -> None:
    text = note(large(80, name, 70))
    assert len(text) < MOST_CHARACTERS + 1000
    assert "more lines" in text
    assert "more queue" in text
    assert text.count("<details>") == text.count("</details>")


def test_which_commit_a_note_is_of() -> None:
    assert FIRST.commit == commit_in(note())
    kept = missing_text("prod", SECOND, note())
    assert SECOND.commit == commit_in(kept)
    assert "" == commit_in(missing_text("prod", Job(), note()))
