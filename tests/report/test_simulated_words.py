"""The words and figures of what would be."""

from dataclasses import replace

import pytest

from syncer.checks.erlang import PEAKY
from syncer.kinds.backup import BACKED
from syncer.model.network import Edge, Headroom, Network
from syncer.model.policy import QueueRef
from syncer.model.scenario import TODAY, Assumed, Scenario
from syncer.model.settings import Settings
from syncer.planning.simulation import Side
from syncer.planning.simulation import simulated as run_simulation
from syncer.report.sights import Simulated
from syncer.report.simulated_words import (
    cells,
    columns,
    headroom_in_words,
    is_good,
    of_interest,
    served,
    service_cells,
    service_in_words,
    turns,
    values,
    verdict_in_words,
)
from tests.checks.flowing import REFERENCE, queue

BACKED_UP = Network(
    (queue("a", 30, 80), queue("c", 300), queue("b", 60, 20)),
    (Edge("a", "c", 75), Edge("c", "b", 100, role=BACKED)),
)
"""Between nothing and 60 of what ``a`` is offered comes to ``b``, which can take 60."""

OUT = Scenario(queues=(Assumed(QueueRef("Tier 2"), out=True),))


def view(scenario: Scenario = TODAY, network: Network = REFERENCE, *, until_full: bool = False) -> Simulated:
    sides = Side.of(network), Side.of(network, scenario)
    found = run_simulation(*sides, Settings(), until_full=until_full)
    assumed = () if scenario == TODAY else ("something",)
    return Simulated("x", "1h", found, assumed, until_full=until_full)


def staffed(agents: int = 14) -> Network:
    support, tier = REFERENCE.nodes
    nodes = (replace(support, agents=agents, aht=360.0), replace(tier, agents=6, aht=300.0))
    return replace(REFERENCE, nodes=nodes)


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        ("no queue is over its capacity", view()),
        ("1 queue is over its capacity: Tier 2", view(Scenario(load=1.4))),
        (
            "2 queues are over their capacity: Tier 2, Support; 1 of them today already",
            view(Scenario(load=2), Network((queue("Support", 400, 300), queue("Tier 2", 50, 60)))),
        ),
        ("37.5 contacts are stranded in Tier 2; no other queue is over its capacity", view(OUT)),
        ("no queue is over its capacity for certain; 1 may be: b", view(network=BACKED_UP)),
        ("1 queue is over its capacity: a; 1 may be: b", view(Scenario(load=2), BACKED_UP)),
        ("holds up to 1.33 × today; Tier 2 is full first, by what it takes in", view(until_full=True)),
        (
            "nothing says how much it holds: no queue with a capacity has any load",
            view(until_full=True, network=Network((queue("a", None, 5),))),
        ),
    ],
)
def test_the_verdict(expected: str, shown: Simulated) -> None:
    assert expected == verdict_in_words(shown)
    bad = ("stranded", "may be", "capacity: ")
    assert is_good(shown) is not any(words in expected for words in bad)


def test_names_are_written_as_the_format_wants_them() -> None:
    assert "1 queue is over its capacity: <Tier 2>" == verdict_in_words(
        view(Scenario(load=1.4)), "<{}>".format
    )
    assert "<Tier 2> is full first" in headroom_in_words(view(), "<{}>".format)


def test_the_headroom_counts_from_what_is_assumed_and_beside_that_without_the_plan() -> None:
    assert headroom_in_words(view(Scenario(load=1.4))).startswith("holds only 0.95 × what is assumed; ")
    planned = replace(view(), planned=True)
    assert headroom_in_words(planned).startswith("holds up to 1.33 × today (without the plan 1.33 ×); ")
    found = replace(planned.simulation, headroom_before=Headroom())
    words = headroom_in_words(replace(planned, simulation=found))
    assert words.startswith("holds up to 1.33 × today (without the plan no limit); ")
    over = view(Scenario(load=2))
    before = replace(over.simulation.queues[1], before=over.simulation.queues[1].after)
    there = replace(over.simulation, queues=(over.simulation.queues[0], before))
    assert verdict_in_words(replace(over, planned=True, simulation=there)).endswith(
        "; 1 of them without the plan too"
    )


def test_a_headroom_has_two_ends_where_a_backup_queue_gets_some() -> None:
    network = Network((queue("a", 100, 80), queue("b", 200)), (Edge("a", "b", 100, role=BACKED),))
    assert headroom_in_words(view(network=network)).startswith("holds up to 1.25 × today; a is full first")
    network = Network((queue("a", 100, 80), queue("b", 60, 30)), (Edge("a", "b", 100, role=BACKED),))
    assert headroom_in_words(view(network=network)).startswith(
        "holds 0.55 × today for certain, 2.00 × at most; b is"
    )
    assert ["80", "0", "≤ 80", "100", "80%", "0", "1.25 ×"] == cells(
        view(network=network).simulation.queues[0]
    )


def test_figures_that_move_are_shown_before_and_after() -> None:
    support, tier = view(Scenario(load=1.4)).simulation.queues
    assert ["150 → 210", "0", "112.5 → 157.5", "200", "56% → 79%", "0", "1.78 × → 1.27 ×"] == cells(support)
    assert "0 → 2.5" == cells(tier)[5]
    assert ["37.5", "37.5", "37.5", "50 → out", "75% → –", "0 → 37.5", "1.33 × → –"] == cells(
        view(OUT).simulation.queues[1]
    )


def test_behind_a_loop_loads_are_question_marks() -> None:
    looped = Network((queue("a", 100, 80), queue("b", None)), (Edge("a", "b", 5), Edge("b", "a", 5)))
    assert [["?", "?", "?", "100", "–", "–", "–"], ["?", "?", "?", "–", "–", "–", "–"]] == [
        cells(each) for each in view(network=looped).simulation.queues
    ]
    assert 2 == len(of_interest(view(network=looped)))


def test_queues_of_which_nothing_is_known_are_left_out() -> None:
    network = Network((queue("a", None), queue("b", None, 5), queue("c", 5)))
    assert ["b", "c"] == [each.name for each in of_interest(view(network=network))]


def test_queues_are_full_in_turn() -> None:
    assert [("1.33 ×", "Tier 2"), ("1.78 ×", "Support")] == turns(view())


def test_service_is_shown_before_and_after() -> None:
    (support, _) = served(view(Scenario(load=1.5), staffed()))
    assert ["14", "11.25 → 16.88", "80.4% → 120.5%", "70.6% → –", "44.9 s → never"] == service_cells(support)
    assert () == served(view())
    none = view(Scenario(queues=(Assumed(QueueRef("Support"), out=True),)), staffed())
    assert "14 → –" == service_cells(served(none)[0])[0]


def test_what_the_formula_assumes_is_said_beside_it() -> None:
    words = service_in_words(view(network=staffed()))
    assert words.startswith("Erlang C, in time: within 20 s. It assumes that contacts arrive at random")
    assert words.endswith(f". But {PEAKY}")
    assert ", never: more comes than the agents can handle. " in service_in_words(view(network=staffed(5)))
    alone = Network((replace(queue("a", 100, 10), agents=3, aht=60.0),))
    assert PEAKY not in service_in_words(view(network=alone))


def test_a_row_has_a_value_for_each_column() -> None:
    row = dict(zip(columns(), values(served(view(Scenario(load=1.4), staffed()))[0]), strict=True))
    expected = {
        "queue": "Support",
        "managed": True,
        "before_offered": 150.0,
        "after_offered": 210.0,
        "after_out": False,
        "after_agents": 14,
        "after_within": None,
    }
    assert expected == {name: row[name] for name in expected}
    out = dict(zip(columns(), values(view(OUT).simulation.queues[1]), strict=True))
    assert (True, 37.5, None, None) == tuple(
        out[f"after_{name}"] for name in ("out", "beyond", "use", "agents")
    )
