"""What a plan leaves out, in words: what the settings ignore, and queues that no policy describes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from syncer.kinds.registry import KINDS, POLICY_KINDS, marked_by
from syncer.model.change import Ignored, Reason, Unmanaged
from syncer.model.plan import Plan
from syncer.model.policy import PolicyQueue, PolicySet, QueueRef
from syncer.model.queue import LiveQueue
from syncer.model.rule import Value
from syncer.model.settings import Ignore
from syncer.resolving.ignore import matching
from syncer.resolving.resolve import Resolved

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
                both = f"live has {_shown(there[field], names)}, the policy says {_shown(value, names)}"
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
        )
        for queue in live
        if queue.id in unmanaged
    ]
    return tuple(sorted(found, key=lambda queue: (queue.name, queue.queue)))
