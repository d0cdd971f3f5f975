"""Every interleaving of what a few actors do, one call after the other, as far as bounds allow.

Each actor is a thread that stops before each of its calls. When all have stopped, one is chosen and goes on
to its next call; what becomes of the call, its fate, may be chosen too. All choices of a schedule are
numbers: so one can be repeated, and the next one is found by counting up, a search in depth that keeps no
states. A schedule switches away from an actor that could go on at most so often (preemptions), and has at
most so many fates that are no good. With the fewest first, what fails first is the shortest story of a fault.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

GOOD = "good"
PATIENCE = 60
"""Seconds until an actor that comes to no call is a fault of the test."""

Work = Callable[[], None]


class CrashError(BaseException):
    """The process of an actor ends here: nothing of it catches this."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often a schedule may leave an actor that could go on, and meet a fate that is no good."""

    preemptions: int
    faults: int


@dataclass
class _Choice:
    chosen: int
    options: int


@dataclass
class Schedule:
    """One interleaving: the numbers that were chosen, and the calls in words."""

    choices: list[_Choice] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    @property
    def following(self) -> list[int] | None:
        """The first choices of the next schedule; None after the last."""
        left = list(self.choices)
        while left and left[-1].chosen + 1 >= left[-1].options:
            left.pop()
        if not left:
            return None
        return [*(choice.chosen for choice in left[:-1]), left[-1].chosen + 1]


class Gate:
    """Where actors stop before each call."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._stopped: dict[str, tuple[str, Sequence[str]]] = {}
        self._running: set[str] = set()
        self._chosen = ""
        self._fate = GOOD

    def pass_(self, actor: str, call: str, fates: Sequence[str] = (GOOD,)) -> str:
        """Wait for the turn of ``actor``; returns the fate of its ``call``."""
        with self._changed:
            self._stopped[actor] = (call, fates)
            self._running.discard(actor)
            self._changed.notify_all()
            self._wait(lambda: self._chosen == actor)
            self._chosen = ""
            return self._fate

    def settled(self) -> Mapping[str, tuple[str, Sequence[str]]]:
        """The actors that have stopped, each with its call and the fates that it may meet, once all have."""
        with self._changed:
            self._wait(lambda: not self._running and not self._chosen)
            return dict(sorted(self._stopped.items()))

    def release(self, actor: str, fate: str) -> None:
        """Let an actor go on."""
        with self._changed:
            del self._stopped[actor]
            self._running.add(actor)
            self._chosen, self._fate = actor, fate
            self._changed.notify_all()

    def begun(self, actor: str) -> None:
        """An actor is on its way to its first call."""
        with self._changed:
            self._running.add(actor)

    def ended(self, actor: str) -> None:
        """An actor makes no call any more."""
        with self._changed:
            self._running.discard(actor)
            self._changed.notify_all()

    def _wait(self, until: Callable[[], bool]) -> None:
        if not self._changed.wait_for(until, PATIENCE):
            raise TimeoutError(f"running: {self._running}, stopped: {self._stopped}")


def schedules(make: Callable[[Gate], Mapping[str, Work]], bounds: Bounds) -> Iterator[Schedule]:
    """Run each schedule within the bounds, and yield it when its actors have ended.

    ``make`` gives the actors of one run by name. An error of an actor is raised.
    """
    first: list[int] | None = []
    while first is not None:
        gate = Gate()
        schedule = _run(gate, make(gate), first, bounds)
        yield schedule
        first = schedule.following


def _run(gate: Gate, actors: Mapping[str, Work], first: Sequence[int], bounds: Bounds) -> Schedule:
    errors: list[BaseException] = []

    def act(name: str, work: Work) -> None:
        try:
            work()
        except CrashError:
            pass
        except BaseException as error:
            errors.append(error)
        finally:
            gate.ended(name)

    threads = [threading.Thread(target=act, args=each, daemon=True) for each in actors.items()]
    for name in actors:
        gate.begun(name)
    for thread in threads:
        thread.start()
    schedule = _schedule(gate, first, bounds)
    for thread in threads:
        thread.join(PATIENCE)
    if errors:
        raise AssertionError("\n".join(schedule.calls)) from errors[0]
    return schedule


def _schedule(gate: Gate, first: Sequence[int], bounds: Bounds) -> Schedule:
    schedule = Schedule()

    def choose(options: int) -> int:
        place = len(schedule.choices)
        chosen = first[place] if place < len(first) else 0
        schedule.choices.append(_Choice(chosen, options))
        return chosen

    last, preemptions, faults = "", bounds.preemptions, bounds.faults
    while stopped := gate.settled():
        going_on = last in stopped
        others = [name for name in stopped if name != last]
        names = [last, *(others if preemptions else [])] if going_on else others
        name = names[choose(len(names))]
        preemptions -= going_on and name != last
        call, fates = stopped[name]
        fate = fates[choose(len(fates) if faults else 1)]
        faults -= fate != GOOD
        schedule.calls.append(f"{name}: {call}" + (f" ({fate})" if fate != GOOD else ""))
        last = name
        gate.release(name, fate)
    return schedule
