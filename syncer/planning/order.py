"""The order in which changed queues are written: sinks first, so that no loop exists even for a moment.

::

    target network      A ──▶ B ──▶ C        all three changed

    written             C first: it reaches nothing that is still to be written
                        B next:  it reaches C, which is done
                        A last:  it reaches B and C, which are done

A queue that is written reaches only queues that are written (or need no writing). So a circle through it
would lie in the target network, which has none; any other circle was there before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncer.graph.rounds import rounds
from syncer.model.change import QueueChange
from syncer.model.network import Network
from syncer.model.queue import LiveQueue


def in_safe_order(
    changes: Sequence[QueueChange], network: Network, live: Mapping[str, LiveQueue]
) -> tuple[QueueChange, ...]:
    """``changes`` in the order of application, each with its step and the queues that it waits for.

    All queues of a step may be written at once, when the steps before are done.

    ``network`` is the target network with the live id of each queue as its key; ``live`` are the queues as
    they are now.
    """
    if not changes:
        return ()
    place = network.index
    by_place = {place[change.queue]: change for change in changes}
    schedule = rounds(_adjacency(network, live), network.adjacency, by_place.keys())
    steps: dict[int, int] = {}
    ordered = []
    for node in schedule.order:
        waits = schedule.waits_for[node]
        steps[node] = 1 + max((steps[other] for other in waits), default=0)
        waits_for = tuple(network.nodes[other].key for other in waits)
        ordered.append(replace(by_place[node], step=steps[node], waits_for=waits_for))
    return tuple(sorted(ordered, key=lambda change: change.step))


def _adjacency(network: Network, live: Mapping[str, LiveQueue]) -> list[list[int]]:
    """The network as live has it, over the nodes of the target network."""
    place = network.index
    return [
        list(
            dict.fromkeys(
                place[rule.target] for rule in live[node.key].rules if rule.enabled and rule.target in place
            )
        )
        for node in network.nodes
    ]
