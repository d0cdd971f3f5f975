"""What is going on: the views of ``status``, ``into``, ``measure``, ``simulate``, ``graph``, …"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncer.applying.underway import ActiveRun, LeftRun
    from syncer.audit.exceptions import Exemption
    from syncer.measuring.against_model import Comparison
    from syncer.measuring.figures import Share
    from syncer.measuring.proposals import Proposal
    from syncer.model.held import Held
    from syncer.model.traffic import Period
    from syncer.planning.inflow import Inflow
    from syncer.planning.live_loops import LiveLoop
    from syncer.planning.recent import RecentRun
    from syncer.planning.simulation import Simulation
    from syncer.planning.upstream import Cause
    from syncer.report.picture.model import Picture


@dataclass(frozen=True, slots=True)
class Freezing:
    """A freeze: in force ``now``, or the next one. ``words`` say from when to when, and why."""

    now: bool
    words: str


@dataclass(frozen=True, slots=True)
class Situation:
    """The situation of one organization, from its live queues and one state folder.

    ``loops`` is None if the live queues could not be read, ``queues`` is how many it has. ``exceptions`` are
    stops and rollbacks that plan, apply and drift hold; the ids in ``expired`` are those whose time is over,
    and ``open`` names by such an id the queues that overflow where a stop forbids it. ``unknown`` says what
    can't be known, and why.
    """

    at: str
    where: str
    state: str
    queues: int = 0
    loops: tuple[LiveLoop, ...] | None = None
    flow_loops: tuple[str, ...] = ()
    exceptions: tuple[Exemption, ...] = ()
    expired: frozenset[str] = frozenset()
    open: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    freezes: tuple[Freezing, ...] = ()
    active: ActiveRun | None = None
    left: tuple[LeftRun, ...] = ()
    recent: tuple[RecentRun, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flowing:
    """What overflows into ``queues`` now.

    ``interval`` is what contacts are counted in; ``loads`` says where loads come from, empty where none are
    known; ``transfers`` are those of in-queue flows, in words; ``unknown`` what can't be known. ``held`` are
    the stops of overflow into these queues, or into those above them, as the folder ``state`` knows (empty:
    the usual one).
    """

    where: str
    interval: str
    loads: str
    queues: tuple[Inflow, ...]
    unknown: tuple[str, ...] = ()
    transfers: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True)
class Upstream:
    """What changed above one queue, what added most first, as the trail tells it; ``period`` says in words
    when. ``unknown`` is what it can't tell."""

    queue: str
    name: str
    period: str
    causes: tuple[Cause, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measuring:
    """Over what was measured: the ``places`` that were busy are so many of the ``counted`` intervals with any
    contact, at or above the percentile ``busy``. ``interval`` is as the settings say it."""

    period: Period
    interval: str
    busy: float
    places: int
    counted: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of the queues that the policies describe, and what of it was written.

    ``ways`` hold the model against what flows, ``shares`` are what in-queue flows transfer; ``names`` are
    those of queues by id. ``files`` are those that were written, or would be, where it was only a ``check``:
    ``diff`` is their difference then. ``unknown`` says what can't be known, and why; with ``handling`` the
    time that contacts take was asked for.
    """

    over: Measuring
    queues: tuple[Proposal, ...]
    ways: tuple[Comparison, ...]
    shares: tuple[Share, ...]
    names: Mapping[str, str]
    files: tuple[str, ...] = ()
    check: bool = False
    diff: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    handling: bool = False

    @property
    def changed(self) -> int:
        """How many queues have another figure than the policies state."""
        return sum(each.changes for each in self.queues)

    @property
    def off(self) -> tuple[Comparison, ...]:
        """The ways on which the model and what flows differ, those that differ most first."""
        return tuple(
            sorted((each for each in self.ways if each.off), key=lambda each: -(each.difference or 0.0))
        )


@dataclass(frozen=True, slots=True)
class Simulated:
    """The result of a simulation.

    ``of`` says which network it is of, ``interval`` what contacts are counted in; ``assumed`` is what is
    assumed, in words, nothing where everything is as it is. ``planned``: before and after are those of a
    saved plan, both with what is assumed; else before is today. With ``until_full`` loads are those at which
    the first queue is full. Service is counted ``within`` seconds; ``unknown`` is what can't be known.
    """

    of: str
    interval: str
    simulation: Simulation
    assumed: tuple[str, ...] = ()
    planned: bool = False
    until_full: bool = False
    within: float = 20.0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graphed:
    """A network to draw; ``of`` says of what: ``policies``, ``live`` or ``plan``."""

    picture: Picture
    of: str


Sight = Situation | Flowing | Upstream | Measured | Simulated | Graphed
