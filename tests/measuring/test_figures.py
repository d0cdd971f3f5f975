"""Figures are found again from traffic whose right answer is known."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.measuring.busy import Busy, common_busy
from syncer.measuring.figures import Capacity, Figures, Measurement, Share, capacity_of, measure, rounded
from syncer.model.network import Edge, Network, Node, Transfer
from syncer.model.rule import SHARE, Role
from syncer.model.traffic import Counted
from tests.measuring.traffics import Way, counts, traffic

BACKUP = Role(exact=False, noun="backup queue")
QUEUES = 6


def network(ways: Sequence[Way], *, flows: Sequence[Way] = (), backups: Sequence[Way] = ()) -> Network:
    nodes = tuple(Node(str(place), f"Queue {place}") for place in range(QUEUES))
    edges = [Edge(str(way.source), str(way.target), way.percent, role=SHARE) for way in ways]
    edges += [Edge(str(way.source), str(way.target), 100, role=BACKUP) for way in backups]
    transfers = tuple(Transfer(str(way.source), str(way.target), "Flow", "1") for way in flows)
    return Network(nodes, tuple(edges), transfers)


def measured(found: Network, base: Sequence[float], ways: Sequence[Way]) -> Measurement:
    """The figures out of three intervals that are alike."""
    own = counts(base, ways)
    counted = traffic({str(place): [own[place]] * 3 for place in range(QUEUES)})
    return measure(found, counted, common_busy(counted, 95), map(str, range(QUEUES)))


def bases(found: Measurement) -> list[float | None]:
    return [each.base_load for each in found.figures]


loads = st.lists(st.integers(20_000, 90_000), min_size=QUEUES, max_size=QUEUES)
whole_shares = st.integers(1, 30)


@st.composite
def acyclic(draw: st.DrawFn) -> list[Way]:
    """At most three rules out of each queue, to later ones."""
    ways = []
    for source in range(QUEUES - 1):
        later = st.lists(st.integers(source + 1, QUEUES - 1), max_size=3, unique=True)
        ways += [Way(source, target, draw(whole_shares)) for target in draw(later)]
    return ways


@given(loads, acyclic())
def test_base_loads_are_found_again_where_all_shares_are_exact(base: list[int], ways: list[Way]) -> None:
    assert pytest.approx(base, abs=10) == bases(measured(network(ways), base, ways))


@given(loads, acyclic(), st.data())
def test_they_are_found_again_with_a_way_out_of_each_that_nobody_knows(
    base: list[int], ways: list[Way], data: st.DataObject
) -> None:
    unknown = []
    for source in range(QUEUES):
        free = {*range(QUEUES)} - {source} - {way.target for way in ways if way.source == source}
        if free:
            target = data.draw(st.sampled_from(sorted(free)))
            unknown.append(Way(source, target, data.draw(st.integers(0, 9))))
    as_flows = data.draw(st.booleans())
    found = network(ways, flows=unknown) if as_flows else network(ways, backups=unknown)
    result = measured(found, base, [*ways, *unknown])
    assert pytest.approx(base, abs=12) == bases(result)
    if as_flows:
        shares = {(share.source, share.target): share.percent for share in result.shares}
        expected = {(str(way.source), str(way.target)): way.percent for way in unknown}
        assert pytest.approx(expected, abs=0.2) == shares


@given(loads, st.lists(st.integers(5, 60), min_size=3, max_size=3))
def test_they_are_found_again_in_a_circle_through_a_flow(base: list[int], percents: list[int]) -> None:
    ring = [Way(place, (place + 1) % 3, percent) for place, percent in enumerate(percents)]
    result = measured(network(ring[:2], flows=ring[2:]), base, ring)
    assert pytest.approx(base, abs=10) == bases(result)
    assert [percents[2]] == pytest.approx([share.percent for share in result.shares], abs=0.1)


def test_what_is_not_determined_is_said_and_only_there() -> None:
    base = [100.0] * QUEUES
    ways = [Way(0, 1, 20), Way(0, 2, 10), Way(1, 3, 50)]
    found = measured(network(ways[2:], flows=ways[:2]), base, ways)
    assert [100, None, None, 100, 100, 100] == bases(found)
    assert [] == list(found.shares)
    why = "what comes from Queue 0: how 30.0 contacts divide between 2 ways out of it is not known"
    assert [why, why] == [each.why_not for each in found.figures if each.base_load is None]


def test_a_negative_base_load_is_said_and_a_tiny_one_is_nothing() -> None:
    def figures(offered: int) -> Figures:
        counted = traffic({"0": [Counted(200, flowed_out=100)] * 3, "1": [offered] * 3})
        found = measure(network([Way(0, 1, 50)]), counted, common_busy(counted, 50), ["0", "1"])
        return found.by_key["1"]

    assert 0 == figures(99).base_load
    negative = figures(90)
    assert None is negative.base_load
    assert negative.why_not.startswith("100.0 come by known edges, more than the 90.0 that it is offered")


def test_means_are_over_the_common_busy_intervals_alone() -> None:
    own = [Counted(100, 80, 5, 15, handled=2, handle_seconds=500.0), Counted(200, 180, 15, 5), Counted(1)]
    found = measure(network([]), traffic({"0": own}), Busy((0, 1), (0, 1), 3), ["0"]).figures[0].mean
    assert (150, 130, 10, 10, 250) == (
        found.offered,
        found.answered,
        found.abandoned,
        found.flowed_out,
        found.handle_seconds,
    )


def test_a_queue_without_contacts_has_no_figures() -> None:
    counted = traffic({"0": [9, 9, 9]})
    found = measure(network([]), counted, common_busy(counted, 50), ["0", "1"]).by_key["1"]
    assert (None, None, None) == (found.base_load, found.capacity, found.mean.handle_seconds)
    assert "no contact was counted in the busy intervals" == found.why_not
    assert "no contact was offered in the hours of busy intervals" == found.why_no_capacity


def test_capacity_is_what_was_answered_in_time_in_the_best_intervals() -> None:
    own = [Counted(offered=50, within=within) for within in range(1, 11)]
    busy = Busy((0,), tuple(range(12)), 10)
    assert (Capacity(9, True), "") == capacity_of(traffic({"a": own}), "a", busy)
    own[3] = Counted(offered=50, within=4, pressed=True)
    assert (Capacity(9, False), "") == capacity_of(traffic({"a": own}), "a", busy)
    assert (Capacity(2, True), "") == capacity_of(traffic({"a": own}), "a", Busy((0,), (0, 1), 10))


def test_where_nothing_was_in_time_no_capacity_is_known() -> None:
    found = capacity_of(traffic({"a": [Counted(offered=5)]}), "a", Busy((0,), (0,), 1))
    assert (None, "nothing was answered within the service target") == found


def test_a_share_is_no_more_than_all_and_only_that_of_a_flow_alone() -> None:
    counted = traffic({"0": [Counted(10, flowed_out=12)] * 3})
    found = measure(network([], flows=[Way(0, 1, 0)]), counted, common_busy(counted, 50), ["0"])
    assert [Share("0", "1", 100.0)] == list(found.shares)
    both = network([], flows=[Way(0, 1, 0)], backups=[Way(0, 1, 0)])
    assert [] == list(measure(both, counted, common_busy(counted, 50), ["0"]).shares)


@pytest.mark.parametrize(("contacts", "expected"), [(0.04, 0), (12.34, 12.3), (99.96, 100), (150.4, 150)])
def test_figures_are_as_precise_as_they_are_sure(contacts: float, expected: float) -> None:
    assert expected == rounded(contacts)
