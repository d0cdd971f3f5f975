"""Who manages a queue, and what a plan leaves out: what is ignored, and queues that no policy describes."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from syncer.kinds.registry import KINDS, MARK, POLICY_KINDS, mark_of, marked_by
from syncer.kinds.together import within_queue
from syncer.model.change import Ignored, Reason, Unmanaged
from syncer.model.finding import Finding, Position, Severity
from syncer.model.network import Node
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue, fits
from syncer.model.rule import Rules, Value
from syncer.model.settings import Ignore, Ownership
from syncer.resolving.ignore import matching
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
        f"{queue.name} is managed by {owner}, as its description states",
        place,
        "remove it from the policies, or have the other side release it first (ownership.release); "
        "to take it over, name it under ownership.take_over",
        queue=queue.name,
    )


def _left_behind(queue: LiveQueue, place: Position | None, ownership: Ownership) -> Iterator[Finding]:
    if place is None:
        yield Finding(
            "ownership.left-behind",
            Severity.WARNING,
            f"{queue.name} has our mark ({ownership.owner}), but no policy describes it",
            None,
            "describe it with 'manage: false' to remove the mark",
            queue=queue.name,
        )


WHOLE = "the whole queue"


def ignored_in(
    policies: PolicySet,
    resolved: Resolved,
    live: Sequence[LiveQueue],
    names: Mapping[str, str],
    ignores: Sequence[Ignore],
) -> tuple[Ignored, ...]:
    """What live keeps in the queues that ``policies`` manage: queues, kinds, and fields that really differ.

    ``names`` gives the name of a queue or group by its id.
    """
    described = {policy.queue: policy for policy in reversed(policies.queues) if policy.managed}
    found = []
    for queue in live if ignores else ():
        policy = described.get(QueueRef(id=queue.id)) or described.get(QueueRef(name=queue.name))
        own = matching(queue.name, ignores)
        if policy and own:
            found += [
                Ignored(queue.id, queue.name, what, reason)
                for what, reason in _in_words(policy, resolved, queue.id, names, own)
            ]
    return tuple(found)


def _in_words(
    policy: PolicyQueue, resolved: Resolved, queue: str, names: Mapping[str, str], ignores: Sequence[Ignore]
) -> Iterator[tuple[str, str]]:
    """What is ignored in one queue, each with the reason of the first of ``ignores`` that says so."""
    whole = [ignore.reason for ignore in ignores if not ignore.fields]
    if whole:
        yield WHOLE, whole[0]
        return
    reasons = {field: ignore.reason for ignore in reversed(ignores) for field in ignore.fields}
    for kind in KINDS:
        if kind.name in policy.stated and kind.name in reasons:
            yield kind.all_of_them, reasons[kind.name]
    wanted = resolved.desired.get(queue)
    for said, kept in zip(wanted.said, wanted.rules, strict=True) if wanted else ():
        there = kept.values()
        for field, value in said.values().items():
            if there[field] != value:
                both = (
                    f"the live rule has {_shown(there[field], names)}, the policy has {_shown(value, names)}"
                )
                yield f"{field} {said.which(names)}: {both}", reasons[field]


def _shown(value: Value, names: Mapping[str, str]) -> str:
    if isinstance(value, tuple):
        return ", ".join(names.get(each, each) for each in value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def unmanaged_in(plan: Plan, live: Iterable[LiveQueue], names: Mapping[str, str]) -> tuple[Unmanaged, ...]:
    """The unmanaged queues of a plan that was made of ``live``, by name.

    ``names`` gives the name of a queue or group by its id.
    """
    unmanaged = {each.queue for each in plan.untouched if each.reason is Reason.UNMANAGED}
    found = [
        Unmanaged(
            queue.id,
            queue.name,
            queue.words_of(POLICY_KINDS, names),
            marked_by(queue),
            within_queue(queue.raw),
        )
        for queue in live
        if queue.id in unmanaged
    ]
    return tuple(sorted(found, key=lambda queue: (queue.name, queue.queue)))
