"""The order in which changed queues are written: sinks first, so that no loop exists even for a moment.

::

    target network      A ──▶ B ──▶ C        all three changed

    written             C first: it reaches nothing that is still to be written
                        B next:  it reaches C, which is done
                        A last:  it reaches B and C, which are done

A queue that is written reaches only queues that are written (or need no writing). So a circle through it
would lie in the target network, which has none; any other circle was there before.
"""

from collections.abc import Sequence
from dataclasses import replace

from syncer.graph.updates import updates
from syncer.model.change import QueueChange
from syncer.model.network import Network


def in_safe_order(changes: Sequence[QueueChange], network: Network) -> tuple[QueueChange, ...]:
    """``changes`` in the order of application, each with its step and the queues that it waits for.

    ``network`` is the target network, with the live id of each queue as its key. All queues of a step may be
    written at once, when the steps before are done.
    """
    by_place = {network.index[change.queue]: change for change in changes}
    schedule = updates(network.adjacency, by_place.keys())
    steps: dict[int, int] = {}
    ordered = []
    for node in schedule.order:
        waits = schedule.waits_for[node]
        steps[node] = 1 + max((steps[other] for other in waits), default=0)
        waits_for = tuple(network.nodes[other].key for other in waits)
        ordered.append(replace(by_place[node], step=steps[node], waits_for=waits_for))
    return tuple(sorted(ordered, key=lambda change: change.step))
