from dataclasses import replace

from syncer.drift.episodes import DriftFacts, Step, advance
from syncer.drift.found import Direction, Drift, Drifting, drift_of, looking, remembered, sightings
from syncer.kinds.backup import BackupRule
from syncer.kinds.overflow import OverflowRule
from syncer.model.change import FieldChange
from syncer.model.plan import Plan
from syncer.model.queue import Edit
from syncer.planning.diff import SECOND
from tests.organizations import overflow, planned, policies, policy, raw, rule


def test_drift_is_the_plan_seen_from_live() -> None:
    wanted = policies(policy("B", rule("C")), policy("A", rule("B", 30)))
    live = [raw("A", overflow("B", 10), overflow("B", 1), overflow("C", 5)), raw("B"), raw("C")]
    plan = planned(wanted, live)
    drift = drift_of(plan)
    from_a, to_b, to_c = ("id-A", "A"), ("id-B", "B"), ("id-C", "C")
    expected = (
        Drifting(
            Direction.LIVE_DIFFERS,
            *from_a,
            *to_b,
            policy=OverflowRule("id-B", 30, 60, True),
            live=OverflowRule("id-B", 10, 60, True),
            fields=(FieldChange("threshold", 30, 10),),
            names={"id-B": "B"},
        ),
        Drifting(
            Direction.LIVE_HAS_MORE,
            *from_a,
            *to_b,
            None,
            OverflowRule("id-B", 1, 60, True),
            note=SECOND,
            names={"id-B": "B"},
        ),
        Drifting(
            Direction.LIVE_HAS_MORE,
            *from_a,
            *to_c,
            None,
            OverflowRule("id-C", 5, 60, True),
            names={"id-C": "C"},
        ),
        Drifting(
            Direction.LIVE_HAS_LESS,
            *to_b,
            *to_c,
            OverflowRule("id-C", 25, 60, True),
            None,
            names={"id-C": "C"},
        ),
    )
    assert expected == drift.rules
    assert plan is drift.plan
    assert [2, 1, 1] == [drift.count(direction) for direction in Direction]


def test_nothing_drifted() -> None:
    drift = drift_of(planned(policies(policy("A", rule("B"))), [raw("A", overflow("B")), raw("B")]))
    assert () == drift.rules


NOW = "2026-03-01T08:30:00.000Z"


def drifted(*thresholds: int, wanted: int = 30) -> Drift:
    """The rules A → B that live has, and the one that the policy wants."""
    live = [raw("A", *(overflow("B", threshold) for threshold in thresholds)), raw("B")]
    return drift_of(planned(policies(policy("A", rule("B", wanted)), policy("B")), live))


def test_a_sighting_says_both_sides_in_words() -> None:
    found = sightings(drifted(10))
    (key,) = found
    assert ("id-A", "overflow", "id-B", 0) == (key.queue, key.kind, key.rule, key.number)
    assert [
        DriftFacts("A", "id-B", "B", "live differs", 10, "30 % to B after 60 s", "10 % to B after 60 s")
    ] == list(found.values())


def test_a_side_that_has_no_rule_has_no_words() -> None:
    (less,) = sightings(drifted()).values()
    assert ("live has less", 30, "", "30 % to B after 60 s") == (
        less.direction,
        less.threshold,
        less.live,
        less.policy,
    )


def test_another_edit_is_another_key_and_another_policy_is_not() -> None:
    (first,) = sightings(drifted(10))
    assert {first} == set(sightings(drifted(10, wanted=40)))
    (second,) = sightings(drifted(11))
    assert first != second and first.place == second.place


def test_equal_rules_are_told_apart() -> None:
    drift = drifted(30, 5, 5, 5)
    assert [0, 1, 2] == [key.number for key in sightings(drift)]
    assert len(drift.rules) == len(sightings(drift))


def test_rules_of_other_kinds_have_no_threshold() -> None:
    backup = Drifting(Direction.LIVE_HAS_MORE, "a", "A", "b", "B", None, BackupRule("b"))
    ((key, facts),) = sightings(Drift(Plan("now", "api"), (backup,))).items()
    assert ("backup", None) == (key.kind, facts.threshold)


def test_each_rule_gets_its_episode() -> None:
    drift = drifted(30, 5, 6)
    step = advance((), sightings(drift), NOW, 2, looking(drift.plan))
    found = remembered(drift, step)
    assert [episode.facts.live for episode in step.going] == [
        rule.episode.facts.live for rule in found.rules if rule.episode
    ]
    assert drift.rules == tuple(replace(rule, episode=None) for rule in found.rules)
    assert remembered(drift_of(drift.plan), Step(going=step.going)) == found


def test_a_plan_looks_at_one_api_and_where_paths_were_named_at_their_queues_alone() -> None:
    drift = drifted(10)
    (key,) = sightings(drift)
    whole = looking(drift.plan)
    assert whole(key) and whole(replace(key, queue="elsewhere"))
    assert not whole(replace(key, api="other")) and not whole(replace(key, environment="other"))
    part = looking(replace(drift.plan, paths=("policies/a.yaml",)))
    assert part(key) and not part(replace(key, queue="elsewhere"))
    equal = looking(replace(drifted(30).plan, paths=("policies/a.yaml",)))
    assert equal(key)
    unmanaged = drift_of(planned(policies(policy("B")), [raw("A", overflow("B", 10)), raw("B")])).plan
    assert not looking(replace(unmanaged, paths=("policies/b.yaml",)))(key)


def test_who_changed_a_queue_stands_at_its_rules() -> None:
    edit = Edit("u1", "Ada", NOW)
    plan = drifted(10).plan
    assert [edit] == [rule.edit for rule in drift_of(plan, {"id-A": edit}).rules]
    assert [Edit()] == [rule.edit for rule in drift_of(plan, {"id-B": edit}).rules]
