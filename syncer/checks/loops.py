"""Loops: enabled rules that send contacts round in a circle."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, pairwise

from syncer.graph.cycles import cycle_through, looped, shortest_cycle
from syncer.graph.feedback import feedback_edges
from syncer.model.finding import Finding, Loop, LoopRule, Note, Severity
from syncer.model.network import Edge, Network
from syncer.model.quick_dataclass import quick_dataclass

MOST_LISTED = 20
MOST_STARTS = 200
"""As many new rules are tried for the shortest way round through one of them."""

Pair = tuple[int, int]


@quick_dataclass(frozen=True, slots=True)
class _Loop:
    """A strongly connected component: its queues, the rules inside it per pair of queues, one short cycle."""

    network: Network
    adjacency: list[list[int]]
    queues: list[int]
    rules: dict[Pair, list[Edge]]
    cycle: list[int]

    @property
    def circle(self) -> list[Pair]:
        return list(pairwise([*self.cycle, self.cycle[0]]))

    @property
    def fewest(self) -> int:
        """A lower bound of how many loops there are, at no cost: a strongly connected graph is built by
        ears, and each ear closes a loop of its own. All of them may be more than anybody can count."""
        return len(self.rules) - len(self.queues) + 1


def check_loops(network: Network) -> tuple[Finding, ...]:
    """Report each set of queues that overflow into each other, once, with a short way round.

    ``loops.cycle`` (error) where the policies own a rule of it, else ``loops.unmanaged`` (warning).
    """
    return tuple(_finding(loop) for loop in _loops(network))


def _loops(network: Network) -> Iterable[_Loop]:
    adjacency = _between_queues(network)
    for queues in looped(adjacency):
        inside = frozenset(queues)
        rules: dict[Pair, list[Edge]] = {}
        for source in queues:
            for edge in network.in_force[source]:
                target = network.index[edge.target]
                if target in inside and target in adjacency[source]:
                    rules.setdefault((source, target), []).append(edge)
        yield _Loop(network, adjacency, queues, rules, _way_round(adjacency, queues, rules))


def _way_round(adjacency: list[list[int]], queues: list[int], rules: dict[Pair, list[Edge]]) -> list[int]:
    """A shortest cycle; where only some rules are new, one through such a rule: that is what closes it."""
    new = [pair for pair, edges in rules.items() if all(edge.new for edge in edges)]
    if len(new) in (0, len(rules)):
        return shortest_cycle(adjacency, queues)
    best = min((cycle_through(adjacency, *pair) for pair in new[:MOST_STARTS]), key=len)
    first = best.index(min(best))
    return best[first:] + best[:first]


def _between_queues(network: Network) -> list[list[int]]:
    """The network without rules of the policies to their own queue: those are findings of their own.

    Live rules, also those from before a run, have no position in the policies, and stay in.
    """

    def told(place: int) -> bool:
        own = [edge for edge in network.in_force[place] if edge.target == edge.source]
        return network.nodes[place].managed and all(edge.position for edge in own)

    return [
        [target for target in targets if target != place or not told(place)] if place in targets else targets
        for place, targets in enumerate(network.adjacency)
    ]


def _finding(loop: _Loop) -> Finding:
    nodes = loop.network.nodes
    mendable = any(nodes[source].managed for source, _ in loop.rules) or any(
        edge.new for edges in loop.rules.values() for edge in edges
    )
    round_trip = [edge for pair in loop.circle for edge in loop.rules[pair]]
    placed = sorted((edge for edge in round_trip if edge.position), key=lambda edge: not edge.new)
    return Finding(
        id="loops.cycle" if mendable else "loops.unmanaged",
        severity=Severity.ERROR if mendable else Severity.WARNING,
        message=_message(loop),
        position=placed[0].position if placed else None,
        tip=_tip(loop),
        notes=_notes(loop.network, round_trip),
        queue=nodes[loop.cycle[0]].name,
        queue_id=nodes[loop.cycle[0]].key,
        loop=_data(loop, round_trip),
    )


def _data(loop: _Loop, round_trip: list[Edge]) -> Loop:
    """The loop as data. Its rules are those of the way round, then others of this change that lie inside."""
    inside = [edge for edges in loop.rules.values() for edge in edges]
    shown = set(map(id, round_trip))
    rules = [*round_trip, *(edge for edge in inside if edge.new and id(edge) not in shown)]
    data = loop_of(loop.network, loop.cycle, loop.queues, rules)
    return replace(data, in_policies=_closed_by_policies(loop))


def loop_of(network: Network, circle: Iterable[int], tied: Iterable[int], rules: Iterable[Edge]) -> Loop:
    """A circle of queues as data, with all that are tied together there, by their places."""
    nodes = network.nodes
    return Loop(
        queues=tuple((nodes[place].key, nodes[place].name) for place in circle),
        rules=tuple(LoopRule(edge.source, edge.target, edge.kind, edge.new, edge.position) for edge in rules),
        tied=tuple(nodes[place].key for place in tied),
    )


def _closed_by_policies(loop: _Loop) -> bool:
    """Whether rules that the policies state close a loop without any other rule."""
    place = {queue: number for number, queue in enumerate(loop.queues)}
    stated: list[list[int]] = [[] for _ in loop.queues]
    for (source, target), edges in loop.rules.items():
        if any(edge.position for edge in edges):
            stated[place[source]].append(place[target])
    return any(True for _ in looped(stated))


def _message(loop: _Loop) -> str:
    names = loop.network.names(loop.cycle)
    shown = names[:MOST_LISTED]
    if len(names) > MOST_LISTED:
        shown.append(f"… {len(names) - MOST_LISTED} more …")
    text = " → ".join([*shown, names[0]]) + " overflows in a circle"
    if len(loop.queues) > len(loop.cycle):
        text += f" (one of at least {loop.fewest:,} loops that tie {len(loop.queues):,} queues together)"
    return text


def _notes(network: Network, rules: list[Edge]) -> tuple[Note, ...]:
    all_new = all(edge.new for edge in rules)
    notes = [
        Note(
            f"{_rule(network, edge)} {condition_of(edge)}"
            + (", new in this change" if edge.new and not all_new else ""),
            edge.position,
        )
        for edge in rules[:MOST_LISTED]
    ]
    if len(rules) > MOST_LISTED:
        notes.append(Note(f"and {len(rules) - MOST_LISTED} more"))
    return tuple(notes)


def condition_of(edge: Edge) -> str:
    """When and how a rule sends contacts, in words."""
    if edge.role.exact:
        return f"at {edge.share} after {edge.delay} s"
    return f"as the {edge.role.noun} {f'after {edge.delay} s' if edge.delay else 'at once'}"


def _tip(loop: _Loop) -> str:
    """Name rules without which no loop is left: rules that are new first, then rules of the policies; last
    those beside which a flow goes the same way, as it goes on.

    Where these don't take out all that closes a loop in this change, that is said first: the change has to do
    it. A new rule beside another that stays closes nothing, and is said last.
    """
    nodes, by_flow = loop.network.nodes, loop.network.transfers_by_place

    def reluctance(pair: Pair) -> int:
        beside_flow = 3 if pair in by_flow else 0
        if all(edge.new for edge in loop.rules[pair]):
            return beside_flow
        return beside_flow + (1 if nodes[pair[0]].managed else 2)

    pairs = feedback_edges(loop.adjacency, loop.queues, reluctance)
    rules = [edge for pair in pairs for edge in loop.rules[pair]]
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    how = "Disabling" if all(edge.role.switch for edge in rules) else "Removing"
    end = "no smaller set does" if len(rules) == 1 else "this is enough, a smaller set may be too"
    first, last = _beyond(loop, pairs)
    return f"{first}{how} {count} breaks every loop here: {_listed(loop.network, rules)}; {end}{last}"


def _beyond(loop: _Loop, pairs: Iterable[Pair]) -> tuple[str, str]:
    """The texts before and after the rules between ``pairs``, which break every loop."""
    by_flow, named = loop.network.transfers_by_place, frozenset(pairs)
    closing, beside = list[Edge](), list[Edge]()
    for pair, edges in loop.rules.items():
        if pair not in named:
            alone = pair not in by_flow and all(edge.new for edge in edges)
            (closing if alone else beside).extend(edge for edge in edges if edge.new)
    joined = any(not edge.new for edges in loop.rules.values() for edge in edges)
    first, last = "", ""
    if closing and joined:
        first = f"Remove what is new in this change: {_listed(loop.network, closing)}. "
    if beside:
        last = f". Also new, where another rule or a flow leads already: {_listed(loop.network, beside)}"
    flows = sorted({each.label for pair in named & by_flow.keys() for each in by_flow[pair]})
    if flows:
        named_flows = ", ".join(flows[:MOST_LISTED])
        last += f". Contacts still go in a circle by the in-queue flow {named_flows}: change it too"
    return first, last


def _listed(network: Network, rules: list[Edge]) -> str:
    """The first rules, each with its place, and how many more there are."""
    shown = [
        f"{_rule(network, edge)} ({edge.position or 'not in the policies'})"
        for edge in islice(rules, MOST_LISTED)
    ]
    left = len(rules) - len(shown)
    return ", ".join([*shown, *([f"and {left} more"] if left else [])])


def _rule(network: Network, edge: Edge) -> str:
    return " → ".join(network.names([network.index[edge.source], network.index[edge.target]]))
