from dataclasses import replace

from syncer.drift.found import Drift, drift_of
from syncer.model.change import Action
from syncer.model.finding import Loop, LoopRule
from syncer.planning.live_loops import LiveLoop
from syncer.report.picture.model import Badge, Became, Link, Picture
from syncer.report.picture.of_drift import of_live, picture_of_drift
from tests.organizations import overflow, planned, policies, policy, raw, rule

PLAN = planned(
    policies(
        policy("A", rule("B", 30), rule("C", 5), base_load=100.0),
        policy("B", capacity=40.0),
        policy("E", rule("C", 5)),
    ),
    [raw("A", overflow("B", 45)), raw("B", overflow("C", 7)), raw("C"), raw("E", overflow("C", 5))],
)


def links(picture: Picture) -> dict[str, Link]:
    names = {box.key: box.name for box in picture.boxes}
    return {f"{names[link.source]}→{names[link.target]}": link for link in picture.links}


def test_before_is_what_the_policies_say_and_after_what_live_has() -> None:
    found = links(picture_of_drift(drift_of(PLAN)))
    assert {
        "A→B": (Action.UPDATE, "30 → 45 %", "30 → 45"),
        "A→C": (Action.DELETE, "− 5 %", "5 → 0"),
        "B→C": (Action.CREATE, "+ 7 %", "0 → 3.15"),
        "E→C": (None, "5 %", ""),
    } == {name: (link.action, link.label, link.moves) for name, link in found.items()}


def test_what_is_wrong_in_live_alone_is_marked_as_of_the_drift() -> None:
    (finding,) = of_live(drift_of(PLAN))
    assert finding.figure
    assert ("capacity.exceeded", 45) == (finding.id, finding.figure.amount)
    box = picture_of_drift(drift_of(PLAN)).by_key["id-B"]
    assert (Badge.ERROR, True) == (box.badge, box.caused)
    assert box.before and box.before.load and box.after and box.after.load
    assert (30, 45) == (box.before.load.inflow, box.after.load.inflow)


def test_what_is_wrong_on_both_sides_counts_where_live_is_worse() -> None:
    def drift(share: int) -> Drift:
        wanted = policies(policy("A", rule("B", 50), base_load=100.0), policy("B", capacity=40.0))
        return drift_of(planned(wanted, [raw("A", overflow("B", share)), raw("B")]))

    (worse,) = of_live(drift(70))
    assert worse.figure
    assert ("worse", 50, 70) == (worse.since, worse.figure.before, worse.figure.amount)
    assert () == of_live(drift(45))


def test_a_rule_that_waits_says_so_and_its_queue_is_no_drift() -> None:
    drift = drift_of(PLAN)
    waits = tuple(each for each in drift.rules if each.queue_name == "B")
    rest = tuple(each for each in drift.rules if each.queue_name != "B")
    picture = picture_of_drift(replace(drift, rules=rest, pending=waits))
    link = links(picture)["B→C"]
    assert (Became.WAITING, "… + 7 %", (False, True)) == (link.became, link.label, link.in_force)
    assert ["A"] == [box.name for box in picture.boxes if box.changed]


def test_loops_of_live_are_marked_whatever_the_policies_say() -> None:
    ring = Loop((("id-E", "E"),), (LoopRule("id-E", "id-E", "overflow"),), ("id-E",))
    loops = (LiveLoop(ring, "E overflows into itself"),)
    assert "E overflows into itself" == of_live(drift_of(PLAN), loops)[0].message
    box = picture_of_drift(drift_of(PLAN), loops).by_key["id-E"]
    assert (Badge.LOOP, True) == (box.badge, box.caused)


def test_what_is_the_same_on_both_sides_is_no_matter_of_the_drift() -> None:
    wanted = policies(
        policy("A", rule("B", 50), base_load=100.0), policy("B", capacity=40.0), policy("C", rule("D", 5))
    )
    live = [raw("A", overflow("B", 50)), raw("B"), raw("C", overflow("D", 6)), raw("D")]
    assert () == of_live(drift_of(planned(wanted, live)))
