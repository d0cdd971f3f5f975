from dataclasses import replace
from typing import Any

import pytest

from syncer.kinds.backup import BACKED
from syncer.model.network import Edge, Network, Node
from syncer.model.policy import QueueRef
from syncer.model.scenario import TODAY, Assumed, Scenario
from syncer.model.settings import Settings
from syncer.planning.simulation import Side, simulated
from syncer.report import render
from syncer.report.html import headline
from syncer.report.html import simulated as page_of
from syncer.report.html.simulated import kind_of, sentence
from syncer.report.sights import Simulated
from syncer.report.views import Report
from tests.report.html.pages import Page
from tests.report.report_samples import HOSTILE, reports

NETWORK = Network(
    (
        Node("a", "A", True, 100, 80, None, 10, 300.0),
        Node("b", "B", True, 60, 40, None, 8, 300.0),
        Node("c", "C", True, 1000, 5),
        Node("d", "D"),
    ),
    (Edge("a", "b", 25), Edge("b", "c", 10)),
)


def view(scenario: Scenario = TODAY, network: Network = NETWORK, **values: Any) -> Simulated:
    """What would be, held against today."""
    until_full = bool(values.get("until_full"))
    found = simulated(Side.of(network), Side.of(network, scenario), Settings(), until_full=until_full)
    words = () if scenario == TODAY else (f"{scenario.load:g} × today's load",)
    return Simulated("the policies", "1h", found, **({"assumed": words} | values))


def page(of: Simulated) -> Page:
    return Page(render("html", Report("simulate", 0, of, of.simulation.findings)))


def test_the_verdict_names_the_load_how_many_are_overfull_and_the_first() -> None:
    read = page(view(Scenario(load=2.0)))
    assert "✕ At 2 × today's load 2 queues are overfull; B first" == read.all("title")[0].text
    assert ["verdict", "bad"] == read.one("header").classes
    dangers = [each.text for each in read.all("li")][:2]
    assert ["Overfull B: keeps 54 of 60 → 108 of 60", "Overfull A: keeps 60 of 100 → 120 of 100"] == dangers


def test_one_alone_all_well_and_what_is_only_possible() -> None:
    assert "At 1.2 × today's load 1 queue is overfull: B" == sentence(view(Scenario(load=1.2)))
    well = replace(NETWORK, nodes=tuple(replace(node, agents=None) for node in NETWORK.nodes))
    assert ("good", "Today no queue is overfull") == (
        kind_of(view(network=well)),
        sentence(view(network=well)),
    )
    maybe = replace(well, edges=(Edge("a", "b", 50, role=BACKED),))
    assert ("warn", "Today no queue is overfull for certain; 1 queue may be") == (
        kind_of(view(network=maybe)),
        sentence(view(network=maybe)),
    )
    both = replace(maybe, nodes=(replace(maybe.nodes[0], base_load=900), *maybe.nodes[1:]))
    assert "Today 1 queue is overfull: A; 1 more may be" == sentence(view(network=both))


@pytest.mark.parametrize(
    ("values", "when"),
    [
        ({"assumed": ("A is out of service",)}, "If A is out of service, "),
        ({"assumed": ("x", "y")}, "With all assumptions, "),
        ({"planned": True}, "After the plan "),
    ],
)
def test_what_is_assumed_comes_first(values: dict[str, Any], when: str) -> None:
    assert sentence(view(**values)).startswith(when)


def test_figures_before_and_after_are_red_where_they_got_worse() -> None:
    tiles = page(view(Scenario(load=2.0))).all("div", "tile")
    assert [
        (False, "1.11 × → 0.56 ×headroom: times the load"),
        (True, "0 → 2queues over their capacity"),
        (True, "0 → 68contacts per 1h beyond capacitythey wait, or are lost"),
        (False, "0%answered in time, at worstA"),
    ] == [("worse" in each.classes, each.text) for each in tiles]


def test_agents_that_cannot_keep_up_are_a_danger_where_no_queue_is_over() -> None:
    busy = replace(NETWORK, nodes=(replace(NETWORK.nodes[0], agents=4), *NETWORK.nodes[1:]))
    read = page(view(network=busy))
    assert (
        "✕ Today no queue is overfull, but the agents of 1 queue can’t keep up" == read.all("title")[0].text
    )
    assert "Too few agents A: they are busy 125.0% of their time" == read.all("li")[0].text


def test_until_it_is_full_the_factor_and_the_queue_come_first() -> None:
    full = view(until_full=True)
    assert "Holds up to 1.11 × today; B is full first, by what it keeps" == sentence(full)
    assert "good" == kind_of(full)
    read = page(full)
    cells = [(each.attributes["data-head"], each.text) for each in read.all("td")]
    assert ("Full at", "1.11\N{NO-BREAK SPACE}×") in cells
    assert not [words for _, words in cells if " ×" in words]
    assert any("grown, or shrunk, to 1.11 ×" in each.text for each in read.all("li"))
    assert "bad" == kind_of(
        view(
            until_full=True,
            network=replace(NETWORK, nodes=(replace(NETWORK.nodes[0], capacity=10), *NETWORK.nodes[1:])),
        )
    )
    unknown = view(until_full=True, network=Network((Node("d", "D"),), ()))
    assert "warn" == kind_of(unknown)


def test_the_fullest_queue_is_the_first_row_and_an_unknown_one_the_last() -> None:
    blind = replace(NETWORK, nodes=(*NETWORK.nodes[:3], Node("d", "D", True, None, 5)))
    read = page(view(Scenario(load=2.0), network=blind))
    names = [each.text for each in read.all("td") if each.attributes["data-head"] == "Queue"][:4]
    assert ["B", "A", "C", "D"] == names
    assert 3 == len(read.all("svg", "bars"))


def test_an_outage_says_what_is_stranded() -> None:
    out = view(Scenario(queues=(Assumed(QueueRef(id="b"), out=True),)), assumed=("B is out of service",))
    assert "bad" == kind_of(out)
    assert "With B out of service, 54 contacts per 1h are stranded there" == sentence(out)
    rows = [(each.text, each.attributes["data-head"]) for each in page(out).all("td")][:2]
    assert [("B", "Queue"), ("out of service", "Load of capacity")] == rows
    two = (Assumed(QueueRef(id="b"), out=True), Assumed(QueueRef(id="c"), out=True))
    words = sentence(view(Scenario(queues=two), assumed=("x", "y")))
    assert words.startswith("With all assumptions, ") and words.endswith("stranded in B, C")
    tiles = [each.text for each in page(out).all("div", "tile")]
    assert any("headroom of the other queues" in each and "→" not in each for each in tiles)
    more = view(Scenario(load=3, queues=(Assumed(QueueRef(id="b"), out=True),)))
    assert "contacts are stranded in B." in " ".join(each.text for each in page(more).all("p"))


def test_service_says_what_the_formula_assumes_and_the_slowest_comes_first() -> None:
    read = page(view(Scenario(load=2.0)))
    assert any("nobody hangs up" in each.text for each in read.all("p", "scope"))
    rows = [each.text for each in read.all("td") if each.attributes["data-head"] == "Speed of answer"]
    assert rows[0].endswith("→ never")
    assert "How long contacts wait" in [each.text for each in read.all("h2")]


def test_of_many_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_of, "MOST_ROWS", 1)
    monkeypatch.setattr(page_of, "MOST_TURNS", 1)
    monkeypatch.setattr(headline, "MOST_DANGERS", 1)
    read = page(view(Scenario(load=2.0)))
    assert ["… and 2 more queues.", "… and 2 more queues.", "… and 1 more queue."] == [
        each.text for each in read.all("p", "more")
    ]
    assert "1 more" in [each.text for each in read.all("li")]


def test_with_nothing_known_there_are_no_charts() -> None:
    read = page(view(network=Network((Node("d", "D"),), ()), unknown=("loads",)))
    assert [] == read.all("svg")
    assert "Not known: loads" in [each.text for each in read.all("li")]


def test_today_already_or_without_the_plan() -> None:
    over = replace(NETWORK, nodes=(replace(NETWORK.nodes[0], capacity=10), *NETWORK.nodes[1:]))
    assert "It is overfull today already." in [each.text for each in page(view(network=over)).all("p")]
    planned = page(view(network=over, planned=True))
    assert "It is overfull without the plan too." in [each.text for each in planned.all("p")]
    more = [each.text for each in page(view(Scenario(load=2.0), over)).all("p")]
    assert "1 of them is overfull today already." in more


def test_a_plan_that_rescues_queues_says_how_many_there_were() -> None:
    full, rest = replace(NETWORK.nodes[0], capacity=10), NETWORK.nodes[2:]
    worse = replace(NETWORK, nodes=(full, replace(NETWORK.nodes[1], capacity=10), *rest))
    better = replace(NETWORK, nodes=(full, *NETWORK.nodes[1:]))
    found = view(planned=True)
    one, none = (
        replace(found, simulation=simulated(Side.of(worse), Side.of(after), Settings()))
        for after in (better, NETWORK)
    )
    assert "After the plan 1 queue is overfull: A (2 without the plan)" == sentence(one)
    assert "After the plan no queue is overfull (2 without the plan)" == sentence(none)
    back = replace(found, simulation=simulated(Side.of(NETWORK), Side.of(better), Settings()))
    assert "After the plan 1 queue is overfull: A (none without the plan)" == sentence(back)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_are_text(name: str) -> None:
    hostile, tame = (Page(render("html", reports(each)["simulate"])) for each in (name, "x"))
    assert {each.tag for each in tame.elements} == {each.tag for each in hostile.elements}
