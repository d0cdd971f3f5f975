from syncer.model.change import Action
from syncer.model.finding import Finding, Loop, LoopRule, Severity, Since
from syncer.report.picture.model import Badge, Link, Picture
from syncer.report.picture.of_plan import badges_of, names_of, picture_of_plan
from tests.organizations import (
    backed,
    conditional,
    groups,
    overflow,
    planned,
    policies,
    policy,
    raw,
    routed,
    rule,
)


def links(picture: Picture) -> dict[str, Link]:
    """The links by the names of their ends."""
    names = {box.key: box.name for box in picture.boxes}
    return {f"{names[link.source]}→{names[link.target]}": link for link in picture.links}


def test_what_changes_what_stays_and_what_goes() -> None:
    live = [raw("A", overflow("B", 25), overflow("C", 5), overflow("D", 7)), *map(raw, "BCDE")]
    wanted = policies(
        policy("A", rule("B", 35), rule("C", 5), rule("E", 10), base_load=100.0), policy("B"), policy("E")
    )
    picture = picture_of_plan(planned(wanted, live))
    found = links(picture)
    assert {
        "A→B": (Action.UPDATE, "25 → 35 %", "25 → 35"),
        "A→C": (None, "5 %", ""),
        "A→D": (Action.DELETE, "− 7 %", "7 → 0"),
        "A→E": (Action.CREATE, "+ 10 %", "0 → 10"),
    } == {name: (link.action, link.label, link.moves) for name, link in found.items()}
    assert ("25 % after 60 s", "35 % after 60 s") == (found["A→B"].before, found["A→B"].after)
    assert [(True, True), (False, True), (True, False)] == [
        found[name].in_force for name in ("A→B", "A→E", "A→D")
    ]
    assert ["A"] == [box.name for box in picture.boxes if box.changed]
    assert picture.changes


def test_queues_know_their_loads_and_whether_they_are_managed() -> None:
    wanted = policies(policy("A", rule("B"), base_load=100.0), policy("B", capacity=20.0))
    picture = picture_of_plan(planned(wanted, [raw("A"), raw("B"), raw("U", overflow("B", 5))]))
    boxes = {box.name: box for box in picture.boxes}
    assert [True, True, False] == [boxes[name].managed for name in "ABU"]
    after = boxes["B"].after
    assert after and after.load
    assert (20, 25) == (after.capacity, after.load.inflow)
    assert (Badge.ERROR, True) == (boxes["B"].badge, boxes["B"].caused)


def test_a_queue_far_from_the_change_has_no_loads() -> None:
    live = [raw("A"), raw("B"), raw("Y", overflow("Z", 5)), raw("Z")]
    picture = picture_of_plan(planned(policies(policy("A", rule("B"), base_load=10.0), policy("B")), live))
    assert {"A": True, "B": True, "Y": False, "Z": False} == {
        box.name: box.after is not None for box in picture.boxes
    }


def test_a_backup_queue_has_its_word_and_a_disabled_rule_is_out_of_force() -> None:
    live = [backed("A", "B"), raw("B", overflow("C", enabled=False)), raw("C")]
    picture = picture_of_plan(planned(policies(policy("C")), live, dialect="mixed"))
    assert {"A→B": ("backup", True), "B→C": ("25 %", False)} == {
        name: (link.label, link.enabled) for name, link in links(picture).items()
    }


def test_rules_that_only_watch_are_counted() -> None:
    live = [routed("A", conditional("Day"), conditional("Night", queue="B")), raw("B")]
    wanted = policies(policy("A", groups=(groups("Day"), groups("Night", queue="B"))), policy("B"))
    assert (1, ()) == (
        (picture := picture_of_plan(planned(wanted, live, dialect="mixed"))).watches,
        picture.links,
    )


def test_a_target_that_live_lists_no_more_is_drawn_all_the_same() -> None:
    picture = picture_of_plan(
        planned(policies(policy("A", rule("B"))), [raw("A", overflow("gone")), raw("B")])
    )
    assert {"A→B", "A→id-gone"} == links(picture).keys()


def test_names_are_of_queues_and_groups() -> None:
    wanted = policies(policy("A", groups=(groups("Day"),)))
    names = names_of(planned(wanted, [routed("A"), raw("B", overflow("A"))], dialect="mixed"))
    assert {"id-A": "A", "id-B": "B", "group-Day": "Day"} == {id_: name for id_, name in names.items() if id_}


def finding(since: Since, severity: Severity = Severity.ERROR, *, loop: bool = False) -> Finding:
    ring = Loop((("q", "Q"),), (LoopRule("q", "q", "overflow"),), ("q", "r")) if loop else None
    return Finding("x.y", severity, "m", queue="Q", queue_id="q", since=since, loop=ring)


def test_what_the_change_causes_is_marked_before_what_was_there() -> None:
    before, new = finding(Since.BEFORE), finding(Since.NEW, Severity.WARNING)
    for findings in ((before, new), (new, before)):
        assert {"q": (Badge.WARNING, True)} == badges_of(findings)


def test_a_loop_is_marked_at_all_that_it_ties_together() -> None:
    assert {"q": (Badge.LOOP, True), "r": (Badge.LOOP, True)} == badges_of(
        [finding(Since.NEW), finding(Since.NEW, loop=True)]
    )


def test_what_only_informs_or_has_no_queue_marks_nothing() -> None:
    nobody = Finding("x.y", Severity.ERROR, "m")
    assert {} == badges_of([finding(Since.NEW, Severity.INFO), nobody])
