"""What would be, as a page."""

import re
from dataclasses import replace

import pytest

from syncer.model.network import Network, Node
from syncer.model.scenario import TODAY, Scenario
from syncer.model.settings import Settings
from syncer.planning.simulation import Side, simulated
from syncer.report import render
from syncer.report.html.simulated import MOST_ROWS, title
from syncer.report.sights import Simulated
from syncer.report.views import Report
from tests.checks.flowing import REFERENCE, queue


def view(network: Network = REFERENCE, scenario: Scenario = TODAY, *, until_full: bool = False) -> Simulated:
    found = simulated(Side.of(network), Side.of(network, scenario), Settings(), until_full=until_full)
    return Simulated("the policies", "1h", found, until_full=until_full)


def page(shown: Simulated) -> str:
    return render("html", Report("simulate", view=shown, findings=shown.simulation.findings))


def words(html: str) -> str:
    """The text of a page without its head, script and tags."""
    body = html.partition("<main>")[2].partition("</main>")[0]
    spaced = re.sub(r"<(p|td|li|h1)", r" <\1", body)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", spaced))


def test_the_danger_is_named_with_its_figures() -> None:
    shown = replace(view(scenario=Scenario(load=1.4)), assumed=("the load × 1.4",))
    assert "✕ 1 queue is over its capacity: Tier 2" == title(shown)
    text = words(page(shown))
    assert "Assumed: the load × 1.4." in text
    assert "Overload Tier 2: takes in 52.5 of 50" in text
    assert "0 → 1 queues over capacity" in text
    assert "0 → 2.5 contacts per 1h beyond capacity" in text
    assert "1.33 × → 0.95 ×" in text


@pytest.mark.parametrize(
    ("sign", "shown"),
    [
        ("✓", view()),
        ("✓", view(until_full=True)),
        ("✕", view(Network((queue("a", 10, 20),)), until_full=True)),
        ("!", view(Network((queue("a", None, 5),)), until_full=True)),
    ],
)
def test_the_sign_of_a_title(sign: str, shown: Simulated) -> None:
    assert sign == title(shown)[0]
    assert page(shown) == page(shown)


def test_the_fullest_come_first_and_bars_show_it() -> None:
    network = Network((queue("a", 100, 20), queue("b", 100, 90), queue("c", None, 5), queue("d", 100, 130)))
    text = page(view(network))
    found = re.findall(r'data-head="Queue">([a-d])<', text)
    assert ["d", "b", "a", "c"] == found[:4]
    assert ["over", "tight", "ok"] == re.findall(r'class="fill (\w+)" y="4"', text)
    assert '<b class="bad">130%</b>' in text


def test_service_says_what_the_formula_assumes() -> None:
    support, tier = REFERENCE.nodes
    staffed = (replace(support, agents=14, aht=360.0), replace(tier, agents=1, aht=300.0))
    text = words(page(view(replace(REFERENCE, nodes=staffed), Scenario(load=2))))
    assert "How fast contacts are answered" in text
    assert "Erlang C, in time: within 20 s" in text
    assert "nobody hangs up" in text
    assert "in bursts" in text
    assert "0% answered in time, at worst" in text


def test_what_is_not_known_is_said() -> None:
    shown = replace(view(), unknown=("how full flows are",))
    assert "Not known: how full flows are" in words(page(shown))


def test_names_are_harmless() -> None:
    network = Network(tuple(Node(name, name, True, 1, 5) for name in ("<script>alert(1)</script>", "\u202e")))
    text = page(view(network))
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_a_large_network_is_bounded() -> None:
    nodes = tuple(queue(f"q{number}", 100, number % 90) for number in range(MOST_ROWS + 5))
    text = page(view(Network(nodes)))
    assert "… and 5 more queues." in text
