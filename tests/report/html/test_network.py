import itertools
import re
from dataclasses import replace

import pytest

from syncer.model.change import Action
from syncer.report.html.names import Names
from syncer.report.html.network import MOST_QUEUES, data, network
from syncer.report.picture.model import Became, Box, Link, Picture
from syncer.report.picture.near import around_the_change
from syncer.report.picture.of_plan import picture_of_plan
from tests.contact_centers import contact_center
from tests.report.html.pages import Page

PLAN = contact_center(120).plan()
WHOLE = picture_of_plan(PLAN)
PART = around_the_change(WHOLE)
NAMES = Names.of(WHOLE, PART)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page("".join(network(WHOLE, PART, NAMES)))


def test_what_is_drawn_and_what_is_not_is_said_in_words(page: Page) -> None:
    left = len(WHOLE.boxes) - len(PART.boxes)
    assert (
        f"{len(PART.boxes)} queues: queues at risk, queues that change, and their neighbors. "
        f"{left} other queues with rules are not drawn. Loads are contacts per 1h."
    ) == page.one("p", "scope").text


def test_all_drawn_and_rules_that_watch() -> None:
    small = Picture((Box("a", "A"), Box("b", "B")), (), watches=1)
    read = Page("".join(network(small, small, Names.of(small, small))))
    assert "All 2 queues. 1 rule that only watches a queue is not drawn." == read.one("p", "scope").text
    assert "Network" == read.one("h2").text
    assert [] == [each for each in read.all("input") if each.attributes.get("name") == "moment"]


def test_one_queue_alone() -> None:
    one = Picture((Box("a", "A"),), (), watches=2)
    read = Page("".join(network(one, one, Names.of(one, one))))
    assert "The only queue. 2 rules that only watch a queue are not drawn." == read.one("p", "scope").text


def test_the_script_gets_names_that_can_do_nothing() -> None:
    one = Picture((Box("a", "a\u202eevil\u200b"),), ())
    assert "a\\u202eevil\\u200b" == data(one, one, (), Names.of(one, one))["queues"][0][0]


def test_what_was_not_done_is_the_first_problem() -> None:
    boxes = (Box("a", "A", became=Became.DONE), Box("b", "B", became=Became.FAILED, status="failed"))
    link = Link("ab", "b", "a", "overflow", "5 %", "9 %", action=Action.UPDATE).tried(Became.FAILED)
    picture = Picture(boxes, (link,), changes=True)
    known = data(picture, picture, (), Names.of(picture, picture))
    assert [1] == known["problems"]
    assert "not managed, failed" == known["queues"][1][1]
    assert [[1, 0, "5 %", "9 % (failed)", "", "update"]] == known["links"]


def test_each_box_has_the_id_that_names_lead_to(page: Page) -> None:
    ids = {each.attributes.get("id") for each in page.all("g", "box")}
    assert {NAMES.ids[box.key] for box in PART.boxes} == ids


def test_one_layout_for_before_and_after(page: Page) -> None:
    links = page.all("g", "link")
    created = [each for each in links if "create" in each.classes]
    deleted = [each for each in links if "delete" in each.classes]
    assert created and deleted
    assert all("has" in each.classes and "had" not in each.classes for each in created)
    assert all("had" in each.classes and "has" not in each.classes for each in deleted)
    assert page.all("g", "was") and page.all("g", "will")


def test_few_labels_where_there_are_many_links() -> None:
    many = replace(PART, links=tuple(replace(link, action=None) for link in PART.links))
    assert page_of(many).all("g", "plain")
    several = tuple(
        replace(link, key=f"{link.key} {n}", action=None) for n in range(5) for link in PART.links
    )
    assert [] == page_of(replace(PART, links=several)).all("g", "pill")


def page_of(part: Picture) -> Page:
    return Page("".join(network(WHOLE, part, NAMES)))


def test_on_paper_each_component_with_a_change_or_a_problem_is_a_block(page: Page) -> None:
    parts = {each.attributes["href"][1:] for each in page.all("use")}
    assert 0 < len(parts) == len(page.all("svg", "paper"))
    assert parts <= {each.attributes.get("id") for each in page.all("g")}


def test_nothing_is_drawn_of_nothing() -> None:
    empty = Picture((), ())
    assert [] == list(network(empty, empty, Names.of(empty, empty)))


def test_the_script_knows_queues_links_and_problems() -> None:
    known = data(WHOLE, PART, PLAN.findings, NAMES)
    assert len(WHOLE.boxes) == len(known["queues"])
    assert len(WHOLE.links) == len(known["links"])
    assert {box.name for box in PART.boxes} == {queue[0] for queue in known["queues"] if queue[2]}
    assert "Sales Berlin Specialists" == known["queues"][known["problems"][0]][0]
    assert len(set(known["problems"])) == len(known["problems"])
    by_name = {queue[0]: queue for queue in known["queues"]}
    _name, words, drawn, before, after = by_name["Billing Berlin Tier 2"]
    assert (1, "error", 30.0, 30.0) == (drawn, words, before[2], after[2])
    assert [None, None] == by_name["Sales Berlin Tier 1"][4][:2]
    assert re.search("changes, in a loop", by_name["Sales Berlin Tier 1"][1])


def test_links_say_before_after_and_what_becomes_of_them() -> None:
    known = data(WHOLE, PART, PLAN.findings, NAMES)
    actions = {link[5] for link in known["links"]}
    assert {"", "create", "update", "delete"} == actions
    off = Link("ab", "a", "b", "overflow", "5 %", "5 %", in_force=(False, False))
    both = Picture((Box("a", "A"), Box("b", "B")), (off,))
    assert [[0, 1, "5 %", "5 %", "", "off"]] == data(both, both, (), Names.of(both, both))["links"]


def test_of_a_large_network_only_rules_around_the_change_are_known() -> None:
    boxes = tuple(Box(f"{n:05}", f"Q{n}") for n in range(MOST_QUEUES + 1))
    links = tuple(
        Link(f"l{n}", box.key, after.key, "overflow", "5 %", "5 %")
        for n, (box, after) in enumerate(itertools.pairwise(boxes))
    )
    whole = Picture(boxes, links)
    part = whole.only([boxes[7].key])
    known = data(whole, part, (), Names.of(whole, part))
    assert [[6, 7], [7, 8]] == [link[:2] for link in known["links"]]
    assert known["cut"]
    assert not data(part, part, (), Names.of(part, part))["cut"]
