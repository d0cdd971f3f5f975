"""Rollback is exact: with what a run's PUTs did to the JSON of queues, they become what they were."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import example, given

from syncer.audit.entries import Run, change_entries
from syncer.errors import AuditError
from syncer.kinds.conditional_groups import ConditionalGroups
from syncer.live.wire import read_queue, rule_fields, write_change
from syncer.model.change import Action, QueueChange, Written
from syncer.model.json_values import canonical
from syncer.model.plan import Outcome, Plan, Status
from syncer.model.policy import PolicySet
from syncer.model.rule import mean_the_same, of_kinds
from syncer.planning.standing import standing
from syncer.planning.undo import undo_plan
from tests.organizations import (
    NOW,
    Raw,
    applied,
    backup,
    conditional,
    groups,
    inputs_over,
    mixed_organizations,
    organizations,
    overflow,
    planned,
    policies,
    policy,
    raw,
    routed,
    rule,
)
from tests.properties import examples

Server = Callable[[Raw], Raw]
KINDS = ("overflow",)


def same(queue: Raw) -> Raw:
    """A server that stores what it gets."""
    return queue


def naming(queue: Raw) -> Raw:
    """A server that gives an id to every rule without one."""
    entries = queue.get("routingRules") or []
    named = [
        {"id": f"given-{place}", **entry} if isinstance(entry, dict) and "type" in entry else entry
        for place, entry in enumerate(entries)
    ]
    return {**queue, "routingRules": named} if named else queue


def run_of(plan: Plan, raws: Sequence[Raw], server: Server = same) -> tuple[list[dict[str, Any]], list[Raw]]:
    """The audit of a run that carried out ``plan``, and what live is afterwards."""
    changes = {change.queue: change for change in plan.changes}
    entries, after = [], []
    for queue in raws:
        change = changes.get(queue["id"])
        after.append(queue if change is None else write_change(queue, change))
        if change is not None:
            if "overflow" in change.kinds:
                after[-1] = server(after[-1])
            written = Written(rule_fields(queue, change.kinds), rule_fields(after[-1], change.kinds))
            outcome = Outcome(change, Status.APPLIED, written=written)
            entries += change_entries(Run("1", NOW, plan.api), outcome, NOW)
    kept: list[dict[str, Any]] = json.loads(json.dumps(entries))
    return kept, after


def sent(queue: Raw) -> bytes:
    """A queue to the letter, but for its own id in the first conditional group, which live puts in itself."""
    return canonical(dict(ConditionalGroups().sendable(queue)))


def undone(entries: Sequence[dict[str, Any]], raws: Sequence[Raw], wanted: PolicySet) -> Plan:
    return undo_plan(standing(entries, "1").images, inputs_over(wanted, raws, "mixed"), NOW)


def conflicts(plan: Plan) -> list[str]:
    return [finding.message for finding in plan.findings if finding.id.startswith("rollback.")]


def back_again(
    wanted: PolicySet, before: list[Raw], edit: Server = same, server: Server = same
) -> tuple[list[str], Raw]:
    """Live is ``before``, a run makes it what is ``wanted``, somebody edits the first queue, and the run is
    undone: what stands in the way, and the first queue."""
    plan = planned(wanted, before, dialect="mixed")
    assert plan.changes
    entries, after = run_of(plan, before, server)
    now = [edit(json.loads(json.dumps(after[0]))), *after[1:]]
    back = undone(entries, now, wanted)
    return conflicts(back), applied(back, now)[0]


def has_second_rules(queue: Raw) -> bool:
    keys = [rule.key for rule in of_kinds(read_queue(queue).rules, KINDS)]
    return len(set(keys)) < len(keys)


TOO_MUCH = [raw("Q0"), raw("Q1", overflow("Q0", 60), overflow("Q0", 60)), raw("Q2")]
"""With its second rule Q1 sends more than it has: the first alone comes back."""


@given(organizations() | mixed_organizations())
@example((policies(policy("Q1"), policy("Q0")), TOO_MUCH))
@examples(60)
def test_every_queue_is_what_it_was(organization: tuple[PolicySet, list[Raw]]) -> None:
    wanted, raws = organization
    plan = planned(wanted, raws, dialect="mixed")
    entries, after = run_of(plan, raws, server=naming)
    if not entries:
        return
    back = undone(entries, after, wanted)
    blocked = {finding.queue for finding in back.findings if finding.id == "rollback.conflict"}
    kept = {finding.queue for finding in back.findings if finding.id == "rollback.kept"}
    restored = {each["id"]: each for each in applied(back, after)}
    before = {each["id"]: each for each in raws}
    assert kept <= {each["name"] for each in raws if has_second_rules(each)}
    for change in plan.changes:
        means_as_much = mean_the_same(
            change.before, change.after
        )  # a value that could not be read, but counts
        if change.name not in blocked | kept and not means_as_much:
            assert sent(before[change.queue]) == sent(restored[change.queue])
        targets = {each.target for each in change.before if each.target}
        if change.name in blocked:
            assert not targets <= before.keys() or read_queue(before[change.queue]).problems


ODD: list[Any] = [{"operator": "MEETS_THRESHOLD", "threshold": 9}, "text", None]
SECONDS: list[Any] = [
    overflow("C", 5, id="c", note={"deep": [1.0, None]}),
    ODD[0],
    {"type": "overflow", "overflowTarget": "id-B", "enabled": True, "id": "b"},
    ODD[1],
    overflow("B", 7, id="b2"),
    {**overflow("D"), "id": "d", "threshold": 1.0},
    ODD[2],
    overflow("D", 2, id="d2"),
]
FULL = [raw("A", *SECONDS, color="red"), raw("B"), raw("C"), raw("D")]
WANTED = policies(policy("A", rule("B", 30), rule("C", 5)), policy("B"))


def test_ids_places_unknown_and_missing_fields_and_second_rules_come_back() -> None:
    assert ([], FULL[0]) == back_again(WANTED, FULL)
    assert ([], FULL[0]) == back_again(WANTED, FULL, server=naming)


@pytest.mark.parametrize(
    "before",
    [
        {},
        {"routingRules": None, "directRouting": None, "conditionalGroupRouting": None},
        {"routingRules": [], "directRouting": {}, "conditionalGroupRouting": {}},
        {"directRouting": {"backupQueueId": None, "x": 1}, "conditionalGroupRouting": {"rules": None}},
        {"directRouting": {"backupQueueId": ""}, "conditionalGroupRouting": {"rules": [], "x": 1}},
        {"directRouting": {"backupQueueId": "id-C"}, "routingRules": ODD},
        {"conditionalGroupRouting": {"rules": [conditional("Day", conditionValue=30, unknown=[1])]}},
        {"conditionalGroupRouting": {"rules": [conditional("Day"), conditional("Late", queue="C", more=1)]}},
    ],
)
@pytest.mark.parametrize("server", [same, naming])
def test_what_was_not_there_null_or_empty_is_so_again(before: Raw, server: Server) -> None:
    members = routed("A")["memberGroups"]
    queue = {"id": "id-A", "name": "A", "_etag": "1", "memberGroups": members, **before}
    wanted = policies(
        policy("A", rule("B"), backup=backup("B", 90), groups=(groups("Night", "Day", value=9),)),
        policy("B"),
    )
    assert ([], queue) == back_again(wanted, [queue, raw("B"), raw("C")], server=server)


def test_a_kind_that_was_only_written_in_another_way_is_as_it_was() -> None:
    """The run changed the backup queue alone, and put the zero in that the rule to C did without."""
    rules = [{"type": "overflow", "overflowTarget": "id-C", "threshold": 5.0}]
    before = [raw("A", *rules), raw("B"), raw("C")]
    wanted = policies(policy("A", rule("C", 5, 0, enabled=False), backup=backup("B")))
    _, after = run_of(planned(wanted, before, dialect="mixed"), before)
    assert "overflowDelay" in after[0]["routingRules"][0]
    found = back_again(wanted, before)
    assert ([], canonical(before[0])) == (found[0], canonical(found[1]))


def edited(**fields: Any) -> Server:
    return lambda queue: {**queue, **fields}


def with_rules(change: Callable[[list[Any]], object]) -> Server:
    """Somebody edits the entries of ``routingRules``."""

    def edit(queue: Raw) -> Raw:
        change(queue["routingRules"])
        return queue

    return edit


def test_what_others_did_to_other_fields_stays() -> None:
    assert ([], {**FULL[0], "color": "blue"}) == back_again(WANTED, FULL, edited(color="blue"))


def test_what_others_did_to_unknown_fields_of_a_rule_stays() -> None:
    """Ours come back exactly: the rule to B says nothing about its threshold and its delay again."""
    found = back_again(WANTED, FULL, with_rules(lambda entries: entries[2].update(note="new")))
    wanted = [entry if place != 2 else {"note": "new", **entry} for place, entry in enumerate(SECONDS)]
    assert ([], wanted) == (found[0], found[1]["routingRules"])


def test_entries_that_others_added_stay() -> None:
    new = overflow("Z", 9, id="z")
    before = [*FULL, raw("Z")]
    found = back_again(WANTED, before, with_rules(lambda entries: entries.insert(0, new)))
    assert ([], [new, *SECONDS]) == (found[0], found[1]["routingRules"])


def test_entries_of_others_that_were_taken_away_stay_away() -> None:
    found = back_again(WANTED, FULL, with_rules(lambda entries: entries.remove("text")))
    assert ([], [each for each in SECONDS if each != "text"]) == (found[0], found[1]["routingRules"])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            with_rules(lambda entries: entries.append(overflow("D", 3))),
            "A: the run left no rule to D; now: 3 % to D after 60 s",
        ),
        (
            with_rules(lambda entries: entries.append(overflow("B", 8))),
            "A: the run left 30 % to B after 60 s; now: 30 % to B after 60 s, 8 % to B after 60 s",
        ),
        (
            with_rules(lambda entries: entries[2].update(threshold=31)),
            "A: the run left 30 % to B after 60 s; now: 31 % to B after 60 s",
        ),
    ],
    ids=["back in another way", "a second rule", "changed"],
)
def test_a_rule_that_somebody_changed_since_is_not_overwritten(edit: Server, message: str) -> None:
    plan = planned(WANTED, FULL, dialect="mixed")
    entries, after = run_of(plan, FULL)
    back = undone(entries, [edit(json.loads(json.dumps(after[0]))), *after[1:]], WANTED)
    assert [message] == conflicts(back)
    assert ((), False) == (back.changes, back.applicable)


def test_a_second_rule_to_a_queue_that_is_gone_can_not_come_back() -> None:
    plan = planned(WANTED, FULL, dialect="mixed")
    entries, after = run_of(plan, FULL)
    assert ["A: the organization no longer lists the target D"] == conflicts(
        undone(entries, after[:3], WANTED)
    )


def test_what_is_back_already_needs_nothing() -> None:
    entries, _ = run_of(planned(WANTED, FULL, dialect="mixed"), FULL)
    back = undone(entries, FULL, WANTED)
    assert ((), []) == (back.changes, conflicts(back))


def test_a_second_rule_that_alone_would_be_an_error_stays_away() -> None:
    """Both rules to B together send more than all; everything else comes back exactly."""
    rules = [overflow("B", 60, id="b", note=1), overflow("D", 1, id="d"), overflow("B", 50, id="b2")]
    before = [raw("A", *rules), raw("B"), raw("D")]
    wanted = policies(policy("A", rule("B", 40)), policy("B"), policy("D"))
    entries, after = run_of(planned(wanted, before), before)
    back = undone(entries, after, wanted)
    assert back.applicable
    (kept,) = conflicts(back)
    assert kept.startswith("A: the rule to B is not restored: a second rule")
    assert rules[:2] == applied(back, after)[0]["routingRules"]


def test_errors_that_second_rules_do_not_make_are_told_of_the_exact_way_back() -> None:
    rules = [
        overflow("B", 60),
        overflow("D", 50),
        overflow("B", 5),
        {"type": "overflow", "overflowTarget": []},
    ]
    before = [raw("A", *rules), raw("B"), raw("D")]
    wanted = policies(policy("A", rule("B", 40)), policy("B"), policy("D"))
    entries, after = run_of(planned(wanted, before), before)
    back = undone(entries, after, wanted)
    assert ([], False) == (conflicts(back), back.applicable)


def test_the_plan_says_what_a_second_rule_is() -> None:
    entries, after = run_of(planned(WANTED, FULL, dialect="mixed"), FULL)
    (change,) = undone(entries, after, WANTED).changes
    notes = {(each.action, each.target_name, each.note) for each in change.rules if each.note}
    again = "a second rule with this target, as there was one before"
    assert {(Action.CREATE, "B", again), (Action.CREATE, "D", again)} == notes


def test_the_way_back_can_be_gone_back_too() -> None:
    entries, after = run_of(planned(WANTED, FULL, dialect="mixed"), FULL, naming)
    back = undone(entries, after, WANTED)
    again, restored = run_of(back, after, naming)
    assert FULL[0] == restored[0]
    forth = undone(again, restored, WANTED)
    assert after == applied(forth, restored)


def test_a_group_that_was_renamed_since_is_not_mixed_up_with_another() -> None:
    before = [routed("A", conditional("Night", queue="B")), raw("B"), raw("C")]
    before[0]["conditionalGroupRouting"]["rules"].insert(0, conditional("Day"))
    wanted = policies(policy("A", groups=(groups("Day"), groups("Night", queue="C"))))

    def renamed(queue: Raw) -> Raw:
        queue["conditionalGroupRouting"]["rules"][1]["queue"]["name"] = "New Name"
        return queue

    assert ([], before[0]) == back_again(wanted, before, renamed)


def without_zeros(queue: Raw) -> Raw:
    """Somebody stores the queue with a client that leaves out zeros."""
    rules = [{key: value for key, value in each.items() if value != 0} for each in queue["routingRules"]]
    return {**queue, "routingRules": rules}


def test_where_it_can_not_be_exact_the_rules_are_right() -> None:
    before = [raw("A", overflow("B", 20, 30, id="b"), overflow("B", 9)), raw("B")]
    wanted = policies(policy("A", rule("B", 0, 0)), policy("B"))
    messages, queue = back_again(wanted, before, without_zeros)
    assert [overflow("B", 20, 30, id="b")] == queue["routingRules"]
    assert ["rollback.kept"] == [message and "rollback.kept" for message in messages]
    assert messages[0].startswith("A: the rule to B is not restored: a second rule")


def test_a_rule_behind_those_that_would_go_is_a_conflict() -> None:
    before = [routed("A", conditional("Day")), raw("B")]
    wanted = policies(policy("A", groups=(groups("Day"), groups("Night", queue="B"))))

    def longer(queue: Raw) -> Raw:
        queue["conditionalGroupRouting"]["rules"].append(conditional("Late", queue="B"))
        return queue

    messages, _ = back_again(wanted, before, longer)
    assert ["A: the live queue has conditional groups after those that would be removed"] == messages


def test_a_change_whose_merge_would_give_other_rules_writes_the_rules() -> None:
    """What the plan saw and what live is now mean the same, but the way back fits only one of them."""
    before, left = raw("A", overflow("B", 20, 30)), raw("A", overflow("B", 0, 0))
    back = Written(rule_fields(before, KINDS), rule_fields(left, KINDS))
    rules = of_kinds(read_queue(before).rules, KINDS)
    change = QueueChange("id-A", "A", (), (), rules, kinds=KINDS, back=back)
    assert before == write_change(left, change) == write_change(without_zeros(left), change)


def test_an_entry_without_both_images_is_of_no_rule() -> None:
    entries, after = run_of(planned(WANTED, FULL, dialect="mixed"), FULL)
    with pytest.raises(AuditError, match="no image of a rule of A"):
        undone([{**entries[0], "before": None, "after": None}], after, WANTED)


@pytest.mark.parametrize("broken", ["text", {"before": {}}, {"before": {}, "after": []}])
def test_something_else_in_the_place_of_what_was_written_is_no_image(broken: object) -> None:
    entries, _ = run_of(planned(WANTED, FULL, dialect="mixed"), FULL)
    with pytest.raises(AuditError, match="holds no image of its rule"):
        standing([{**entries[0], "n": 3, "written": broken}], "1")


def test_second_rules_that_alone_would_be_a_loop_do_not_come_back() -> None:
    before = [raw("A", overflow("A", 0, 0, False, id="1"), overflow("A", 1, 0, id="2")), raw("B")]
    wanted = policies(policy("A", rule("B", 0, 0, False)), policy("B"))
    messages, after = back_again(wanted, before)
    (kept,) = messages
    assert kept.startswith("A: the rule to A is not restored")
    assert [overflow("A", 0, 0, False, id="1")] == after["routingRules"]
