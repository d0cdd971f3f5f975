from collections.abc import Collection
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncer.checks import check_network
from syncer.checks.loads import bounds
from syncer.checks.since import UNKNOWN_LOADS, Before, Touched, band, held_against, identity, solved
from syncer.kinds.backup import BACKED
from syncer.model.finding import Figure, Finding, Limit, Severity, Since
from syncer.model.network import Edge, Network, Transfer
from syncer.model.rule import SHARE, WATCH
from syncer.model.scenario import Scenario
from tests.checks.flowing import at, networks, queue, scaled

BEFORE, NEW, WORSE = Since.BEFORE, Since.NEW, Since.WORSE
NOTHING = Touched()


def checked(network: Network) -> Before:
    found = bounds(network)
    return Before(check_network(network, found), {node.key: node for node in network.nodes}, found)


def compared(
    old: Network, new: Network, touched: Touched = NOTHING, strict: Collection[str] = ()
) -> tuple[Finding, ...]:
    found = bounds(new)
    return held_against(check_network(new, found), checked(old), found, touched, strict)


def gone(old: Network, new: Network) -> list[tuple[str, str]]:
    found = solved(compared(old, new), checked(old), bounds(new))
    assert {Since.SOLVED} >= {finding.since for finding in found}
    assert [] == [finding for finding in found if finding.refuses]
    return [(finding.id, finding.queue) for finding in found]


def into_b(threshold: int, capacity: float | None = 40, base_load: float = 0) -> Network:
    """``a``, which is offered 100, sends so many percent to ``b``."""
    return Network(
        (queue("a", 1000, 100), queue("b", capacity, base_load)), (Edge("a", "b", threshold, position=at(3)),)
    )


@pytest.mark.parametrize(
    ("since", "old", "new"),
    [
        (NEW, into_b(30), into_b(50)),
        (BEFORE, into_b(50), into_b(50)),
        (BEFORE, into_b(60), into_b(50)),
        (BEFORE, into_b(51), into_b(52)),
        (WORSE, into_b(52), into_b(53)),
        (NEW, into_b(50, 80), into_b(50, 40)),
        (WORSE, into_b(50, 45), into_b(50, 40)),
        (BEFORE, into_b(50, 40), into_b(50, 45)),
        (BEFORE, into_b(50, None), into_b(50, 40)),
        (NEW, into_b(30, 40, 20), into_b(50, 40)),
    ],
    ids=[
        *("more", "the same", "less", "more in one band", "more in the next band", "half the capacity"),
        *("a little less capacity", "more capacity", "measured now", "kept too much before"),
    ],
)
def test_an_overload_is_held_against_the_one_before(since: Since, old: Network, new: Network) -> None:
    (found,) = [finding for finding in compared(old, new) if finding.id == "capacity.exceeded"]
    assert (since, since is not BEFORE) == (found.since, found.refuses)


def test_a_capacity_that_is_measured_now_is_no_excuse_for_a_rule_that_sends_there() -> None:
    sends = Touched(ends=frozenset({"a", "b"}))
    (found,) = [each for each in compared(into_b(30, None), into_b(50, 40), sends) if each.figure]
    assert (NEW, True) == (found.since, found.refuses)


def test_the_figure_says_what_it_was() -> None:
    (found,) = compared(into_b(30, 80), into_b(50, 40))
    assert Figure(Limit.INFLOW, 50, 40, before=30, capacity_before=80) == found.figure
    (found,) = compared(into_b(30, None), into_b(50, 40))[-1:]
    assert Figure(Limit.INFLOW, 50, 40, before=30, capacity_before=None) == found.figure


def test_a_queue_that_kept_too_much_and_now_takes_too_much_in_is_new_the_other_way_is_not() -> None:
    kept, taken = into_b(30, 40, 20), into_b(50)
    (found,) = compared(taken, kept)
    assert ("capacity.saturated", BEFORE, False) == (found.id, found.since, found.refuses)
    assert Figure(Limit.KEPT, 50, 40, before=50, capacity_before=40) == found.figure


def test_an_overload_that_was_possible_and_is_certain_now_is_worse() -> None:
    nodes = (queue("a", 1000, 100), queue("b", 40))
    maybe = Network(nodes, (Edge("a", "b", 100, role=BACKED),))
    certain = Network(nodes, (Edge("a", "b", 100),))
    (found,) = compared(maybe, certain)
    assert (Severity.ERROR, WORSE, True) == (found.severity, found.since, found.refuses)
    assert Figure(Limit.INFLOW, 100, 40, before=0, capacity_before=40) == found.figure
    (found,) = compared(certain, maybe)
    assert (Severity.WARNING, BEFORE, False) == (found.severity, found.since, found.refuses)


def test_an_overload_that_the_policies_add_to_for_the_first_time_is_worse_in_the_same_band() -> None:
    nodes = (
        queue("u", base_load=50.5, managed=False),
        queue("b", 40, managed=False),
        queue("a", base_load=1),
    )
    old = Network(nodes, (Edge("u", "b", 100),))
    new = Network(nodes, (*old.edges, Edge("a", "b", 100, new=True)))
    (found,) = compared(old, new)
    assert (26, 26) == (band(50.5, 40), band(51.5, 40))
    assert (Severity.ERROR, WORSE, True) == (found.severity, found.since, found.refuses)


def test_more_than_all_is_worse_where_it_is_more_by_a_band() -> None:
    def sending(*shares: int) -> Network:
        nodes = tuple(queue(name) for name in "abc")
        return Network(nodes, tuple(Edge("a", name, share) for name, share in zip("bc", shares, strict=True)))

    for since, old, new in (
        (NEW, sending(50, 50), sending(60, 50)),
        (BEFORE, sending(60, 51), sending(60, 53)),
        (WORSE, sending(60, 54), sending(60, 56)),
        (BEFORE, sending(60, 60), sending(60, 50)),
    ):
        (found,) = compared(old, new)
        assert ("capacity.overcommitted", since) == (found.id, found.since)
        assert since is not BEFORE or found.excused
        assert found.figure and found.figure.before == (None if since is NEW else sum_of(old))


def sum_of(network: Network) -> float:
    return sum(edge.threshold for edge in network.edges)


RING = (Edge("a", "b", 10), Edge("b", "a", 10))


def tied(*edges: Edge, unmanaged: str = "") -> Network:
    return Network(tuple(queue(key, managed=key not in unmanaged) for key in "abcd"), edges)


def of_loops(found: tuple[Finding, ...]) -> list[tuple[str, Since | None, bool]]:
    return [(finding.id, finding.since, finding.refuses) for finding in found if finding.loop]


def test_a_loop_that_a_third_queue_joins_is_new() -> None:
    old = (*RING, Edge("b", "c", 10))
    new = (*old, Edge("c", "a", 10, new=True, position=at(5)))
    assert [("loops.cycle", NEW, True)] == of_loops(compared(tied(*old), tied(*new)))


def test_an_old_loop_is_before_though_a_new_rule_leads_into_it() -> None:
    into = Edge("c", "a", 10, new=True, position=at(5))
    found = compared(tied(*RING), tied(*RING, into), Touched(frozenset("c"), frozenset("ca")))
    assert [("loops.cycle", BEFORE, False)] == of_loops(found)
    unmanaged = compared(tied(*RING, unmanaged="ab"), tied(*RING, into, unmanaged="ab"))
    assert [("loops.unmanaged", BEFORE, False)] == of_loops(unmanaged)


@pytest.mark.parametrize("written", ["a", "b", "ab", ""])
def test_an_old_loop_refuses_where_the_policies_alone_close_it_whatever_is_written(written: str) -> None:
    partly = tied(replace(RING[0], position=at(1)), RING[1], unmanaged="b")
    wholly = tied(*(replace(edge, position=at(2)) for edge in RING))
    touched = Touched(frozenset(written), frozenset("ab"))
    assert [("loops.cycle", BEFORE, False)] == of_loops(compared(partly, partly, touched))
    assert [("loops.cycle", BEFORE, True)] == of_loops(compared(wholly, wholly, touched))


def test_a_queue_whose_load_was_not_known_is_new_where_the_change_sends_more_anywhere() -> None:
    """It lay behind a loop, and the change breaks the loop."""
    nodes = (*(queue(key, base_load=50) for key in "abe"), queue("c", 20))
    old = Network(nodes, (*RING, Edge("b", "c", 50)))
    broken = Network(nodes, (RING[0], Edge("b", "c", 50)))
    more = Network(nodes, (*broken.edges, Edge("e", "c", 50, new=True)))
    (found,) = compared(old, broken, Touched(frozenset("b"), frozenset()))
    assert ("capacity.exceeded", BEFORE, False) == (found.id, found.since, found.refuses)
    (found,) = compared(old, more, Touched(frozenset("be"), frozenset("ec"), frozenset("c")))
    assert ("capacity.exceeded", NEW, True) == (found.id, found.since, found.refuses)
    assert found.figure and found.figure.before is None
    (found,) = compared(old, broken, Touched(frozenset("b"), frozenset("ab"), frozenset("b")))
    assert (NEW, True) == (found.since, found.refuses)


def test_what_a_queue_keeps_counts_behind_what_comes_in() -> None:
    """It takes in 60 of 50 before and after, sent all of it on, and keeps it now."""
    nodes = (queue("a", 1000, 60), queue("b", 50), queue("c", 1000))
    into, on = Edge("a", "b", 100), Edge("b", "c", 100)
    (found,) = compared(Network(nodes, (into, on)), Network(nodes, (into,)))
    assert (WORSE, True) == (found.since, found.refuses)
    assert Figure(Limit.KEPT, 60, 50, before=0, capacity_before=50) == found.figure


def test_a_capacity_that_is_forgotten_solves_nothing() -> None:
    assert [] == gone(into_b(50, 40), into_b(60, None))
    assert [("capacity.exceeded", "b")] == gone(into_b(50, 40), into_b(30, 40))


def test_more_contacts_into_a_loop_make_it_worse() -> None:
    nodes = (*(queue(key, managed=False) for key in "ab"), queue("c", base_load=9))
    old = Network(nodes, RING)
    new = Network(nodes, (*RING, Edge("c", "a", 50, new=True)))
    (found,) = [each for each in compared(old, new, Touched(more=frozenset("a"))) if each.loop]
    assert WORSE is found.since


def test_queues_without_a_known_load_are_new_only_where_there_are_more_of_them() -> None:
    old, fewer = (*RING, Edge("b", "c", 5), Edge("c", "d", 5)), (*RING, Edge("b", "c", 5))
    for since, before, after in ((BEFORE, old, old), (BEFORE, old, fewer), (NEW, fewer, old), (NEW, (), old)):
        (found,) = [each for each in compared(tied(*before), tied(*after)) if each.id == "capacity.unchecked"]
        assert since is found.since


def test_a_capacity_that_was_missing_is_a_warning_until_a_rule_of_the_change_ends_there() -> None:
    missing = into_b(20, None)
    for strict, touched, expected in (
        ((), "", (BEFORE, Severity.WARNING, False)),
        ((), "ab", (WORSE, Severity.ERROR, True)),
        (("capacity",), "", (BEFORE, Severity.ERROR, True)),
        (("names",), "", (BEFORE, Severity.WARNING, False)),
    ):
        (found,) = compared(missing, missing, Touched(frozenset(), frozenset(touched)), strict)
        assert ("capacity.missing", *expected) == (found.id, found.since, found.severity, found.refuses)
    (found,) = compared(into_b(20), missing)
    assert (NEW, Severity.ERROR, True) == (found.since, found.severity, found.refuses)


def test_settings_can_make_an_old_overload_refuse() -> None:
    full = into_b(50)
    assert [False] == [finding.refuses for finding in compared(full, full)]
    assert [True] == [finding.refuses for finding in compared(full, full, strict=["capacity"])]


FAULT = Finding("references.unknown", Severity.ERROR, "live has no queue 'Z'", at(4), queue="A")


@pytest.mark.parametrize(
    ("expected", "known", "changed", "strict"),
    [
        ((NEW, True), False, "", ""),
        ((BEFORE, False), True, "", ""),
        ((BEFORE, True), True, "A", ""),
        ((BEFORE, True), True, "", "names"),
        ((BEFORE, False), True, "", "capacity"),
    ],
    ids=["new", "known", "its queue is written", "strict about names", "strict about capacity"],
)
def test_an_error_in_the_policies(
    expected: tuple[Since, bool], known: bool, changed: str, strict: str
) -> None:
    before = Before(known=frozenset({identity(FAULT)} if known else ()))
    moved = replace(FAULT, position=at(99))
    (found,) = held_against([moved], before, UNKNOWN_LOADS, Touched(frozenset(changed)), [strict])
    assert expected == (found.since, found.refuses)


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ([("capacity.exceeded", "b")], into_b(50), into_b(20)),
        ([("capacity.exceeded", "b")], into_b(50), into_b(38)),
        ([("capacity.saturated", "b")], into_b(20, 40, 30), into_b(20, 40, 10)),
        ([("capacity.missing", "b")], into_b(20, None), into_b(20)),
        ([], into_b(50), into_b(45)),
        ([], into_b(50), into_b(30, 40, 20)),
        ([], into_b(38), into_b(20)),
        ([], into_b(20, None), into_b(30, None)),
        ([("loops.cycle", "a")], tied(*RING), tied(RING[0])),
        ([], tied(*RING), tied(*RING)),
        ([], tied(*RING, Edge("b", "c"), Edge("c", "a")), tied(*RING)),
    ],
    ids=[
        *("overload", "overload, now tight", "kept", "missing", "less", "kept instead", "tight"),
        *("still missing", "loop", "still a loop", "a smaller loop"),
    ],
)
def test_what_is_gone_is_solved(expected: list[tuple[str, str]], old: Network, new: Network) -> None:
    assert expected == gone(old, new)


def test_a_circle_of_watches_that_goes_is_solved_though_a_loop_of_the_same_queues_stays() -> None:
    watches = tuple(replace(edge, role=WATCH) for edge in RING)
    assert [("loops.watch", "a")] == gone(tied(*RING, *watches), tied(*RING, watches[0]))
    assert [("loops.cycle", "a")] == gone(tied(*RING, *watches), tied(RING[0], *watches))


def test_more_than_all_that_stays_is_not_solved() -> None:
    nodes = tuple(queue(name) for name in "abc")
    too_much = Network(nodes, (Edge("a", "b", 60), Edge("a", "c", 60)))
    assert [] == gone(too_much, too_much)
    assert [("capacity.overcommitted", "a")] == gone(too_much, Network(nodes, too_much.edges[:1]))


def test_an_overload_behind_a_new_loop_is_not_solved_as_nobody_knows_it() -> None:
    nodes = (queue("a", 1000, 100), queue("b", 40), queue("c"))
    old = Network(nodes, (Edge("a", "b", 50),))
    new = Network(nodes, (*old.edges, Edge("c", "a", 10, new=True), Edge("a", "c", 10, new=True)))
    assert [] == gone(old, new)


@pytest.mark.parametrize(
    ("expected", "amount"),
    [(0, 0), (1, 1), (1, 5), (2, 5.0001), (20, 100), (21, 100.1), (21, 105), (22, 106)],
)
def test_bands_are_five_percent_wide(expected: int, amount: float) -> None:
    assert expected == band(amount, 100)


def test_a_rounding_error_crosses_no_band() -> None:
    assert 0.1 + 0.2 > 0.3
    assert band(0.3, 0.3) == band(0.1 + 0.2, 0.3)


@settings(deadline=None)
@given(networks(backups=True))
def test_what_did_not_change_was_there_before(network: Network) -> None:
    found = compared(network, network)
    assert [] == [each for each in found if each.since is not BEFORE or each.refuses]
    assert [] == gone(network, network)


KEYS = st.sampled_from("abcde")
EDGES = st.lists(
    st.builds(
        Edge,
        KEYS,
        KEYS,
        st.integers(0, 100),
        position=st.none() | st.just(at(1)),
        role=st.sampled_from([SHARE, BACKED, WATCH]),
    ),
    max_size=10,
)


@given(EDGES, st.lists(st.booleans(), min_size=5, max_size=5), st.sets(KEYS))
def test_whatever_loops_or_watches_was_there_before_where_nothing_changed(
    edges: list[Edge], managed: list[bool], written: set[str]
) -> None:
    nodes = [
        queue(key, None if key == "e" else 40, 30, managed=own)
        for key, own in zip("abcde", managed, strict=True)
    ]
    network = Network(tuple(nodes), tuple(edges))
    found = compared(network, network, Touched(frozenset(written)))
    assert {BEFORE} >= {each.since for each in found}
    assert [] == gone(network, network)
    refusing = [each.loop for each in found if each.refuses]
    assert all(loop and loop.in_policies for loop in refusing)


@settings(deadline=None)
@given(networks(backups=True))
def test_less_load_causes_nothing_and_more_never_makes_a_finding_old_that_is_new(network: Network) -> None:
    more = scaled(network, 1.5)
    assert [] == [each for each in compared(more, network) if each.caused]
    known = {(each.id, each.queue_id) for each in checked(network).found}
    for finding in compared(network, more):
        assert finding.since is NEW or (finding.id, finding.queue_id) in known


def by_flow(*edges: Edge, back: bool = False) -> Network:
    """A flow of ``a``, which is offered 100, may transfer to ``b``; with ``back`` another leads back."""
    nodes = (queue("a", 1000, 100), queue("b", 40), queue("c", 1000, 100))
    flows = (Transfer("a", "b", "Night", "1.0"), *((Transfer("b", "a", "Day", "1.0"),) if back else ()))
    return Network(nodes, edges, flows)


def test_what_a_flow_may_bring_is_new_only_where_the_queue_was_not_over_by_it_before() -> None:
    more, rule = Edge("c", "a", 10), Edge("c", "b", 50)
    nothing = Network(by_flow().nodes, (), ())
    for since, old, new in (
        (BEFORE, by_flow(), by_flow()),
        (WORSE, by_flow(), by_flow(more)),
        (BEFORE, by_flow(more), by_flow()),
        (BEFORE, by_flow(rule), by_flow()),
        (BEFORE, by_flow(back=True), by_flow()),
        (BEFORE, by_flow(back=True), by_flow(back=True)),
        (NEW, nothing, by_flow()),
    ):
        found = {each.queue: each for each in compared(old, new) if each.id == "capacity.flow"}
        assert since == found["b"].since


def test_what_a_flow_may_bring_is_solved_only_where_nothing_heavier_came_in_its_place() -> None:
    assert [("capacity.flow", "b")] == gone(by_flow(), Network(by_flow().nodes, (), ()))
    assert [] == gone(by_flow(), by_flow(Edge("c", "b", 50)))
    assert [] == gone(by_flow(), by_flow(back=True))


PEAKS = (Scenario("autumn", 2), Scenario("peak", 3))


def in_peaks(old: Network, new: Network, strict: Collection[str] = ()) -> tuple[Finding, ...]:
    """What stands in scenarios, as an error, held against before; then what is solved."""

    def scenarios(network: Network) -> tuple[Finding, ...]:
        found = check_network(network, None, PEAKS)
        return tuple(replace(each, severity=Severity.ERROR) for each in found if each.scenario)

    nodes, found = {node.key: node for node in old.nodes}, bounds(new)
    before = Before(scenarios(old), nodes, bounds(old))
    now = held_against(scenarios(new), before, found, NOTHING, strict)
    return (*now, *solved(now, before, found))


def in_short(found: tuple[Finding, ...]) -> list[tuple[str, Since | None, float | None]]:
    return [(each.scenario, each.since, each.figure.before if each.figure else None) for each in found]


@pytest.mark.parametrize(
    ("expected", "old", "new"),
    [
        ([("peak", NEW, None)], into_b(10), into_b(15)),
        ([("peak", BEFORE, 45)], into_b(15), into_b(15)),
        ([("autumn", NEW, None), ("peak", WORSE, 45)], into_b(15), into_b(25)),
        ([("peak", BEFORE, 75), ("autumn", Since.SOLVED, None)], into_b(25), into_b(15)),
        ([("peak", Since.SOLVED, None)], into_b(15), into_b(10)),
    ],
    ids=["new", "the same", "worse", "one solved", "solved"],
)
def test_each_scenario_is_held_against_the_same_one_before(
    expected: list[tuple[str, Since, float | None]], old: Network, new: Network
) -> None:
    assert expected == in_short(in_peaks(old, new))


def test_what_was_so_in_a_scenario_before_refuses_where_settings_are_strict_about_capacity() -> None:
    assert [False] == [each.refuses for each in in_peaks(into_b(15), into_b(15))]
    assert [True] == [each.refuses for each in in_peaks(into_b(15), into_b(15), ["capacity"])]
    assert [True] == [each.refuses for each in in_peaks(into_b(10), into_b(15))]


def test_a_scenario_behind_a_new_loop_is_not_solved_as_nobody_knows_it() -> None:
    old = into_b(15)
    looped = replace(old, edges=(*old.edges, Edge("b", "a", 10)))
    assert () == in_peaks(old, looped)
