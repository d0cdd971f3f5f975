import json
from pathlib import Path

import pytest

from syncer.app.restore_plans import RestorePlans
from syncer.errors import LiveError
from syncer.live.wire import read_queue
from syncer.model.audited import AuditedEdit, PropertyChange
from syncer.model.policy import PolicySet
from syncer.model.window import Overwritten
from syncer.planning.build import Inputs
from tests.program import live_queue, overflow

NOW = "2026-03-01T08:30:00.000Z"
THEIRS = json.dumps(overflow("back", 77))
RULES = AuditedEdit("front", NOW, changes=(PropertyChange("routingRules", (), (THEIRS,)),))
LOST = Overwritten("run", "Front", RULES)
WORDS = AuditedEdit("back", NOW, changes=(PropertyChange("description", (), ("x",)),))
OTHER = Overwritten("run", "Back", WORDS)


def inputs() -> Inputs:
    raws = [live_queue("Front", overflow("back", 25)), live_queue("Back")]
    return Inputs(PolicySet(), tuple(map(read_queue, raws)), "https://api", "compare")


def test_each_queue_with_lost_rules_has_a_plan_of_its_own(tmp_path: Path) -> None:
    restored = RestorePlans(inputs, tmp_path, NOW, pytest.fail)([LOST, OTHER])
    first, second = restored.overwritten
    assert (tmp_path / "plans", "") == (Path(first.restore).parent, second.restore)
    assert "syncer.plan/v1" == json.loads(Path(first.restore).read_bytes())["format"]
    assert {"front": "Front", "back": "Back"} == restored.names


def test_where_live_can_not_be_listed_there_is_none(tmp_path: Path) -> None:
    def unreadable() -> Inputs:
        raise LiveError("no")

    heard: list[str] = []
    assert (LOST,) == RestorePlans(unreadable, tmp_path, NOW, heard.append)([LOST]).overwritten
    assert ["no plan could be made that restores overwritten rules: no"] == heard


def test_a_plan_that_can_not_be_kept_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "plans").write_text("")
    heard: list[str] = []
    assert [""] == [
        each.restore for each in RestorePlans(inputs, tmp_path, NOW, heard.append)([LOST]).overwritten
    ]
    assert "can't be kept" in heard[0]
