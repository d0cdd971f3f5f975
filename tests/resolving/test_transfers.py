"""Transfers that were read, and what policies say was measured of them."""

from syncer.live.flows import FlowsRead
from syncer.model.finding import Position, Severity
from syncer.model.network import Transfer
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef, StatedTransfer
from syncer.model.queue import LiveQueue
from syncer.resolving.transfers import measured_transfers, offline_transfers

AT = Position("policies/a.yaml", 3, 7)
LIVE = (LiveQueue("1", "A"), LiveQueue("2", "B"), LiveQueue("3", "C"))
READ = FlowsRead((Transfer("1", "2", "Night", "1.0"), Transfer("1", "3", "Night", "1.0")))


def policies(*stated: StatedTransfer, queue: str = "A") -> PolicySet:
    return PolicySet((PolicyQueue(QueueRef(queue), transfers=stated),))


def stated(target: QueueRef, share: float = 12.5) -> StatedTransfer:
    return StatedTransfer(target, share, AT)


def test_a_share_that_is_stated_belongs_to_the_transfer_that_was_read() -> None:
    for wanted in (QueueRef("B"), QueueRef(id="2")):
        found, findings = measured_transfers(policies(stated(wanted)), LIVE, READ, read=True)
        assert [("2", 12.5), ("3", None)] == [(each.target, each.share) for each in found]
        assert () == findings


def test_a_flow_that_transfers_there_no_more_is_no_load_and_said() -> None:
    found, [finding] = measured_transfers(policies(stated(QueueRef("B"))), LIVE, FlowsRead(), read=True)
    assert () == found
    assert ("flows.gone", Severity.WARNING, AT) == (finding.id, finding.severity, finding.position)
    assert "no in-queue flow of 'A' transfers to 'B': the measured 12.5 % no longer count as load" == (
        finding.message
    )


def test_where_not_all_flows_were_read_what_was_measured_counts() -> None:
    expected = (Transfer("1", "2", proven=False, share=12.5),)
    for flows, read in (
        (FlowsRead(), False),
        (FlowsRead(unread=("1 in-queue flow is not read",)), True),
        (FlowsRead(served=False), True),
    ):
        assert (expected, ()) == measured_transfers(policies(stated(QueueRef("B"))), LIVE, flows, read=read)


def test_queues_that_live_does_not_have_are_left_to_other_checks_and_the_first_of_two_counts() -> None:
    of_nobody = policies(stated(QueueRef("B")), queue="X")
    assert ((), ()) == measured_transfers(of_nobody, LIVE, FlowsRead(), read=False)
    two = policies(
        stated(QueueRef("X")), stated(QueueRef("A")), stated(QueueRef("B"), 5), stated(QueueRef("B"))
    )
    found, _ = measured_transfers(two, LIVE, FlowsRead(), read=False)
    assert (Transfer("1", "2", proven=False, share=5),) == found


def test_offline_the_policies_alone_tell() -> None:
    found = offline_transfers(
        policies(stated(QueueRef("B")), stated(QueueRef("A")), stated(QueueRef(id="3")))
    )
    assert [("A", "B", False, 12.5), ("A", "3", False, 12.5)] == [
        (each.source, each.target, each.proven, each.share) for each in found
    ]
