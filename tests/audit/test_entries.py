from typing import Any

import pytest

from syncer.audit.entries import change_entries, run_entry
from syncer.kinds.backup import BackupRule
from syncer.kinds.conditional_groups import GroupRule
from syncer.kinds.registry import KIND_NAMES
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.plan import Outcome, Status
from tests.audit.trails import CHANGE, DONE, NOW, RUN

FIRST_NINE = [
    "timestamp",
    "action",
    "queueId",
    "ruleType",
    "threshold",
    "targetQueue",
    "latencyMs",
    "validationPass",
    "success",
]


def closing(**values: Any) -> dict[str, Any]:
    known: dict[str, Any] = {"status": "done", "validation_pass": True}
    return run_entry(RUN, NOW, **{**known, **values})


def test_the_first_nine_fields_keep_their_names_and_their_order() -> None:
    for entry in (*change_entries(RUN, DONE, NOW), closing()):
        assert FIRST_NINE == list(entry)[:9]


def test_each_rule_of_a_change_has_an_entry() -> None:
    created, updated, deleted = change_entries(RUN, DONE, NOW)
    common = {"timestamp": NOW, "queueId": "a", "latencyMs": 12.346, "success": True, "status": "applied"}
    for entry in (created, updated, deleted):
        assert common.items() <= entry.items()
    assert ("CREATE_OVERFLOW_RULE", 5, "c", None) == tuple(
        created[key] for key in ("action", "threshold", "targetQueue", "before")
    )
    assert ("UPDATE_OVERFLOW_RULE", 20, "b") == tuple(
        updated[key] for key in ("action", "threshold", "targetQueue")
    )
    before = {"kind": "overflow", "target": "b", "threshold": 10, "delay": 60, "enabled": True}
    assert before == updated["before"]
    assert ("DELETE_OVERFLOW_RULE", 7, "d", None) == tuple(
        deleted[key] for key in ("action", "threshold", "targetQueue", "after")
    )


def test_rules_of_other_kinds_have_words_of_their_own() -> None:
    watch = GroupRule(2, "w", "ServiceLevel", "LessThan", 80.0, 5, ("g",))
    rules = (
        RuleChange(Action.CREATE, "b", "Queue B", None, BackupRule("b", 90)),
        RuleChange(Action.DELETE, "w", "Queue W", watch, None),
    )
    change = QueueChange("a", "Queue A", rules, (watch,), (BackupRule("b", 90),), kinds=tuple(KIND_NAMES))
    created, deleted = change_entries(RUN, Outcome(change, Status.APPLIED), NOW)
    assert ("CREATE_BACKUP_QUEUE", "backup", None, "b", "Queue B") == tuple(
        created[key] for key in ("action", "ruleType", "threshold", "targetQueue", "targetName")
    )
    assert {"kind": "backup", "target": "b", "agent_wait": 90, "wait_for_agent": False} == created["after"]
    assert ("DELETE_CONDITIONAL_GROUP_RULE", "conditional_groups", None, "w") == tuple(
        deleted[key] for key in ("action", "ruleType", "threshold", "targetQueue")
    )
    assert {
        "kind": "conditional_groups",
        "place": 2,
        "target": "w",
        "metric": "ServiceLevel",
        "operator": "LessThan",
        "value": 80.0,
        "wait": 5,
        "groups": ["g"],
    } == deleted["before"]


@pytest.mark.parametrize("status", Status)
def test_only_what_is_done_is_a_success(status: Status) -> None:
    entry = change_entries(RUN, Outcome(CHANGE, status), NOW)[0]
    assert (status.value, status in (Status.APPLIED, Status.MERGED, Status.ALREADY)) == (
        entry["status"],
        entry["success"],
    )


def test_the_entry_of_a_run_adds_up() -> None:
    failed = Outcome(CHANGE, Status.FAILED)
    entry = closing(
        status="in part",
        outcomes=[DONE, failed, DONE],
        calls={"PUT /q": 3},
        duration_ms=1.23456,
        detail="why",
    )
    expected = {
        "action": "APPLY_RUN",
        "success": False,
        "validationPass": True,
        "latencyMs": 1.235,
        "queues": {"applied": 2, "failed": 1},
        "calls": {"PUT /q": 3},
        "overrides": ["--allow-delete"],
        "detail": "why",
        "run": RUN.id,
        "startedAt": NOW,
        "planDigest": "sha256:1",
        "environment": "prod",
    }
    assert expected.items() <= entry.items()


def test_a_refused_run_did_not_pass() -> None:
    entry = closing(status="refused", validation_pass=False)
    assert (False, False, {}, {}) == tuple(
        entry[key] for key in ("validationPass", "success", "queues", "calls")
    )
