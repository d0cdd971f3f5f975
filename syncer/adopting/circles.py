"""Loops that policies would have if they described the live queues: a policy may not have any, so the queues
that close one are left out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from syncer.adopting.adopt import Adopted
from syncer.graph.cycles import cycle_through, looped
from syncer.model.rule import in_force
from syncer.planning.gather import Live

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Moves:
    """The ids of the queues that the policy of ``queue`` moves contacts to, as it is and as it would be."""

    queue: str
    before: frozenset[str]
    after: frozenset[str]


def without_circles(
    adopted: Sequence[Adopted],
    moves: Callable[[Sequence[Adopted]], Iterable[Moves]],
    live: Live,
) -> list[Adopted]:
    """Return the queues, without those whose rules would close a loop: their rules are not written.

    ``moves`` are those of all policies with these queues; for the queues that no policy manages, ``live``
    counts. A queue that is left out keeps its policy, which may close another loop with what is written: so
    everything is checked again.
    """
    left = list(adopted)
    while closing := _closing(_everywhere(moves(left), live), live.names):
        left = [_left_out(each, closing) for each in left]
    return left


def _everywhere(moves: Iterable[Moves], live: Live) -> list[Moves]:
    """The moves of policies, then those of the other live queues, which stay as they are."""
    known = {each.queue: each for each in moves}
    others = (queue for queue in live.queues if queue.id not in known)
    stay = ((queue.id, frozenset(in_force(queue.rules))) for queue in others)
    return [*known.values(), *(Moves(queue, targets, targets) for queue, targets in stay)]


def _left_out(adopted: Adopted, closing: Mapping[str, str]) -> Adopted:
    reason = closing.get(adopted.queue.id, "")
    if adopted.why_not or not reason:
        return adopted
    policy = replace(adopted.policy, managed=False) if adopted.policy else None
    return Adopted(adopted.queue, policy, reason)


def _closing(moves: Sequence[Moves], names: Mapping[str, str]) -> dict[str, str]:
    """The queues with a rule in a loop that their policy did not have before, and why that is not written."""
    place = {each.queue: number for number, each in enumerate(moves)}
    adjacency = [
        sorted(place[target] for target in each.after if target in place and target != each.queue)
        for each in moves
    ]
    found = {}
    for component in looped(adjacency):
        inside = frozenset(component)
        for source in component:
            fresh = (
                target
                for target in adjacency[source]
                if target in inside and moves[target].queue not in moves[source].before
            )
            for target in islice(fresh, 1):
                circle = [moves[number].queue for number in cycle_through(adjacency, source, target)]
                found[moves[source].queue] = _in_words(circle, names)
    return found


def _in_words(circle: Sequence[str], names: Mapping[str, str]) -> str:
    shown = [names.get(queue, queue) for queue in circle[:MOST_LISTED]]
    more = [f"… {len(circle) - MOST_LISTED} more …"] if len(circle) > MOST_LISTED else []
    text = " → ".join([*shown, *more, shown[0]])
    return f"{text} would overflow in a circle: break the loop first"
