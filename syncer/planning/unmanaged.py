"""The live queues that no policy describes, with what their rules are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syncer.kinds.registry import POLICY_KINDS, marked_by
from syncer.model.change import Reason
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A queue that no policy describes: its rules in words, and whose mark it bears, if any."""

    queue: str
    name: str
    rules: tuple[str, ...] = ()
    owner: str = ""


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
