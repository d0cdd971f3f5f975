"""What a stop does to the queues that it takes a way out from: a warning with figures where one fills up."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from syncer.checks.capacity import compared, number
from syncer.checks.loads import LoadedNetwork, bounds, known_capacity
from syncer.checks.since import Before
from syncer.model.change import QueueChange
from syncer.model.finding import Figure, Finding, Limit, Severity
from syncer.model.network import Node
from syncer.model.plan import AffectedQueue
from syncer.model.queue import LiveQueue
from syncer.planning.affected import affected_queues
from syncer.planning.stop import Pair, live_network

_MORE: Final = 1e-9
_VERBS: Final = {Limit.KEPT: "keeps", Limit.INFLOW: "takes in"}
_IDS: Final = {Limit.KEPT: "capacity.saturated", Limit.INFLOW: "capacity.exceeded"}


def affected_by(
    nodes: Sequence[Node],
    queues: Sequence[LiveQueue],
    off: Collection[Pair],
    changes: Sequence[QueueChange],
) -> tuple[AffectedQueue, ...]:
    """The queues around the ``changes`` that take the edges in ``off`` away, with their loads before and
    after."""
    old, new = (LoadedNetwork.of(live_network(nodes, queues, gone)) for gone in (frozenset[Pair](), off))
    before = Before(nodes={node.key: node for node in nodes}, loads=old.loads)
    return affected_queues(changes, new, before, old.network)


def filled_up(
    nodes: Sequence[Node], queues: Sequence[LiveQueue], off: Collection[Pair]
) -> tuple[Finding, ...]:
    """A warning for each queue that has more than its capacity without the edges in ``off``, and more than
    before. Capacities and loads are those of ``nodes``; where they are not known there is nothing to say."""
    return tuple(_found(nodes, queues, off))


def _found(nodes: Sequence[Node], queues: Sequence[LiveQueue], off: Collection[Pair]) -> Iterator[Finding]:
    before, after = (bounds(live_network(nodes, queues, gone)) for gone in (frozenset[Pair](), off))
    for node in nodes:
        capacity = known_capacity(node)
        for limit in (Limit.KEPT, Limit.INFLOW) if capacity else ():
            high, was = after.high(node.key, limit), before.high(node.key, limit)
            if capacity is None or high is None or high <= capacity or high <= (was or 0.0) + _MORE:
                continue
            up_to = "" if (after.low(node.key, limit) or 0.0) > capacity else "up to "
            earlier = "" if was is None else f" ({number(was)} before)"
            yield Finding(
                _IDS[limit],
                Severity.WARNING,
                f"{node.name} {_VERBS[limit]} {up_to}{compared(high, capacity)}{earlier} while this lasts",
                tip="Its contacts wait there: add agents, or give them another way out",
                queue=node.name,
                queue_id=node.key,
                figure=Figure(limit, high, capacity, bool(up_to), before=was),
            )
            break
