"""What would be, as text: the verdict last, where a reader of a terminal looks."""

from dataclasses import replace

import pytest

from syncer.planning.simulation import SimulatedQueue
from syncer.report.sights import Simulated
from tests.report.report_samples import simulated
from tests.report.text.as_text import text


def test_each_queue_has_a_row_and_the_verdict_is_first_and_last() -> None:
    found = text(simulated("Tier 1"))
    assert found[:2] == found[-2:]
    found = found[3:]
    assert ["of Tier 1, contacts per 1h", "assumed: Tier 1", "assumed: Tier 1", ""] == found[:4]
    assert found[4].split()[:4] == ["queue", "offered", "flows", "in"]
    assert found[5].split()[:5] == ["Tier", "1", "150", "→", "210"]
    assert "full in turn: Tier 1 at 0.89 ×" in found
    assert "not known: Tier 1" in found
    assert found[-2] == (
        "80.5 contacts are stranded in Tier 1; "
        "no other queue is over its capacity for certain; 1 may be: Tier 1"
    )
    assert found[-1].startswith("the other queues hold only 0.89 × what is assumed; ")


def test_until_full_the_headroom_is_said_once() -> None:
    found = text(replace(simulated("A"), until_full=True))
    assert [0, len(found) - 1] == [place for place, line in enumerate(found) if " hold only " in line]


def many(view: Simulated) -> tuple[SimulatedQueue, ...]:
    first, *_ = view.simulation.queues
    calm = replace(first, name="Calm", after=first.before)
    return (*[calm] * 98, replace(first, name="Moved", after=replace(first.after, capacity=1e6)), first)


@pytest.mark.parametrize(("verbose", "rows"), [(False, 80), (True, 200)])
def test_of_many_queues_those_that_are_over_and_those_that_move_come_first(verbose: bool, rows: int) -> None:
    view = simulated("Over")
    view = replace(view, simulation=replace(view.simulation, queues=many(view)))
    found = text(view, verbose=verbose)
    assert rows == sum(line.startswith(("  Calm", "  Over", "  Moved")) for line in found)
    assert (0 if verbose else 2) == found.count("  and 60 queues more (--verbose shows all)")
    assert (0 if verbose else 1) == sum(line.endswith("and 95 more") for line in found)
    if not verbose:
        assert ["  Over", "  Moved", "  Calm"] == [line[:7].rstrip() for line in found[8:11]]


def test_a_network_without_queues_has_no_table() -> None:
    view = simulated("A")
    empty = text(replace(view, simulation=replace(view.simulation, queues=())))
    assert [] == [line for line in empty if line.startswith("  ")]
