"""Who manages a queue: the marks that it shall bear, and those of others that it bears already.

Everything here is read from the marks alone. A repository without a name of its own marks nothing.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from syncer.kinds.registry import MARK, mark_of, marked_by
from syncer.model.finding import Finding, Position, Severity
from syncer.model.names import fits
from syncer.model.network import Node
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rules
from syncer.model.settings import Ownership
from syncer.resolving.resolve import Desired, Resolved

OTHER = "ownership.other"


def with_marks(
    resolved: Resolved,
    live: Sequence[LiveQueue],
    ownership: Ownership,
    left_alone: Container[str],
    *,
    whole: bool,
) -> Resolved:
    """The same with the mark that each queue shall bear, as one more rule of it.

    Managed queues bear ours, and queues that a policy does not manage give it back. With ``release`` ours
    goes everywhere; where only a part of the policies was read (not ``whole``) it stays in queues that no
    policy describes. ``left_alone`` are the ids of those that the settings ignore: not even the
    mark goes from what is not managed because of them.
    """
    if not ownership.owner:
        return resolved
    nodes = {node.key: node for node in resolved.network.nodes}
    desired = dict(resolved.desired)
    for queue in live:
        wanted = desired.get(queue.id, Desired((), ()))
        if queue.id in left_alone and not wanted.kinds:
            continue
        mark = marked_by(queue)
        if wanted.kinds and not ownership.release:
            if mark in ("", ownership.owner) or fits(queue.name, ownership.take_over):
                desired[queue.id] = _marked(wanted, (mark_of(ownership.owner),))
        elif mark == ownership.owner and _goes(nodes[queue.id], ownership, whole=whole):
            desired[queue.id] = _marked(wanted, ())
    return replace(resolved, desired=desired)


def _goes(node: Node, ownership: Ownership, *, whole: bool) -> bool:
    """Whether our mark goes from a queue that is not to bear it."""
    if node.position is None:
        return ownership.release and whole
    return ownership.release or not node.managed


def _marked(wanted: Desired, marks: Rules) -> Desired:
    return replace(
        wanted,
        rules=(*wanted.rules, *marks),
        kinds=(*wanted.kinds, MARK),
        positions=(*wanted.positions, *(None for _ in marks)),
        said=(),
    )


def check_owners(
    resolved: Resolved, live: Sequence[LiveQueue], ownership: Ownership, *, whole: bool
) -> tuple[Finding, ...]:
    """Managed queues that bear another's mark, and marks of ours in queues that no policy describes.

    Another's mark is an error for a repository that marks queues itself, else a warning.
    """
    places = {node.key: node.position for node in resolved.network.nodes}
    found: list[Finding] = []
    for queue in live:
        if resolved.desired.get(queue.id, Desired((), ())).kinds:
            found += _others(queue, places[queue.id], ownership)
        elif marked_by(queue) == ownership.owner != "" and whole and not ownership.release:
            found += _left_behind(queue, places[queue.id], ownership)
    return tuple(found)


def _others(queue: LiveQueue, place: Position | None, ownership: Ownership) -> Iterator[Finding]:
    owner = marked_by(queue)
    if owner in ("", ownership.owner) or (ownership.owner and fits(queue.name, ownership.take_over)):
        return
    yield Finding(
        OTHER,
        Severity.ERROR if ownership.owner else Severity.WARNING,
        f"{queue.name} is managed by {owner}: its description says so",
        place,
        "take it out of the policies, or have the other side release it first (ownership.release); "
        "to take it over, name it under ownership.take_over",
        queue=queue.name,
    )


def _left_behind(queue: LiveQueue, place: Position | None, ownership: Ownership) -> Iterator[Finding]:
    if place is None:
        yield Finding(
            "ownership.left-behind",
            Severity.WARNING,
            f"{queue.name} bears our mark ({ownership.owner}), and no policy describes it",
            None,
            "describe it with 'manage: false', and the mark goes",
            queue=queue.name,
        )
