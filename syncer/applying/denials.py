"""Permission that is denied repeatedly in one division: similar queues are not tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from syncer.model.change import QueueChange
from syncer.model.plan import Outcome, Status
from syncer.model.queue import LiveQueue

ENOUGH = 3
"""How many queues of a division must be denied alike, with none written in between."""


@dataclass
class Denials:
    """What was denied so far in each division. ``live`` are the queues by id, as they were read.

    Permissions are granted by division. If divisions are not known, all queues count as one.
    """

    changes: Sequence[QueueChange]
    live: Mapping[str, LiveQueue]
    _alike: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def settled(self, outcome: Outcome) -> Mapping[str, str]:
        """Note the outcome of a queue. Returns the queues that need not be tried any more, each with the
        reason."""
        division = self._division(outcome.change.queue)
        if outcome.done and outcome.attempts:
            for key in [key for key in self._alike if key[0] == division]:
                del self._alike[key]
        if not (outcome.denied and outcome.status is Status.FAILED):
            return {}
        alike = self._alike.setdefault((division, outcome.denied), [])
        alike.append(outcome.change.name)
        if len(alike) != ENOUGH:
            return {}
        why = f"not tried: {', '.join(alike)} of the same division were denied: {outcome.denied}"
        return {change.queue: why for change in self.changes if self._division(change.queue) == division}

    def _division(self, queue: str) -> str:
        division = self.live[queue].raw.get("division") if queue in self.live else None
        return str(division.get("id", "")) if isinstance(division, dict) else ""
