from syncer.model.change import Action
from syncer.model.network import Load
from syncer.model.plan import QueueState
from syncer.report.picture.model import Badge, Box, Link, Picture


def link(source: str, target: str, *, before: bool = True, after: bool = True) -> Link:
    words = ("25 %" if before else "", "25 %" if after else "")
    return Link(f"{source}{target}", source, target, "overflow", *words, in_force=(before, after))


def picture(*links: Link) -> Picture:
    names = sorted({end for each in links for end in (each.source, each.target)})
    return Picture(tuple(Box(name, name) for name in names), links)


def test_a_link_lies_in_a_loop_where_a_way_leads_back() -> None:
    made = picture(link("a", "b"), link("b", "c"), link("c", "a", before=False), link("c", "d"))
    assert frozenset() == made.looped_before
    assert {"ab", "bc", "ca"} == made.looped


def test_a_loop_that_the_change_breaks_was_one_before() -> None:
    made = picture(link("a", "b"), link("b", "a", after=False))
    assert {"ab", "ba"} == made.looped_before
    assert frozenset() == made.looped


def test_a_link_out_of_force_closes_no_loop() -> None:
    off = Link("ba", "b", "a", "overflow", "25 %", "25 %", in_force=(False, False))
    assert frozenset() == picture(link("a", "b"), off).looped
    assert not off.enabled


def test_a_queue_that_leads_to_itself_is_a_loop() -> None:
    assert {"aa"} == picture(link("a", "a")).looped


def test_a_part_has_the_links_between_its_boxes_and_counts_the_rest() -> None:
    part = picture(link("a", "b"), link("b", "c")).only(["a", "b"])
    assert ["a", "b"] == [box.key for box in part.boxes]
    assert ["ab"] == [each.key for each in part.links]
    assert 1 == part.left_out
    assert 2 == part.only(["a"]).left_out


def test_a_deleted_link_is_as_it_was() -> None:
    gone = Link("ab", "a", "b", "overflow", "25 %", action=Action.DELETE, in_force=(True, False))
    assert gone.enabled
    assert not gone.fresh
    assert link("a", "b", before=False).fresh


def test_the_most_that_a_queue_is_offered() -> None:
    before, after = (QueueState(10, 5, Load(offered, 1, 1)) for offered in (7, 3))
    assert 7 == Box("a", "A", before=before, after=after).offered
    assert 0 == Box("a", "A", after=QueueState(None, 0, None)).offered


def test_boxes_and_links_as_json() -> None:
    state = QueueState(10, 5, Load(7, 6, 2))
    said = Box("a", "A", managed=True, badge=Badge.LOOP, caused=True, after=state).as_json()
    assert {"id": "a", "name": "A", "managed": True, "changed": False, "badge": "loop", "caused": True} == {
        key: said[key] for key in ("id", "name", "managed", "changed", "badge", "caused")
    }
    assert said["before"] is None
    assert {
        "capacity": 10,
        "base_load": 5,
        "load": {"offered": 7, "kept": 6, "inflow": 2},
    } == said["after"]
    assert {
        "source": "a",
        "target": "b",
        "kind": "overflow",
        "before": "25 %",
        "after": "25 %",
        "contacts": "",
        "action": None,
        "enabled": True,
        "position": None,
    } == link("a", "b").as_json()
