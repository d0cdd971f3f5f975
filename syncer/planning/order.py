"""The order in which changed queues are written: sinks first, so that no loop exists even for a moment.

::

    target network      A ──▶ B ──▶ C        all three changed

    written             C first: it reaches nothing that is still to be written
                        B next:  it reaches C, which is done
                        A last:  it reaches B and C, which are done

A queue that is written reaches only queues that are written (or need no writing). So a circle through it
would lie in the target network, which has none; any other circle was there before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

from syncer.graph.updates import updates
from syncer.model.change import QueueChange
from syncer.model.finding import Finding
from syncer.model.network import Network
from syncer.model.queue import LiveQueue
from syncer.planning.transient import live_network, order_around


def in_safe_order(
    changes: Sequence[QueueChange], network: Network, live: Iterable[LiveQueue]
) -> tuple[tuple[QueueChange, ...], tuple[Finding, ...]]:
    """``changes`` in the order of application, each with its step and the queues that it waits for.

    ``network`` is the target network, with the live id of each queue as its key. All queues of a step may be
    written at once, when the steps before are done. The findings warn of capacity on the way. A change that
    only marks a queue moves no contact: it waits for nobody, and nobody for it.
    """
    marking = tuple(change for change in changes if _only_marks(change))
    moving = [change for change in changes if not _only_marks(change)]
    if not moving:
        return marking, ()
    ordered = _sinks_first(moving, network)
    extra, findings = order_around(ordered, live_network(network, live), network)
    waits = {change.queue: (*change.waits_for, *sorted(extra.get(change.queue, ()))) for change in ordered}
    return _by_step((*marking, *_with_steps(ordered, waits))), findings


def _only_marks(change: QueueChange) -> bool:
    return bool(change.rules) and all(rule.is_mark for rule in change.rules)


def _sinks_first(changes: Sequence[QueueChange], network: Network) -> list[QueueChange]:
    by_place = {network.index[change.queue]: change for change in changes}
    schedule = updates(network.adjacency, by_place.keys())
    return [
        replace(
            by_place[node], waits_for=tuple(network.nodes[other].key for other in schedule.waits_for[node])
        )
        for node in schedule.order
    ]


def _with_steps(changes: Sequence[QueueChange], waits: dict[str, tuple[str, ...]]) -> tuple[QueueChange, ...]:
    """Each change one step behind the last that it waits for; in the order of steps."""
    steps: dict[str, int] = {}
    for queue in TopologicalSorter(waits).static_order():
        steps[queue] = 1 + max((steps[other] for other in waits[queue]), default=0)
    stepped = [replace(each, step=steps[each.queue], waits_for=waits[each.queue]) for each in changes]
    return _by_step(stepped)


def _by_step(changes: Iterable[QueueChange]) -> tuple[QueueChange, ...]:
    return tuple(sorted(changes, key=lambda change: change.step))
