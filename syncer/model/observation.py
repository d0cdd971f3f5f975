"""What is in the queues that a run sends more contacts to: before it, and while it is watched."""

from dataclasses import dataclass
from typing import Final

LONGER: Final = 30.0
"""Seconds by which the longest wait has to grow."""

MORE_WAITING: Final = 3
"""Contacts by which those that wait have to grow, and the fewest that count for an agent."""

MORE_PER_AGENT: Final = 0.5
"""Contacts by which those that wait for each agent on queue have to grow."""

GROWTH: Final = 1.5
"""How many times what it was before each of them has to be."""

IN_A_ROW: Final = 2
"""As many looks have to agree: a single one may be chance."""

LONGEST_WAIT, WAITING, WAITING_PER_AGENT = "longest wait", "waiting", "waiting per agent"


@dataclass(frozen=True, slots=True)
class Observation:
    """What is in one queue at a moment, all media together: contacts ``waiting`` and ``interacting``.

    ``longest`` is how many seconds the contact that waits longest has waited, ``agents`` how many are on
    queue; both are None where the organization doesn't say.
    """

    waiting: int = 0
    longest: float | None = None
    interacting: int = 0
    agents: int | None = None

    @property
    def per_agent(self) -> float | None:
        """Contacts that wait for each agent on queue. Without any agent they wait for the next one."""
        return None if self.agents is None else self.waiting / max(self.agents, 1)


EMPTY: Final = Observation(longest=0.0)
"""Of a queue that no answer names: nothing is in it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen so many minutes after the run."""

    minute: int
    seen: Observation


@dataclass(frozen=True, slots=True)
class WatchedQueue:
    """A queue that a run sends more contacts to: ``before`` the run, and in ``looks``, the oldest first."""

    queue: str
    name: str
    before: Observation
    looks: tuple[Look, ...] = ()

    @property
    def end(self) -> Observation | None:
        """What was seen last; None where nothing was."""
        return self.looks[-1].seen if self.looks else None

    @property
    def worst(self) -> Observation | None:
        """The most contacts, the longest wait and the fewest agents of all looks."""
        if not self.looks:
            return None
        seen = [look.seen for look in self.looks]
        return Observation(
            max(each.waiting for each in seen),
            max((each.longest for each in seen if each.longest is not None), default=None),
            max(each.interacting for each in seen),
            min((each.agents for each in seen if each.agents is not None), default=None),
        )

    @property
    def since(self) -> int | None:
        """The minute in which it was worse first; None where it never was."""
        return next((self.looks[first].minute for first in self._worse_from()), None)

    @property
    def worse(self) -> bool:
        """Whether it is worse at the end."""
        return len(self.looks) - self._row in self._worse_from()

    @property
    def why(self) -> tuple[str, ...]:
        """What was worse, at any time."""
        places = {place for first in self._worse_from() for place in range(first, first + self._row)}
        found = {name for place in places for name in worse_than(self.before, self.looks[place].seen)}
        return tuple(name for name in (LONGEST_WAIT, WAITING, WAITING_PER_AGENT) if name in found)

    @property
    def _row(self) -> int:
        return min(IN_A_ROW, len(self.looks))

    def _worse_from(self) -> list[int]:
        """The places of looks that were worse, as were those right after them."""
        bad = [bool(worse_than(self.before, look.seen)) for look in self.looks]
        firsts = range(len(bad) - self._row + 1) if bad else range(0)
        return [first for first in firsts if all(bad[first : first + self._row])]


@dataclass(frozen=True, slots=True)
class Watched:
    """The queues that a run sends more contacts to were looked at, a look a minute, for so many ``minutes``.

    ``ended`` is the minute of the last look. ``notes`` say what could not be seen, and why.
    """

    minutes: int
    ended: int = 0
    queues: tuple[WatchedQueue, ...] = ()
    notes: tuple[str, ...] = ()


def worse_than(before: Observation, now: Observation) -> tuple[str, ...]:
    """What is worse ``now``: each has to grow by so much, and to be half as much again.

    The longest wait grows by 30 s, contacts waiting by 3, or by 0.5 for each agent on queue where at least 3
    wait. What isn't known on one side is not compared.
    """
    found = []
    if _grown(before.longest, now.longest, LONGER):
        found.append(LONGEST_WAIT)
    if _grown(before.waiting, now.waiting, MORE_WAITING):
        found.append(WAITING)
    if now.waiting >= MORE_WAITING and _grown(before.per_agent, now.per_agent, MORE_PER_AGENT):
        found.append(WAITING_PER_AGENT)
    return tuple(found)


def _grown(before: float | None, now: float | None, least: float) -> bool:
    return before is not None and now is not None and now >= max(before + least, before * GROWTH)
