"""Looks at live once more before each further step: has somebody else added a rule that could close a loop?

The locks see what happens to the queues that are written. A rule that somebody adds to another queue
meanwhile is seen here: where it lies in one circle with old and new rules of this run, the order of the plan
no longer promises that there is never a loop, so nothing more is started.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from syncer.errors import LiveError
from syncer.graph.components import components
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.queue import LiveQueue
from syncer.model.rule import FLOWS, Rule

Targets = Mapping[str, frozenset[str]]


class Listing(Protocol):
    """The call that a look needs; the client of the live API has it."""

    def list_queues(self) -> list[dict[str, Any]]:
        """The JSON of all queues."""


class Lookout:
    """Keeps what live was when the plan was made, and compares."""

    def __init__(self, api: Listing, changes: Sequence[QueueChange], live: Mapping[str, LiveQueue]) -> None:
        self._api = api
        self._expected = {queue.id: _in_force(queue.rules) for queue in live.values()}
        self._open = {change.queue: _in_force(change.after) for change in changes}
        self._stay = {
            change.queue: _in_force(
                rule for rule in live[change.queue].rules if rule.kind not in change.kinds
            )
            for change in changes
            if change.queue in live
        }

    def done(self, queue: str) -> None:
        """A queue was written: it is expected to keep what it was given, and its lock guards it no more."""
        wanted = self._open.pop(queue, frozenset())
        self._expected[queue] = wanted | self._stay.get(queue, frozenset())

    def look(self) -> str:
        """Why nothing more may be started, or nothing."""
        try:
            queues = [read_queue(raw) for raw in self._api.list_queues()]
        except LiveError as error:
            return f"live could not be read again before the next step: {error.message}"
        now = {queue.id: _in_force(queue.rules) for queue in queues}
        added = [
            (queue, target)
            for queue in now
            if queue not in self._open
            for target in sorted(now[queue] - self._expected.get(queue, frozenset()))
        ]
        names = {queue.id: queue.name for queue in queues}
        home = self._components(now) if added else {}
        for queue, target in added:
            if target in home and home[queue] == home[target]:
                rule = f"{names[queue]} → {names[target]}"
                return f"somebody else added {rule} meanwhile, which could close a loop with this plan"
        return ""

    def _components(self, now: Targets) -> dict[str, int]:
        """The component of each queue in live as it is together with all that this run still wants."""
        place = {queue: number for number, queue in enumerate(now)}
        union = [now[queue] | self._open.get(queue, frozenset()) for queue in now]
        adjacency = [[place[target] for target in sorted(targets) if target in place] for targets in union]
        ids = list(now)
        return {
            ids[node]: number for number, component in enumerate(components(adjacency)) for node in component
        }


def _in_force(rules: Iterable[Rule]) -> frozenset[str]:
    """The targets to which contacts can move."""
    return frozenset(rule.target for rule in rules if rule.enabled and rule.kind in FLOWS)
