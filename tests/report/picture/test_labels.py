from typing import Any

import pytest

from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, RuleChange
from syncer.model.network import Transfer
from syncer.report.picture.labels import brief, share, step, transfer

OLD: dict[str, Any] = {"target": "b", "threshold": 25, "delay": 60, "enabled": True}


def change(action: Action, before: dict[str, Any] | None, after: dict[str, Any] | None) -> RuleChange:
    old, new = (OverflowRule(**side) if side else None for side in (before, after))
    return RuleChange(action, "b", "B", old, new)


CASES = [
    (Action.CREATE, None, OLD, "+ 25 %", "+ 25 %"),
    (Action.DELETE, OLD, None, "− 25 %", "− 25 %"),
    (Action.UPDATE, OLD, OLD | {"threshold": 35}, "25 → 35 %", "25 → 35 %"),
    (Action.UPDATE, OLD, OLD | {"delay": 120}, "25 %, 60 → 120 s", "60 → 120 s"),
    (Action.UPDATE, OLD, OLD | {"enabled": False}, "25 %, on → off", "on → off"),
    (Action.UPDATE, OLD | {"enabled": False}, OLD, "25 %, off → on", "off → on"),
    (Action.UPDATE, OLD, OLD, "25 %", "25 %"),
]


@pytest.mark.parametrize(("action", "before", "after", "long", "short"), CASES)
def test_what_is_written_at_a_rule_that_changes(
    action: Action, before: dict[str, Any] | None, after: dict[str, Any] | None, long: str, short: str
) -> None:
    assert (long, short) == (step(change(action, before, after)), brief(change(action, before, after)))


def test_a_rule_without_a_share_has_its_word() -> None:
    assert "backup" == share(BackupRule("b", 60))
    assert "25 %" == share(OverflowRule(**OLD))


def test_a_flow_says_its_share_where_it_was_measured() -> None:
    assert "flow Night, 12 %" == transfer(Transfer("a", "b", "Night", "3.0", share=12))
    assert "perhaps flow Night" == transfer(Transfer("a", "b", "Night", proven=False))
