"""Which side moved since live and the policies last agreed."""

from collections.abc import Sequence
from typing import Any

import pytest

from syncer.audit.entries import Run, change_entries, run_entry
from syncer.drift.found import drift_of
from syncer.drift.three_way import Comparison
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import Action, Moved, QueueChange, RuleChange
from syncer.model.plan import Outcome, Status
from syncer.model.settings import Ignore
from syncer.planning.agreed import Agreed, Agreement
from syncer.planning.gather import read_live
from syncer.planning.third_side import Sources
from tests.organizations import API, NOW, Live, Raw, overflow, planned, policies, policy, raw, rule

LATER = "2026-03-01T09:30:00.000Z"


def to_b(threshold: int, delay: int = 60) -> OverflowRule:
    return OverflowRule("id-B", threshold, delay, True)


def compared(
    live: Sequence[Raw],
    wanted: int = 30,
    delay: int = 60,
    trail: Sequence[dict[str, Any]] = (),
    ignores: Sequence[Ignore] = (),
    intended: frozenset[str] = frozenset(),
) -> Comparison:
    """What live has, held against A → B of the policies."""
    policy_set = policies(policy("A", rule("B", wanted, delay)), policy("B"))
    queues = read_live(Live(live), policy_set).queues
    drift = drift_of(planned(policy_set, live))
    return Comparison(
        drift, {queue.id: queue for queue in queues}, LATER, Sources((), trail, {}, intended), ignores
    )


def agreed(*rules: OverflowRule) -> Agreement:
    """What live had when it last agreed."""
    return Agreement(API, "", "", NOW, {"id-A": Agreed(rules)})


@pytest.mark.parametrize(
    ("then", "live", "wanted", "moved"),
    [
        (20, 10, 20, Moved.LIVE),
        (20, 10, 30, Moved.BOTH),
        (None, 10, 30, Moved.UNKNOWN),
    ],
)
def test_who_moved_follows_from_what_was(then: int | None, live: int, wanted: int, moved: Moved) -> None:
    comparison = compared([raw("A", overflow("B", live)), raw("B")], wanted)
    third = agreed(to_b(then)) if then is not None else Agreement(API, "")
    told = comparison.told_apart(third)
    assert ([moved], ()) == ([each.moved for each in told.rules], told.pending)


def test_what_only_the_policies_moved_is_pending_and_no_drift() -> None:
    told = compared([raw("A", overflow("B", 10)), raw("B")]).told_apart(agreed(to_b(10)))
    assert ((), [Moved.POLICIES]) == (told.rules, [each.moved for each in told.pending])
    missing = compared([raw("A"), raw("B")]).told_apart(agreed())
    assert ((), 1) == (missing.rules, len(missing.pending))
    taken = compared([raw("A"), raw("B")]).told_apart(agreed(to_b(30)))
    assert ([Moved.LIVE], ()) == ([each.moved for each in taken.rules], taken.pending)


def test_a_field_that_the_policies_have_as_live_has_it_moved_nothing() -> None:
    live = [raw("A", overflow("B", 10, 90)), raw("B")]
    comparison = compared(live, 30, 90)
    told = comparison.told_apart(agreed(to_b(10)))
    assert ((), [Moved.POLICIES]) == (told.rules, [each.moved for each in told.pending])
    known = comparison.agreement(agreed(to_b(10))).queues["id-A"]
    assert (to_b(10, 90),) == known.at(("overflow", "id-B")), "the delay agrees now"


def test_of_a_rule_that_both_moved_the_fields_that_live_moved_drifted() -> None:
    told = compared([raw("A", overflow("B", 10, 90)), raw("B")], 30).told_apart(agreed(to_b(10)))
    assert [(Moved.BOTH, ["delay"])] == [
        (each.moved, [field.field for field in each.fields]) for each in told.rules
    ]


def test_an_ignored_field_moves_nothing() -> None:
    live = [raw("A", overflow("B", 10)), raw("B")]
    ignored = compared(live, 20, 90, ignores=[Ignore(("A",), ("threshold",))])
    assert [Moved.POLICIES] == [each.moved for each in ignored.told_apart(agreed(to_b(20))).pending]
    told = compared(live, 20, 90).told_apart(agreed(to_b(20)))
    assert [Moved.BOTH] == [each.moved for each in told.rules]


def test_a_rule_that_can_not_be_read_has_moved() -> None:
    comparison = compared([raw("A", overflow("B", threshold=25) | {"threshold": "x"}), raw("B")])
    (queue,) = (queue for queue in comparison.live.values() if queue.problems)
    told = comparison.told_apart(agreed(*(each for each in queue.rules if isinstance(each, OverflowRule))))
    assert [Moved.BOTH] == [each.moved for each in told.rules]


def test_the_third_side_is_what_is_remembered_and_what_runs_did_since() -> None:
    run = Run("r", NOW, API)
    change = QueueChange(
        "id-A",
        "A",
        (RuleChange(Action.UPDATE, "id-B", "B", to_b(10), to_b(20)),),
        (),
        (),
        kinds=("overflow",),
    )
    trail = [
        *change_entries(run, Outcome(change, Status.APPLIED), LATER),
        run_entry(run, LATER, status="done", validation_pass=True),
    ]
    live = [raw("A", overflow("B", 10)), raw("B")]
    slot = ("overflow", "id-B")
    assert {} == compared(live).third([]).queues
    assert (to_b(10),) == compared(live).third([agreed(to_b(10))]).queues["id-A"].at(slot)
    assert (to_b(20),) == compared(live, trail=trail).third([agreed(to_b(10))]).queues["id-A"].at(slot)


def test_from_now_on_is_known_what_agrees_and_of_the_rest_what_was_known() -> None:
    live = [raw("A", overflow("B", 10), overflow("C", 5)), raw("B"), raw("C")]
    before = agreed(to_b(20))
    gone = Agreement(API, "", "", NOW, {**before.queues, "id-Gone": Agreed(), "id-C": Agreed((to_b(1),))})
    known = compared(live).agreement(gone)
    assert (API, LATER) == (known.api, known.at)
    assert ["id-A", "id-B", "id-C"] == sorted(known.queues)
    assert (to_b(20),) == known.queues["id-A"].at(("overflow", "id-B"))
    assert () == known.queues["id-B"].at(("overflow", "id-A"))
    assert (to_b(1),) == known.queues["id-C"].at(("overflow", "id-B")), "it was not compared"


def test_of_a_queue_that_nobody_knew_only_what_agrees_is_known() -> None:
    live = [raw("A", overflow("B", 10)), raw("B")]
    known = compared(live).agreement(Agreement(API, ""))
    assert known.queues["id-A"].at(("overflow", "id-B")) is None
    same = compared(live, 10).agreement(Agreement(API, ""))
    assert (to_b(10),) == same.queues["id-A"].at(("overflow", "id-B"))


def test_where_a_run_of_ours_may_have_moved_live_nobody_knows_who_did() -> None:
    live, lost = [raw("A", overflow("B", 10), overflow("C", 5)), raw("B"), raw("C")], frozenset({"id-A"})
    third = agreed(to_b(20), third_c())
    comparison = compared(live, intended=lost)
    told = comparison.told_apart(third)
    assert [("id-B", Moved.UNKNOWN)] == [(each.target, each.moved) for each in told.rules]
    assert ["id-C"] == [each.target for each in told.pending], "live is what it was"
    known = comparison.agreement(third).queues["id-A"]
    assert (None, 5) == (known.at(("overflow", "id-B")), known.rules[0].percent)
    assert [Moved.LIVE] == [
        each.moved for each in compared(live).told_apart(agreed(to_b(30), third_c())).rules
    ]


def third_c() -> OverflowRule:
    return OverflowRule("id-C", 5, 60, True)


@pytest.mark.parametrize(
    ("then", "live", "known"),
    [
        (to_b(20), [overflow("B", 10)], to_b(20)),
        (to_b(20), [], None),
        (to_b(20), [overflow("B", 10) | {"threshold": "x"}], None),
        (to_b(30), [overflow("B", 10)], None),
    ],
)
def test_the_rule_of_then_is_kept_where_both_moved_it_and_have_it(
    then: OverflowRule, live: list[Raw], known: OverflowRule | None
) -> None:
    told = compared([raw("A", *live), raw("B")]).told_apart(agreed(then))
    assert [known] == [each.agreed for each in told.rules]
