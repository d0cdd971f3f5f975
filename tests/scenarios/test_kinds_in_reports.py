"""Backup queues and conditional groups in every report that shows rules."""

import json
import re
from dataclasses import replace

import pytest

from syncer.audit.entries import change_entries
from syncer.drift.found import drift_of
from syncer.gitlab.place import Job
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.registry import KIND_NAMES, KINDS, POLICY_KINDS, rule_step
from syncer.model.change import Action, FieldChange, QueueChange, RuleChange
from syncer.model.plan import LiveRules, Outcome, Plan, Status
from syncer.model.queue import Group
from syncer.model.rule import Rule, Value
from syncer.planning.document import plan_document
from syncer.planning.saved_plan import plan_of
from syncer.report import json as as_json
from syncer.report import markdown
from syncer.report.lookups import AuditShown
from syncer.report.note import note_text
from syncer.report.text.drift import drift_in_words
from syncer.report.text.plan import rule_in_words
from syncer.report.views import Drifted, Planned, Report
from tests.report.report_samples import HOSTILE, NOW, RUN

BACKUP = BackupRule("b", 90, True)
WATCH = GroupRule(2, "w", "EstimatedWaitTime", "GreaterThan", 30.0, 60, ("g", "h"))
OWN = replace(WATCH, place=1, target="", groups=("g",))


def plan(group: str = "Night", watched: str = "Desk") -> Plan:
    named = (Group("g", group),)
    fields = (
        FieldChange("queue", "", watched),
        FieldChange("groups", "", group),
        FieldChange("value", 9.0, 30.5),
    )
    rules = (
        RuleChange(Action.CREATE, "b", "Back", None, BACKUP),
        RuleChange(Action.CREATE, "", "", None, OWN, groups=named),
        RuleChange(Action.UPDATE, "w", watched, WATCH, WATCH, fields, groups=named),
        RuleChange(Action.DELETE, "w", watched, replace(WATCH, place=3), None, groups=named),
    )
    change = QueueChange(
        "a", "Front", rules, (WATCH, replace(WATCH, place=3)), (BACKUP, OWN, WATCH), kinds=tuple(KIND_NAMES)
    )
    live = (LiveRules("a", "Front", change.before),)
    return Plan(NOW, "https://api", changes=(change,), live=live, dialect="genesys-cloud")


LABELS = ["backup → Back", "groups 1", "groups 2 watching Desk", "groups 3 watching Desk"]
VALUES = [
    "after 90 s",
    "Night when EstimatedWaitTime GreaterThan 30, after 60 s",
    "queue the queue itself → Desk, groups none → Night, value 9 → 30.5",
    "Night, h when EstimatedWaitTime GreaterThan 30, after 60 s",
]


def test_a_plan_names_groups() -> None:
    rules = plan().changes[0].rules
    assert LABELS == [rule.rule.label(rule.target_name) for rule in rules]
    assert VALUES == [rule_in_words(rule) for rule in rules]


def test_drift_names_groups() -> None:
    drift = drift_of(plan())
    words = {rule.side.label(rule.target_name): drift_in_words(rule) for rule in drift.rules}
    assert words == {
        **{LABELS[place]: VALUES[place] for place in (0, 1, 3)},
        LABELS[2]: "queue is the queue itself, the policy says Desk, groups is none, the policy says Night, "
        "value is 9, the policy says 30.5",
    }


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (BACKUP, "after 90 s"),
        (BackupRule("b"), "at once"),
        (replace(BACKUP, wait_for_agent=False), "at once (agent_wait 90 s is unused)"),
        (replace(OWN, groups=()), "no groups when EstimatedWaitTime GreaterThan 30, after 60 s"),
        (replace(OWN, value=1e12), "g when EstimatedWaitTime GreaterThan 1e+12, after 60 s"),
    ],
)
def test_settings_in_words(rule: Rule, words: str) -> None:
    assert words == rule.settings({})


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("agent_wait", 90, "90 s"),
        ("wait", 0, "0 s"),
        ("wait_for_agent", False, "false"),
        ("value", 30.0, "30"),
        ("queue", "", "the queue itself"),
        ("groups", "", "none"),
        ("metric", "", ""),
    ],
)
def test_values_have_units(field: str, value: Value, words: str) -> None:
    kind = next(kind for kind in reversed(KINDS) if kind.field(field))
    assert words == kind.in_words(field, value)


def test_markdown_and_json() -> None:
    made = plan()
    report = Report("plan", 0, Planned(made, plan_document(made)))
    shown = markdown.render(report, color=False).splitlines()
    assert "| `Front` | create | `backup → Back` | after 90 s |" in shown
    assert f"| `Front` | create | `groups 1` | `{VALUES[1]}` |" in shown
    document = json.loads(as_json.render(report, color=False))["result"]["plan"]
    created = document["changes"][0]["rules"][1]
    night = {"id": "g", "name": "Night", "type": "GROUP"}
    assert ([night], ["g"]) == (created["groups"], created["after"]["groups"])
    kinds = [*POLICY_KINDS, "member_groups", "owner"]
    assert kinds == document["changes"][0]["kinds"]
    drift = json.loads(as_json.render(Report("drift", 0, Drifted(drift_of(made))), color=False))
    assert {"backup", "conditional_groups"} == {
        (rule["policy"] or rule["live"])["kind"] for rule in drift["result"]["rules"]
    }


def test_the_audit_in_words() -> None:
    entries = change_entries(RUN, Outcome(plan().changes[0], Status.APPLIED), NOW)
    assert [
        "none ⇒ backup after 90 s",
        "none ⇒ groups 1: Night when EstimatedWaitTime GreaterThan 30, after 60 s",
        " ⇒ ".join(["groups 2: Night, h when EstimatedWaitTime GreaterThan 30, after 60 s"] * 2),
        "groups 3: Night, h when EstimatedWaitTime GreaterThan 30, after 60 s ⇒ none",
    ] == [rule_step(entry) for entry in entries]
    waiting = {"kind": "backup", "agent_wait": 60, "wait_for_agent": True}
    at_once = {**waiting, "wait_for_agent": False}
    assert "backup after 60 s ⇒ backup at once" == rule_step({"before": waiting, "after": at_once})
    shown = markdown.render(Report("audit show", 0, AuditShown(entries)), color=False)
    assert "| `CREATE_BACKUP_QUEUE` |" in shown


def note(made: Plan) -> str:
    return note_text(plan_of(plan_document(made)), "", Job())


def test_the_note_draws_what_moves_contacts_and_tells_the_rest() -> None:
    text = note(plan())
    (drawn,) = re.findall(r"```mermaid\n(.*?)\n```", text, re.DOTALL)
    assert ['n2 ==>|"+ backup"| n1'] == [line for line in drawn.splitlines() if "|" in line]
    assert "| `Front` | create | `backup → Back` | after 90 s |" in text
    assert f"| `Front` | create | `groups 1` | `{VALUES[1]}` |" in text
    assert "+ after 90 s backup → Back\n+ groups 1: Night when EstimatedWaitTime" in text
    assert "- **delete** 1 rule: `Front` groups 3 watching `Desk`." in text


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_group_or_queue_stands_as_code(name: str) -> None:
    row = next(line for line in note(plan(name, name)).splitlines() if "| update |" in line)
    cells = re.split(r"(?<!\\)\|", row)
    assert 6 == len(cells)
    assert all(cell.strip().startswith("`") and cell.strip().endswith("`") for cell in cells[3:5])
