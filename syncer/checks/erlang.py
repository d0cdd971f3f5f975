"""Erlang C: how long contacts wait in a queue whose agents and average handle time are known.

With A erlangs of load (contacts a second times seconds each) and N agents::

    B(0)  = 1,  1 / B(n) = 1 + n / A · 1 / B(n − 1)      Erlang B: the part that finds all busy, if none waits
    C     = B / (1 − A / N · (1 − B))                     Erlang C: the part that waits, if all do
    SL(T) = 1 − C · exp(−(N − A) · T / AHT)               answered within T seconds
    ASA   = C · AHT / (N − A)                             average speed of answer

The recursion adds positive terms alone, so it is as exact for thousands of agents as for one; where 1 / B
grows beyond all numbers, B is 0. (A. K. Erlang 1917; L. Kleinrock, Queueing Systems I, 1975, section 3.5.)
"""

import math
from dataclasses import dataclass
from typing import Any, Final

ASSUMPTIONS: Final = (
    "contacts arrive at random and evenly over the interval",
    "nobody hangs up",
    "any agent of the queue takes any contact, one at a time, and takes no other work",
    "handle times vary as much as their mean",
)
"""What the formula takes for granted."""

PEAKY: Final = "what overflows into a queue comes in bursts: its contacts wait longer than this says"
"""What it takes for granted and overflow breaks."""


@dataclass(frozen=True, slots=True)
class Service:
    """How a queue of so many ``agents`` answers a load of so many ``erlangs``.

    ``occupancy`` is the part of their time that agents are busy; from 1 on there are more contacts than they
    can ever handle. Then it is not ``stable``, and the others are None: the ``waiting`` part of contacts, the
    part answered ``within`` the time that was asked for, and the average ``answer_seconds``.
    """

    agents: int
    erlangs: float
    occupancy: float
    waiting: float | None = None
    within: float | None = None
    answer_seconds: float | None = None

    @property
    def stable(self) -> bool:
        """Whether the queue can answer all that comes."""
        return self.waiting is not None

    def as_json(self) -> dict[str, Any]:
        """The figures as JSON output has them."""
        return {
            "agents": self.agents,
            "erlangs": self.erlangs,
            "occupancy": self.occupancy,
            "waiting": self.waiting,
            "within": self.within,
            "answer_seconds": self.answer_seconds,
        }


def erlang_b(erlangs: float, agents: int) -> float:
    """The part of contacts that finds all agents busy, where none waits. ``agents`` is 0 or more."""
    if erlangs <= 0:
        return 0.0 if agents else 1.0
    inverse = 1.0
    for number in range(1, agents + 1):
        inverse = 1.0 + number / erlangs * inverse
    return 1.0 / inverse


def erlang_c(erlangs: float, agents: int) -> float:
    """The part of contacts that waits, where all do. Raises ValueError where agents can't handle so many."""
    if not 0 <= erlangs < agents:
        raise ValueError(f"{agents} agents can't handle {erlangs:g} erlangs")
    blocked = erlang_b(erlangs, agents)
    return blocked / (1.0 - erlangs / agents * (1.0 - blocked))


def service(contacts: float, interval: float, agents: int, handle_seconds: float, within: float) -> Service:
    """How ``agents``, one at least, answer so many ``contacts`` an ``interval`` of seconds, each of which
    takes ``handle_seconds`` on average; ``within`` is in how many seconds they are to be answered."""
    erlangs = contacts / interval * handle_seconds
    occupancy = erlangs / agents
    if occupancy >= 1:
        return Service(agents, erlangs, occupancy)
    waiting = erlang_c(erlangs, agents)
    free = agents - erlangs
    return Service(
        agents,
        erlangs,
        occupancy,
        waiting,
        1.0 - waiting * math.exp(-free * within / handle_seconds),
        waiting * handle_seconds / free,
    )
