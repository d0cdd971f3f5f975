"""The order in which changed queues are written: sinks first, so that no loop exists even for a moment.

::

    target network      A ──▶ B ──▶ C        all three changed

    written             C first: it reaches nothing that is still to be written
                        B next:  it reaches C, which is done
                        A last:  it reaches B and C, which are done

A queue that is written reaches only queues that are written (or need no writing). So a circle through it
would lie in the target network, which has none; any other circle was there before. A circle on the way lies
inside one component of old and new rules together: only there queues wait for each other.

Where a queue of limited capacity could be overfull on the way, those upstream of it are written sinks first
too; then anyone who sends more to it waits for anyone who sends less, wherever that does not turn the order
around; where it does, the plan warns.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter

from syncer.checks.loads import LoadedNetwork
from syncer.graph.cycles import components
from syncer.graph.updates import updates
from syncer.model.change import QueueChange
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, Node
from syncer.planning.transient import Contribution, OnTheWay, Waits, below, ways

TOLERANCE = 1e-9

MOST_IN_MESSAGE = 5

MOST_PAIRS = 4_096
"""Up to so many pairs of what grows and what shrinks at one target, each grower waits for each shrinker."""


def in_safe_order(
    changes: Sequence[QueueChange], before: LoadedNetwork, after: LoadedNetwork
) -> tuple[tuple[QueueChange, ...], tuple[Finding, ...]]:
    """``changes`` in the order of application, each with its step and the queues that it waits for.

    ``after`` is the target network, ``before`` that of the live rules, both with the live id of each queue as
    its key. All queues of a step may be written at once, when the steps before are done. The findings warn of
    capacity on the way. A change that only marks a queue moves no contact: it waits for nobody, and nobody
    for it.
    """
    marking = tuple(change for change in changes if _only_marks(change))
    moving = [change for change in changes if not _only_marks(change)]
    if not moving:
        return marking, ()
    ordered = _around_loops(moving, before.network, after.network)
    extra, findings = _around_capacity(ordered, before, after)
    waits = {change.queue: (*change.waits_for, *sorted(extra.get(change.queue, ()))) for change in ordered}
    return _by_step((*marking, *_with_steps(ordered, waits))), findings


def _only_marks(change: QueueChange) -> bool:
    return bool(change.rules) and all(rule.is_mark for rule in change.rules)


def _around_loops(changes: Sequence[QueueChange], before: Network, network: Network) -> list[QueueChange]:
    by_place = {network.index[change.queue]: change for change in changes}
    schedule = updates(*_to_order_by(before, network), by_place.keys())
    return [
        replace(
            by_place[node], waits_for=tuple(network.nodes[other].key for other in schedule.waits_for[node])
        )
        for node in schedule.order
    ]


def _to_order_by(before: Network, after: Network) -> tuple[list[list[int]], list[list[int]]]:
    """All ways that contacts may go, before and after; without those that a flow only may transfer, where one
    of these closes a circle with a new rule: that is no reason to refuse, and no order can take it into
    account.

    A new rule counts as a new way even where a flow goes there already: it stays when the flow changes, and
    no loop of rules alone may exist on the way.
    """
    sides = enumerate(zip(after.adjacency, before.adjacency, strict=True))
    new = {place: gained for place, (targets, held) in sides if (gained := set(targets).difference(held))}
    home = {place: number for number, each in enumerate(components(after.ways)) for place in each}
    closes = any(home[place] == home[target] for place, targets in new.items() for target in targets)
    old, then = (before.proven_ways, after.proven_ways) if closes else (before.ways, after.ways)
    kept = [
        [target for target in targets if target not in new[place]] if place in new else targets
        for place, targets in enumerate(old)
    ]
    return kept, then


def _with_steps(changes: Sequence[QueueChange], waits: dict[str, tuple[str, ...]]) -> tuple[QueueChange, ...]:
    """Each change one step behind the last that it waits for; in the order of steps."""
    steps: dict[str, int] = {}
    for queue in TopologicalSorter(waits).static_order():
        steps[queue] = 1 + max((steps[other] for other in waits[queue]), default=0)
    stepped = [replace(each, step=steps[each.queue], waits_for=waits[each.queue]) for each in changes]
    return _by_step(stepped)


def _by_step(changes: Iterable[QueueChange]) -> tuple[QueueChange, ...]:
    return tuple(sorted(changes, key=lambda change: change.step))


def _around_capacity(
    changes: Sequence[QueueChange], before: LoadedNetwork, after: LoadedNetwork
) -> tuple[Mapping[str, frozenset[str]], tuple[Finding, ...]]:
    """What each change should wait for beyond sinks first, by queue id, and a warning for each target that
    may be overfull on the way all the same.

    In every state that the waits allow, a target without a warning that fits before and after fits too,
    whatever its backup queues get; and one that fits there for certain isn't overfull for certain.
    """
    waits: Waits = {change.queue: set(change.waits_for) for change in changes}
    nodes = {node.key: node for node in after.network.nodes}
    both = ways(before, after, waits)
    for on_the_way in both:
        on_the_way.restore(lambda key: _limit(nodes[key]))
    findings: dict[str, Finding] = {}
    for on_the_way in both:
        for key in on_the_way.order:
            worst = _worst(key, on_the_way, waits, _limit(nodes[key]))
            if sum(worst.values()) > _limit(nodes[key]) and on_the_way.fits(key, _limit(nodes[key])):
                findings[key] = _finding(nodes[key], worst, nodes)
            on_the_way.lower(key, sum(worst.values()))
    extra = {change.queue: frozenset(waits[change.queue]) - set(change.waits_for) for change in changes}
    return {queue: others for queue, others in extra.items() if others}, tuple(findings.values())


def _worst(key: str, on_the_way: OnTheWay, waits: Waits, limit: float) -> dict[str, float]:
    """What each source may send at the worst moment, after adding the waits that help, if any are needed."""
    sources = on_the_way.sources(key)
    bound = {source.key: source.most for source in sources}
    if sum(bound.values()) <= limit or not on_the_way.fits(key, limit):
        return bound
    exact = on_the_way.moments.worst(key, waits)
    if exact is not None and sum(exact.values()) <= limit:
        return exact
    ordered = _ordered(sources, waits)
    if exact is not None:
        exact = on_the_way.moments.worst(key, waits)
    return ordered if exact is None else exact


def _limit(node: Node) -> float:
    return node.capacity * (1 + TOLERANCE) if node.capacity else float("inf")


def _ordered(sources: Sequence[Contribution], waits: Waits) -> dict[str, float]:
    """Let what grows wait for what shrinks. Returns what each source sends in the worst moment left."""
    growing = [source.key for source in sources if source.key in waits and source.new > source.old]
    early, late, needed = list[str](), list[str](), set[str]()
    for source in sources:
        if source.new < source.old:
            found = below(source.key, waits)
            is_early = found.isdisjoint(growing)
            (early if is_early else late).append(source.key)
            needed |= found if is_early else set()
    for key in late:
        found = below(key, waits)
        for grower in growing:
            if grower not in found:
                waits[grower].add(key)
    _all_wait(growing, early, needed, waits)
    begun = {source.key: source.most if source.key in late else source.new for source in sources}
    waiting = {source.key: source.old for source in sources}
    return max(begun, waiting, key=lambda worst: sum(worst.values()))


def _all_wait(
    growing: Sequence[str], shrinking: Sequence[str], needed: Collection[str], waits: Waits
) -> None:
    """Let all that grow wait for all that shrink; these wait for what is ``needed``, which doesn't grow.

    Many pairs are said by few: one of those that shrink, which no other needs, waits for the others, and what
    grows waits for it.
    """
    if len(growing) * len(shrinking) <= MOST_PAIRS:
        for grower in growing:
            waits[grower].update(shrinking)
        return
    last = next(key for key in shrinking if key not in needed)
    waits[last].update(key for key in shrinking if key != last)
    for grower in growing:
        waits[grower].add(last)


def _finding(node: Node, worst: Mapping[str, float], nodes: Mapping[str, Node]) -> Finding:
    largest = sorted(worst.items(), key=lambda flow: -flow[1])
    parts = [f"{amount:g} from {nodes[key].name}" for key, amount in largest if amount > 0]
    if len(parts) > MOST_IN_MESSAGE:
        parts[MOST_IN_MESSAGE:] = [f"{len(parts) - MOST_IN_MESSAGE} more"]
    total = sum(worst.values())
    takes = f"{' and '.join(parts)}: {total:g} of {node.capacity:g}"
    if not math.isfinite(total):
        takes = f"more than {node.capacity:g}: in-queue flows bring contacts back, and how often is not known"
    message = f"while this is applied, {node.name} may receive {takes}"
    tip = "The order of writing can't rule this out: apply it in two changes, or at a quiet hour"
    return Finding("capacity.transient", Severity.WARNING, message, node.position, tip, queue=node.name)
