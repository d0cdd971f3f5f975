"""The drawing of a change: which arrows there are and how they look, and that it stays small."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.network import Transfer
from syncer.model.plan import LiveRules, Plan
from syncer.report.note.drawing import LONGEST_DIAGRAM, LONGEST_LABEL, MOST_QUEUES, Drawing, draw, label
from syncer.report.picture.of_plan import names_of
from syncer.report.text.paint import counted
from tests.report.changes import loop, small
from tests.report.report_samples import HOSTILE, NOW, mixed_plan
from tests.report.report_samples import plan as hostile_plan

LINE = re.compile(
    r'n\d+\["(?:[^\W_]| |#\d+;)+"\]|n\d+ (?:==>|-->|-\.->|-\.-x)\|"[-+−→, \w]*%?(?:, [\w→ ]+)?"\| n\d+'
    r"|classDef changed stroke-width:3px|class n[\dn,]+ changed"
)


def rule(target: str, threshold: int = 10, delay: int = 60, enabled: bool = True) -> OverflowRule:
    return OverflowRule(target, threshold, delay, enabled)


def change(queue: str, *rules: RuleChange) -> QueueChange:
    return QueueChange(queue, f"Queue {queue}", rules, (), (), kinds=("overflow",))


def update(before: OverflowRule, after: OverflowRule) -> RuleChange:
    return RuleChange(Action.UPDATE, after.target, f"Queue {after.target}", before, after)


def plan(*changes: QueueChange, live: tuple[LiveRules, ...] = ()) -> Plan:
    return Plan(NOW, "https://api", changes=changes, live=live)


def drawn(made: Plan) -> Drawing:
    drawing = draw(made, names_of(made))
    assert drawing is not None
    return drawing


def arrows(made: Plan) -> list[str]:
    return [line for line in drawn(made).lines if "|" in line]


def test_the_whole_drawing_of_a_loop() -> None:
    assert [
        "flowchart LR",
        'n1["A"]',
        'n2["B"]',
        'n3["C"]',
        'n4["Desk"]',
        'n5["Till"]',
        'n1 -->|"50 %"| n2',
        'n2 -->|"25 %"| n3',
        'n3 ==>|"+ 30 %"| n1',
        'n4 ==>|"10 → 25 %"| n5',
        "classDef changed stroke-width:3px",
        "class n3,n4 changed",
    ] == drawn(loop()).lines


def test_a_queue_that_is_far_away_is_not_drawn() -> None:
    assert ['n1["Back"]', 'n2["Front"]'] == [line for line in drawn(small()).lines if "[" in line]


@pytest.mark.parametrize(
    ("one", "arrow"),
    [
        (RuleChange(Action.CREATE, "b", "Queue b", None, rule("b", 25)), '==>|"+ 25 %"|'),
        (RuleChange(Action.CREATE, "b", "Queue b", None, rule("b", 25, enabled=False)), '-.->|"+ 25 %"|'),
        (RuleChange(Action.DELETE, "b", "Queue b", rule("b", 15), None), '-.-x|"− 15 %"|'),
        (RuleChange(Action.DELETE, "b", "Queue b", rule("b", 15, enabled=False), None), '-.-x|"− 15 %"|'),
        (update(rule("b", 25), rule("b", 35)), '==>|"25 → 35 %"|'),
        (update(rule("b", 25), rule("b", 35, 90, enabled=False)), '-.->|"25 → 35 %"|'),
        (update(rule("b"), rule("b", delay=120)), '==>|"10 %, 60 → 120 s"|'),
        (update(rule("b"), rule("b", enabled=False)), '-.->|"10 %, on → off"|'),
        (update(rule("b", enabled=False), rule("b")), '==>|"10 %, off → on"|'),
        (update(rule("b"), rule("b")), '==>|"10 %"|'),
        (RuleChange(Action.CREATE, "b", "Queue b", None, BackupRule("b", 90, True)), '==>|"+ backup"|'),
        (RuleChange(Action.DELETE, "b", "Queue b", BackupRule("b"), None), '-.-x|"− backup"|'),
        (
            RuleChange(Action.UPDATE, "b", "Queue b", BackupRule("b"), BackupRule("b", 90, True)),
            '==>|"backup, 0 → 90 s"|',
        ),
    ],
)
def test_arrows(one: RuleChange, arrow: str) -> None:
    assert [f"n1 {arrow} n2"] == arrows(plan(change("a", one)))


def test_rules_beside_a_change_are_thin_and_those_two_steps_away_are_not_drawn() -> None:
    live = (
        LiveRules("a", "Queue a", (rule("b"), rule("c", 5))),
        LiveRules("b", "Queue b", (rule("d", 7), rule("d", 8, enabled=False))),
        LiveRules("c", "Queue c"),
        LiveRules("d", "Queue d", (rule("e", 9),)),
        LiveRules("f", "Queue f", (rule("a", 6),)),
    )
    made = plan(change("a", update(rule("b"), rule("b", 20))), live=live)
    assert [
        'n1 ==>|"10 → 20 %"| n2',
        'n1 -->|"5 %"| n3',
        'n2 -->|"7 %"| n4',
        'n2 -.->|"8 %"| n4',
        'n5 -->|"6 %"| n1',
    ] == arrows(made)
    assert not drawn(made).alone


def test_a_rule_is_drawn_once() -> None:
    gone = RuleChange(Action.DELETE, "b", "Queue b", rule("b"), None)
    made = plan(change("a", gone), live=(LiveRules("a", "Queue a", (rule("b"),)),))
    assert ['n1 -.-x|"− 10 %"| n2'] == arrows(made)


def star(targets: int, beside: int = 0) -> Plan:
    """One queue that overflows to ``targets`` anew, and to ``beside`` others as ever."""
    created = [RuleChange(Action.CREATE, f"t{n}", f"T{n}", None, rule(f"t{n}")) for n in range(targets)]
    live = LiveRules("a", "Queue a", tuple(rule(f"u{n}") for n in range(beside)))
    return plan(change("a", *created), live=(live,))


def test_where_the_neighborhood_is_too_large_only_what_changes_is_drawn() -> None:
    most = MOST_QUEUES - 3
    assert (MOST_QUEUES - 1, False) == (len(arrows(star(2, most))), drawn(star(2, most)).alone)
    assert (2, True) == (len(arrows(star(2, most + 1))), drawn(star(2, most + 1)).alone)


def test_more_than_can_be_read_is_not_drawn() -> None:
    assert MOST_QUEUES - 1 == len(arrows(star(MOST_QUEUES - 1)))
    assert None is draw(star(MOST_QUEUES), {})


def test_gitlab_draws_what_is_drawn() -> None:
    wide = "\U0001f600" * LONGEST_LABEL
    names = dict.fromkeys("abcdefg", wide)
    alone = change("a", update(rule("b"), rule("b", 20)))
    live = tuple(LiveRules(queue, names[queue], (rule("a"),)) for queue in "cdefg")
    drawing = draw(plan(alone, live=live), names)
    assert drawing is not None
    assert drawing.alone
    assert units(drawing) <= LONGEST_DIAGRAM
    many = change("a", *(update(rule(queue), rule(queue, 20)) for queue in "bcdefg"))
    assert None is draw(plan(many), names)


def units(drawing: Drawing) -> int:
    return len("\n".join(drawing.lines).encode("utf-16-le")) // 2


def test_what_moves_no_contacts_is_not_drawn() -> None:
    assert None is draw(plan(), {})
    assert None is draw(plan(change("a")), {})
    assert None is draw(plan(live=(LiveRules("a", "A", (rule("b"),)),)), {})


def test_a_queue_without_a_name_is_drawn_by_its_id() -> None:
    made = plan(change("a", update(rule("b"), rule("b", 20))))
    drawing = draw(made, {"a": "", "b": "Back"})
    assert drawing is not None
    assert ['n1["a"]', 'n2["Back"]'] == drawing.lines[1:3]


def test_labels() -> None:
    assert "Support Tier 1" == label("Support Tier 1")
    assert "a#34;#93;b#96; 日本" == label('a"]b` 日本')
    assert f"{'x' * (LONGEST_LABEL - 1)}#8230;" == label("x" * (LONGEST_LABEL + 1))


def assert_harmless(made: Plan) -> None:
    drawing = draw(made, names_of(made))
    if drawing is None:
        return
    first, *lines = drawing.lines
    assert "flowchart LR" == first
    assert [] == [line for line in lines if not LINE.fullmatch(line)]
    queues = sum('["' in line for line in lines)
    assert queues <= MOST_QUEUES, counted(queues, "queue")
    assert units(drawing) <= LONGEST_DIAGRAM


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_are_labels_and_no_syntax(name: str) -> None:
    for made in (hostile_plan(name), mixed_plan(name)):
        assert_harmless(made)
    assert_harmless(replace(hostile_plan("x"), live=(LiveRules("a", name, (rule("b"),)),)))


@given(st.text(st.characters(exclude_categories=()), min_size=1))
def test_any_name_is_a_label(name: str) -> None:
    assert_harmless(hostile_plan(name))


def test_what_flows_transfer_beside_a_change_is_drawn_once_for_a_pair() -> None:
    made = plan(change("A", update(rule("B", 10), rule("B", 20))))
    transfers = (
        Transfer("B", "A", "Night", "1.0", share=12.5),
        Transfer("B", "A", "Day", "2.0", share=12.5),
        Transfer("A", "C", "x|y", "1.0", proven=False),
        Transfer("C", "D", "Far", "1.0"),
    )
    lines = drawn(replace(made, transfers=transfers)).lines
    assert 'n3 -->|"flow Night#44; 12#46;5 #37;"| n2' in lines
    assert 'n2 -->|"perhaps flow x#124;y"| n1' in lines
    assert 3 == sum("|" in line for line in lines)
