"""The plan of a loss: from their rules to those that live has."""

import json
from typing import Any

import pytest

from syncer.kinds.registry import GENESYS_CLOUD
from syncer.live.wire import read_queue
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.plan import Plan
from syncer.model.policy import PolicySet
from syncer.model.window import Overwritten
from syncer.planning.build import Inputs
from syncer.planning.lost_rules import plan_of_loss
from tests.program import live_queue, overflow

NOW = "2026-03-01T08:30:00.000Z"


def planned(*changes: tuple[str, tuple[str, ...]], **fields: Any) -> Plan | None:
    raws = [live_queue("Front", overflow("back", 25), **fields), live_queue("Back"), live_queue("Other")]
    inputs = Inputs(PolicySet(), tuple(map(read_queue, raws)), "https://api", "compare")
    made = tuple(PropertyChange(name, (), new) for name, new in changes)
    return plan_of_loss([Overwritten("run", "Front", AuditedEdit("front", NOW, changes=made))], inputs, NOW)


def test_their_rules_are_before_and_those_of_live_after() -> None:
    theirs = json.dumps(overflow("other", 77))
    plan = planned(("routingRules", (theirs,)), ("description", ("x",)))
    assert plan is not None
    [change] = plan.changes
    assert ["77"] == [f"{rule.percent:g}" for rule in change.before if rule.percent is not None]
    assert ["25"] == [f"{rule.percent:g}" for rule in change.after if rule.percent is not None]
    assert (True, ()) == (plan.applicable, plan.findings)


def test_a_backup_queue_comes_back() -> None:
    raws: list[dict[str, Any]] = [
        {"id": "front", "name": "Front", "directRouting": {"backupQueueId": "back"}},
        {"id": "back", "name": "Back"},
        {"id": "other", "name": "Other"},
    ]
    inputs = Inputs(
        PolicySet(), tuple(map(read_queue, raws)), "https://api", "compare", dialect=GENESYS_CLOUD
    )
    edit = AuditedEdit(
        "front", NOW, changes=(PropertyChange("directRouting.backupQueueId", ("back",), ("other",)),)
    )
    plan = plan_of_loss([Overwritten("run", "Front", edit)], inputs, NOW)
    assert plan is not None
    [change] = plan.changes
    assert (["other"], ["back"]) == (
        [rule.target for rule in change.before],
        [rule.target for rule in change.after],
    )


@pytest.mark.parametrize(
    "changes",
    [
        [("description", ("theirs",))],
        [("routingRules", ("not JSON",))],
        [("routingRules.deeper", ("x",))],
        [("routingRules", ('{"type": "overflow", "overflowTarget": 5}',))],
        [
            (
                "routingRules",
                (json.dumps(overflow("back", 25)),),
            )
        ],
        [("directRouting", ("5",))],
    ],
)
def test_where_nothing_can_be_brought_back_surely_there_is_no_plan(
    changes: list[tuple[str, tuple[str, ...]]],
) -> None:
    assert planned(*changes) is None


def test_a_queue_that_is_gone_gets_none() -> None:
    edit = AuditedEdit("gone", NOW, changes=(PropertyChange("routingRules", (), ("x",)),))
    inputs = Inputs(PolicySet(), (), "https://api", "compare")
    assert plan_of_loss([Overwritten("run", "Gone", edit)], inputs, NOW) is None
