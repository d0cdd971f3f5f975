"""The queues of a narrowed plan: those that were named; the others keep their live rules."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from syncer.errors import WrongUsage
from syncer.model.finding import quoted, told
from syncer.model.policy import PolicyQueue, PolicySet
from syncer.model.queue import LiveQueue, Nearest, fits


def narrowed(policies: PolicySet, patterns: Sequence[str], live: Sequence[LiveQueue]) -> PolicySet:
    """The policies, with the live rules for each queue that matches none of ``patterns``.

    ``patterns`` are globs of names or ids; without any, all queues stay. Capacity, load and place always
    stay. A queue that isn't selected and that the organization doesn't have, or has twice, is left out,
    so that its name causes no finding.
    """
    if not patterns:
        return policies
    known = _Known(live)
    kept = []
    seen = set()
    for queue in policies.queues:
        if known.fits(queue, patterns):
            kept.append(queue)
        elif (id_ := known.only_id(queue)) and id_ not in seen:
            seen.add(id_)
            kept.append(replace(queue, managed=False, stated={}))
    return replace(policies, queues=tuple(kept))


def not_selected(
    policies: PolicySet, patterns: Sequence[str], live: Sequence[LiveQueue]
) -> dict[str, PolicyQueue]:
    """The policy of each live queue that matches none of ``patterns``, by id; empty if all are selected."""
    if not patterns:
        return {}
    known = _Known(live)
    others = ((known.only_id(queue), queue) for queue in policies.queues if not known.fits(queue, patterns))
    return {id_: queue for id_, queue in others if id_}


def left_to_live(policies: PolicySet, ids: Container[str], live: Sequence[LiveQueue]) -> PolicySet:
    """The policies, with the live rules for the queues with these ``ids``, as in ``narrowed``."""
    known = _Known(live)
    queues = (
        replace(queue, managed=False, stated={}) if known.only_id(queue) in ids else queue
        for queue in policies.queues
    )
    return replace(policies, queues=tuple(queues))


def policies_of(
    policies: PolicySet, ids: Container[str], live: Sequence[LiveQueue]
) -> dict[str, PolicyQueue]:
    """The policy of each live queue that has one of the ``ids``, by id."""
    known = _Known(live)
    return {id_: queue for queue in policies.queues if (id_ := known.only_id(queue)) and id_ in ids}


def refuse_unfit(policies: PolicySet, patterns: Iterable[str], live: Sequence[LiveQueue]) -> None:
    """Raise WrongUsage, with the nearest name of each, if no queue of the policies matches one of
    ``patterns``."""
    known = _Known(live)
    unfit = [
        pattern
        for pattern in dict.fromkeys(patterns)
        if not any(known.fits(queue, (pattern,)) for queue in policies.queues)
    ]
    names = (name for queue in policies.queues for name in known.names(queue))
    _refuse("the policies", unfit, names, "Case matters, * matches any text, and an id works as a name.")


def refuse_unfit_in_live(patterns: Iterable[str], live: Sequence[LiveQueue]) -> None:
    """Raise WrongUsage, with the nearest name of each, if no live queue's name matches one of
    ``patterns``."""
    names = {queue.name for queue in live}
    unfit = [each for each in dict.fromkeys(patterns) if not any(fits(name, (each,)) for name in names)]
    _refuse("the organization", unfit, sorted(names), "Case matters, and * matches any text.")


def _refuse(where: str, unfit: Sequence[str], names: Iterable[str], how: str) -> None:
    if not unfit:
        return
    nearest = Nearest(names)
    found = {name: pattern for pattern in reversed(unfit) if (name := nearest.find(pattern))}
    near = [told(pattern, name) for name, pattern in reversed(found.items())]
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise WrongUsage(
        f"no queue of {where} matches {' or '.join(map(quoted, unfit))}",
        hint=f"{hint}{how}",
    )


class _Known:
    """The names of the policies' queues: in the policy, and in the organization."""

    def __init__(self, live: Sequence[LiveQueue]) -> None:
        self._names: Mapping[str, str] = {queue.id: queue.name for queue in live}
        self._ids: dict[str, list[str]] = {}
        for queue in live:
            self._ids.setdefault(queue.name, []).append(queue.id)

    def only_id(self, queue: PolicyQueue) -> str:
        """The id of the live queue that is meant; empty if there is none or more than one."""
        ids = self._found(queue)
        return ids[0] if len(ids) == 1 else ""

    def fits(self, queue: PolicyQueue, patterns: Iterable[str]) -> bool:
        """Whether a name or id of the queue matches one of the patterns."""
        return any(fits(name, patterns) for name in (*self.names(queue), *self._found(queue)))

    def names(self, queue: PolicyQueue) -> Iterator[str]:
        """Its name in the policy, and the live name if the policy has its id."""
        yield str(queue.queue)
        if queue.queue.id in self._names:
            yield self._names[queue.queue.id]

    def _found(self, queue: PolicyQueue) -> Sequence[str]:
        if queue.queue.id:
            return [queue.queue.id] if queue.queue.id in self._names else []
        return self._ids.get(queue.queue.name, [])
