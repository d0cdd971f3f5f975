from dataclasses import replace

import pytest
from hypothesis import given, settings

from syncer.checks.capacity import MOST_NOTES, check_capacity
from syncer.kinds.backup import BACKED
from syncer.model.finding import Figure, Finding, Limit, Note, Severity
from syncer.model.network import Edge, Network, Node, Transfer
from syncer.model.rule import WATCH
from tests.checks.flowing import REFERENCE, at, networks, queue


def ids(network: Network) -> list[str]:
    return [finding.id for finding in check_capacity(network)]


def test_the_reference_load_is_accepted() -> None:
    assert () == check_capacity(REFERENCE)


def test_the_inflow_is_summed_over_all_sources() -> None:
    network = Network(
        (queue("Billing", 200, 100), queue("Tier 1", 200, 150), queue("Tier 2", 50, line=3)),
        (Edge("Billing", "Tier 2", 30, position=at(8)), Edge("Tier 1", "Tier 2", 25, position=at(9))),
    )
    expected = Finding(
        id="capacity.exceeded",
        severity=Severity.ERROR,
        message="Tier 2 takes 37.5 from Tier 1 and 30 from Billing: 67.5 of 50",
        position=at(3),
        tip="Lower the thresholds of the rules to Tier 2, or raise its capacity",
        notes=(
            Note("Tier 1: 25 % sends 37.5", at(9)),
            Note("Billing: 30 % sends 30", at(8)),
        ),
        queue="Tier 2",
        queue_id="Tier 2",
        figure=Figure(Limit.INFLOW, 67.5, 50),
    )
    assert (expected,) == check_capacity(network)


def test_many_sources_are_cut_short() -> None:
    names = [f"q{number}" for number in range(MOST_NOTES + 3)]
    network = Network(
        (queue("t", 50), *(queue(name, base_load=100 + place) for place, name in enumerate(names))),
        tuple(Edge(name, "t", 10, position=at(5)) for name in names),
    )
    (found,) = check_capacity(network)
    assert found.message == (
        "t takes 12.2 from q22, 12.1 from q21, 12 from q20, 11.9 from q19, 11.8 from q18 and 18 more:"
        " 255.3 of 50"
    )
    assert at(5) == found.position
    assert Note("and 3 more") == found.notes[-1]


@pytest.mark.parametrize(
    ("expected", "source", "target"),
    [(Severity.ERROR, True, False), (Severity.ERROR, False, True), (Severity.WARNING, False, False)],
)
def test_what_the_policies_cannot_mend_is_a_warning(expected: Severity, source: bool, target: bool) -> None:
    network = Network(
        (queue("a", base_load=100, managed=source), queue("b", 10, managed=target)), (Edge("a", "b", 50),)
    )
    (found,) = check_capacity(network)
    assert ("capacity.exceeded", expected, None) == (found.id, found.severity, found.position)


def test_a_source_that_sends_nothing_is_no_cause() -> None:
    network = Network(
        (
            queue("a", base_load=100, managed=False),
            queue("b", 10, managed=False),
            queue("idle", managed=True),
        ),
        (Edge("a", "b", 50), Edge("idle", "b", 50)),
    )
    (found,) = check_capacity(network)
    assert (found.severity, found.message) == (Severity.WARNING, "b takes 50 from a: 50 of 10")


def test_exactly_full_is_allowed_whatever_binary_fractions_say() -> None:
    assert 0.1 + 0.2 > 0.3
    network = Network(
        (queue("a", base_load=0.1), queue("b", base_load=0.2), queue("c", 0.3)),
        (Edge("a", "c", 100), Edge("b", "c", 100)),
    )
    assert ids(network) == ["capacity.tight"]


def test_a_hair_too_much_shows_as_many_digits_as_it_takes() -> None:
    network = Network((queue("a", base_load=50.0004), queue("b", 50)), (Edge("a", "b", 100),))
    (found,) = check_capacity(network)
    assert found.message == "b takes 50 from a: 50.0004 of 50"


@pytest.mark.parametrize(
    ("expected", "base_load"),
    [
        (("capacity.saturated", Severity.WARNING, "q keeps 60.5 of 60"), 60.5),
        (("capacity.tight", Severity.INFO, "q keeps 57 of 60, 95%"), 57),
    ],
)
def test_what_a_queue_keeps_is_compared_too(expected: tuple[str, Severity, str], base_load: float) -> None:
    (found,) = check_capacity(Network((queue("q", 60, base_load, line=2),)))
    assert expected == (found.id, found.severity, found.message)
    assert (at(2), "q", "q") == (found.position, found.queue, found.queue_id)
    assert Figure(Limit.KEPT, base_load, 60) == found.figure


def test_what_is_just_not_tight_is_not_worth_a_word() -> None:
    assert ids(Network((queue("q", 60, 51),))) == []
    assert ids(Network((queue("q", 60, 51.1),))) == ["capacity.tight"]


def test_only_the_worst_is_said_of_a_queue() -> None:
    network = Network((queue("a", base_load=500), queue("b", 10, 50)), (Edge("a", "b", 50),))
    assert ids(network) == ["capacity.exceeded"]


@pytest.mark.parametrize(
    ("expected", "capacity"), [("no capacity", None), ("a capacity of 0", 0), ("a capacity of -1", -1)]
)
def test_a_queue_with_rules_and_its_target_need_a_capacity(expected: str, capacity: float | None) -> None:
    network = Network(
        (queue("a", capacity, 10, line=1), queue("b", capacity, managed=False), queue("c", None)),
        (Edge("a", "b", 50, position=at(6)),),
    )
    first, second = check_capacity(network)
    assert (
        "capacity.missing",
        Severity.ERROR,
        f"a has an enabled rule and has {expected}: what it can take is not known",
        at(1),
    ) == (first.id, first.severity, first.message, first.position)
    assert (
        "capacity.missing",
        Severity.WARNING,
        f"b is the target of an enabled rule and has {expected}: what it can take is not known",
        at(6),
    ) == (second.id, second.severity, second.message, second.position)
    assert "Add the queue to a policy with 'manage: false'" in second.tip or second.position
    assert "'checks:'" in first.tip and first.tip.startswith("Write 'capacity:' at the queue")


@pytest.mark.parametrize(("severity", "managed"), [(Severity.ERROR, True), (Severity.WARNING, False)])
def test_more_than_all_cannot_be_sent(severity: Severity, managed: bool) -> None:
    network = Network(
        (queue("a", managed=managed), queue("b"), queue("c"), queue("d")),
        (
            Edge("a", "b", 60, delay=9, position=at(1)),
            Edge("a", "c", 60, position=at(2)),
            Edge("a", "d", 60, enabled=False),
        ),
    )
    (found,) = check_capacity(network)
    assert ("capacity.overcommitted", severity, at(2)) == (found.id, found.severity, found.position)
    assert (
        found.message
        == "a sends 60 % to c and 60 % to b: 120 %; the last rules get less than their share or nothing"
    )
    assert (Note("60 % to c", at(2)), Note("60 % to b", at(1))) == found.notes
    assert Figure(Limit.SHARES, 120, 100) == found.figure


def test_a_backup_queue_gets_all_that_is_left_when_its_turn_comes() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b"), queue("c", 60), queue("d")),
        (
            Edge("a", "d", 50, delay=120),
            Edge("a", "b", 30, delay=10),
            Edge("a", "c", 100, delay=60, role=BACKED, position=at(7)),
        ),
    )
    (found,) = check_capacity(network)
    said = "c takes up to 70 from a: up to 70 of 60"
    assert ("capacity.exceeded", Severity.WARNING, said) == (found.id, found.severity, found.message)
    assert (Note("a: its backup queue gets at most 70", at(7)),) == found.notes
    assert Figure(Limit.INFLOW, 70, 60, up_to=True) == found.figure


def test_a_source_of_two_rules_is_named_once() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b", base_load=40), queue("c", 60)),
        (
            Edge("a", "c", 30, delay=10, position=at(1)),
            Edge("b", "c", 50, delay=10, position=at(2)),
            Edge("a", "c", 100, delay=60, role=BACKED, position=at(3)),
        ),
    )
    (found,) = check_capacity(network)
    assert "c takes up to 100 from a and 20 from b: up to 120 of 60" == found.message
    assert [at(3), at(1), at(2)] == [note.position for note in found.notes]


def test_a_backup_queue_that_takes_all_at_once_hides_no_overload() -> None:
    """It may get nothing too; how much, nobody knows."""
    network = Network(
        (queue("a", base_load=100), queue("b", 20), queue("c")),
        (Edge("a", "b", 30, delay=10), Edge("a", "c", 100, role=BACKED)),
    )
    (found,) = check_capacity(network)
    assert (Severity.WARNING, "b takes up to 30 from a: up to 30 of 20") == (found.severity, found.message)


def test_a_backup_queue_hides_no_overload_that_is_certain() -> None:
    network = Network(
        (queue("a", base_load=100), queue("b", 20), queue("c", base_load=50)),
        (Edge("a", "b", 30, delay=10), Edge("c", "b", 100, role=BACKED)),
    )
    (found,) = check_capacity(network)
    assert (Severity.ERROR, "b takes 30 from a: 30 of 20") == (found.severity, found.message)
    assert Figure(Limit.INFLOW, 30, 20) == found.figure


def test_what_a_queue_may_keep_is_a_warning_with_up_to() -> None:
    network = Network(
        (queue("a", base_load=50), queue("b", 60, base_load=20)), (Edge("a", "b", 100, role=BACKED),)
    )
    (found,) = check_capacity(network)
    assert ("b keeps up to 70 of 60", Severity.WARNING) == (found.message, found.severity)
    assert Figure(Limit.KEPT, 70, 60, up_to=True) == found.figure


def test_watches_move_no_load_and_need_no_capacity() -> None:
    nodes = (queue("a", None, 100), queue("b", None))
    assert () == check_capacity(Network(nodes, (Edge("a", "b", role=WATCH),)))


def test_queues_that_no_policy_describes_need_no_capacity_among_themselves() -> None:
    nodes = (queue("a", None, managed=False), queue("b", None, managed=False))
    edge = Edge("a", "b", 100, role=BACKED)
    assert () == check_capacity(Network(nodes, (edge,)))
    described = (queue("a", None, managed=False, line=3), nodes[1])
    assert ["capacity.missing", "capacity.missing"] == ids(Network(described, (edge,)))


def test_disabled_rules_move_nothing_and_need_nothing() -> None:
    network = Network((queue("a", None, 100), queue("b", None)), (Edge("a", "b", 50, enabled=False),))
    assert check_capacity(network) == ()


def test_queues_in_a_loop_or_behind_one_are_left_out_and_named() -> None:
    network = Network(
        (queue("a", base_load=40), queue("b", line=4), queue("c"), queue("d", 1)),
        (Edge("a", "b", 50), Edge("b", "c", 50), Edge("c", "b", 50), Edge("c", "d", 50)),
    )
    (finding,) = check_capacity(network)
    assert ("capacity.unchecked", Severity.WARNING, at(4)) == (finding.id, finding.severity, finding.position)
    assert finding.message == "No load is known in or downstream of a loop: b, c and d"


@settings(deadline=None)
@given(networks(backups=True))
def test_at_most_one_finding_about_the_load_of_a_queue(network: Network) -> None:
    about_load = {"capacity.exceeded", "capacity.saturated", "capacity.tight"}
    queues = [found.queue for found in check_capacity(network) if found.id in about_load]
    assert len(set(queues)) == len(queues)


def test_a_flow_that_nobody_measured_may_be_too_much() -> None:
    network = Network(
        (queue("Tier 1", 200, 120), queue("Tier 2", 100), queue("Sales", 100, 60)),
        (Edge("Sales", "Tier 2", 50),),
        (Transfer("Tier 1", "Tier 2", "Night", "1.0"),),
    )
    (found,) = check_capacity(network)
    assert ("capacity.flow", Severity.WARNING) == (found.id, found.severity)
    assert "Tier 2 takes 30, and up to 120 more by the in-queue flow Night of Tier 1: up to 150 of 100" == (
        found.message
    )
    assert Figure(Limit.INFLOW, 150, 100, True) == found.figure


def test_further_up_a_flow_may_be_too_much_as_well() -> None:
    network = Network(
        (queue("Tier 1", 200, 120), queue("Tier 2", 200), queue("Tier 3", 50)),
        (Edge("Tier 2", "Tier 3", 50),),
        (Transfer("Tier 1", "Tier 2", "Night", "1.0"),),
    )
    (found,) = check_capacity(network)
    assert (
        "Tier 3 takes 0, and up to 60 more by in-queue flows further upstream: up to 60 of 50"
        == found.message
    )


def test_what_a_flow_was_measured_to_transfer_is_part_of_the_sum() -> None:
    network = Network(
        (queue("Tier 1", 200, 120), queue("Tier 2", 50), queue("Sales", 100, 60)),
        (Edge("Sales", "Tier 2", 50),),
        (Transfer("Tier 1", "Tier 2", "Night", "1.0", share=25),),
    )
    (found,) = check_capacity(network)
    assert "Tier 2 takes 30 from Tier 1 and 30 from Sales: 60 of 50" == found.message
    assert "Tier 1: its in-queue flow transfers 25 %, 30" == found.notes[0].message


def test_what_a_queue_keeps_is_not_judged_where_its_rules_are_not_known() -> None:
    """A policy only describes it: the organization may send contacts on."""
    sender, full = Node("A", "A", True, 100.0, 60.0), Node("B", "B", False, 50.0, 126.0)
    edges = (Edge("A", "B", 10),)
    assert ["capacity.saturated"] == [each.id for each in check_capacity(Network((sender, full), edges))]
    unknown = Network((sender, replace(full, rules_known=False)), edges)
    assert () == tuple(check_capacity(unknown))
    over = Network((sender, replace(full, capacity=5.0, rules_known=False)), edges)
    assert ["capacity.exceeded"] == [each.id for each in check_capacity(over)]
