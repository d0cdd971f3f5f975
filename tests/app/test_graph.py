"""``graph``: the network of the policies, of live with them, and of a saved plan."""

import sys
from pathlib import Path

import pytest

from syncer.app import GraphOptions, LiveTarget, PlanOptions, graph, plan
from syncer.errors import WrongUsage
from syncer.report.picture.model import Picture
from tests.program import Program
from tests.use_cases import SOURCE, session

ALL = GraphOptions()


def drawn(target: LiveTarget, options: GraphOptions = ALL) -> Picture:
    report = graph(SOURCE, target, options, session=session())
    assert report.view
    return report.view.picture


def names(picture: Picture) -> list[str]:
    return [box.name for box in picture.boxes]


def test_the_policies_alone_need_no_network(program: Program) -> None:
    picture = drawn(LiveTarget(api_url="http://127.0.0.1:9"))
    assert "Other" not in names(picture)
    assert {"Back", "Front"} <= set(names(picture))
    assert all(box.after for box in picture.boxes)


def test_live_has_queues_and_rules_that_no_policy_describes(target: LiveTarget) -> None:
    picture = drawn(target, GraphOptions(live=True))
    boxes = {box.name: box for box in picture.boxes}
    assert not boxes["Other"].managed
    ends = {(link.source, link.target) for link in picture.links}
    assert (boxes["Other"].key, boxes["Back"].key) in ends
    assert not picture.changes


def test_a_saved_plan_is_drawn_before_and_after(target: LiveTarget) -> None:
    out = Path("plan.json")
    plan(SOURCE, target, PlanOptions(out=out), session=session())
    picture = drawn(LiveTarget(), GraphOptions(plan=out))
    assert picture.changes
    assert [link for link in picture.links if link.action]


def test_only_what_is_around_a_queue(target: LiveTarget) -> None:
    assert ["Back"] == names(drawn(target, GraphOptions(focus=("Back",), depth=0)))
    near = names(drawn(target, GraphOptions(live=True, focus=("Back",), depth=1)))
    assert {"Back", "Front", "Other"} <= set(near)
    with pytest.raises(WrongUsage, match="no queue 'Bock'"):
        drawn(target, GraphOptions(focus=("Bock",)))


def test_a_plan_and_live_dont_go_together() -> None:
    with pytest.raises(WrongUsage, match="don't go together"):
        drawn(LiveTarget(), GraphOptions(live=True, plan=Path("plan.json")))


def test_a_policy_that_cant_be_read_is_a_finding(program: Program) -> None:
    Path("policies/broken.yaml").write_text("queues: [", encoding="utf-8")
    report = graph(SOURCE, LiveTarget(), session=session())
    assert (3, None) == (report.exit_code, report.view)
    assert report.findings


def test_more_queues_than_can_be_read_are_a_warning(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["syncer.app.graph"], "MANY", 1)
    used = session()
    report = graph(SOURCE, LiveTarget(), session=used)
    assert any("too many for one readable picture" in each for each in report.warnings)


def test_a_depth_is_not_negative() -> None:
    with pytest.raises(WrongUsage, match="depth is -1"):
        GraphOptions(depth=-1)
