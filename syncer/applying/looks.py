"""The looks of a run: one before its first PUT, others when the last is old, one after its last PUT.

What a look finds in a loop of this run's making is taken back, journalled and audited like every write.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from syncer.applying.engine import INTERRUPTED, Looked, Stop
from syncer.applying.live_watch import LiveWatch
from syncer.applying.take_back import Ours, Taken, ours_of, take_back, way_back_of
from syncer.applying.write import Writer
from syncer.checks.loops import MOST_LISTED
from syncer.errors import LiveError, Refused
from syncer.live.queues import last_edit
from syncer.model.change import QueueChange
from syncer.model.finding import Finding, Note, Severity
from syncer.model.plan import Outcome, Status
from syncer.model.queue import LiveQueue
from syncer.model.settings import Settings
from syncer.net.timing import LAST_CHECK, ListingTime, Timing

PATIENCE = 3
"""How many times the settle time our own writes are waited for."""

_SLICE = 0.5


def first_look(watch: LiveWatch, reading: ListingTime | None) -> None:
    """Look before anything is sent.

    Raises Refused where somebody's rule could close a loop with the plan, LiveError where the organization
    can't be read.
    """
    watch.begin(reading)
    if reasons := sorted(set(watch.dangers().values())):
        raise Refused(
            "\n".join([*reasons, "nothing was applied"]),
            hint="Look at that rule, and make a new plan.",
            reason="loop",
        )


@dataclass(frozen=True, slots=True)
class _Put:
    """A PUT of this run that put rules in force, and how often it was tried to take it back.

    ``again``: it took one back itself.
    """

    outcome: Outcome
    ours: Ours
    tries: int = 0
    again: bool = False


@dataclass
class Looks:
    """What the engine asks between queues, and what is asked after the last.

    ``taking_back`` writes the journal before a take-back is sent; ``report`` hears of each outcome.
    """

    watch: LiveWatch
    writer: Writer
    taking_back: Callable[[QueueChange], None]
    report: Callable[[Outcome], None]
    settings: Settings
    timing: Timing
    stop: Stop
    _puts: dict[str, _Put] = field(default_factory=dict)
    _findings: dict[tuple[str, ...], Finding] = field(default_factory=dict)
    _last_put: float = 0.0
    _settle: float = 0.0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The loops that were found."""
        return tuple(self._findings.values())

    def due(self) -> bool:
        """Whether the last look is too old to start another queue."""
        return self.watch.due()

    def settled(self, outcome: Outcome) -> None:
        """Note what happened to a queue, in the order in which that is known."""
        unknown = outcome.status is Status.UNKNOWN
        stay = self.watch.stay(outcome.change)
        self.watch.settled(outcome.change, done=outcome.done, unknown=unknown)
        if outcome.attempts:
            self._last_put = self.timing.clock()
            self._settle = self._settle if outcome.lock == "etag" else self.settings.retries.settle
        if outcome.written is not None or unknown:
            self._puts[outcome.change.queue] = _Put(outcome, ours_of(outcome.change, stay))

    def look(self) -> Looked:
        """List live, take back what lies in a loop, and tell what may not be started any more.

        Nothing may be in flight. Raises AuditError where journal or audit can't be written.
        """
        taken_back: list[Outcome] = []
        withheld: dict[str, str] = {}
        try:
            self.watch.look()
            while taken := take_back(self.watch.targets(), self._left()):
                beside = self.watch.beside([each.queue for each in taken])
                taken_back.extend(map(self._take_back, taken))
                words = "; ".join(f"{each.change.name} is {each.status.value}" for each in taken_back)
                withheld |= dict.fromkeys(beside, f"it is in a loop with what was written: {words}")
                self.watch.look()
            withheld = {**self.watch.dangers(), **withheld}
        except LiveError as error:
            stop = f"the organization could not be read again: {error.message}"
            return Looked(stop, withheld, tuple(taken_back))
        self.note_others()
        return Looked("", withheld, tuple(taken_back))

    def last(self) -> Looked:
        """The look after the last PUT, repeated where reads may be stale.

        What could not be read is a finding. An interrupt ends the waiting, not the look.
        """
        looked = self.look()
        while not looked.stop and (wait := self._unsettled()) > 0:
            if not self._wait(wait):
                self._findings[("",)] = unchecked("the run was interrupted before reads had settled")
                break
            more = self.look()
            looked = Looked(more.stop, {}, (*looked.taken_back, *more.taken_back))
        if looked.stop:
            self._findings[("",)] = unchecked(looked.stop)
        return looked

    def _unsettled(self) -> float:
        """Seconds until the next look; 0 where our own writes were seen and the settle time is over."""
        if not self._settle:
            return 0.0
        age = self.watch.began - self._last_put
        if age >= (PATIENCE if self.watch.unseen() else 1) * self._settle:
            return 0.0
        return self._settle - age if age < self._settle else self._settle / 2

    def _wait(self, seconds: float) -> bool:
        """Wait in short pieces; False where an interrupt came."""
        self.timing.announce(seconds, LAST_CHECK)
        until = self.timing.clock() + seconds
        while (left := until - self.timing.clock()) > 0:
            if self.stop.reason == INTERRUPTED:
                return False
            self.timing.sleep(min(left, _SLICE))
        return self.stop.reason != INTERRUPTED

    def _left(self) -> list[Ours]:
        """The PUTs that may be taken back, oldest first."""
        most = self.settings.retries.conflicts
        return [put.ours for put in self._puts.values() if put.tries < most and put.ours.made]

    def _take_back(self, taken: Taken) -> Outcome:
        put = self._puts.pop(taken.queue)
        seen = self.watch.seen(taken.queue)
        change, written = put.outcome.change, put.outcome.written
        names = self.watch.names()
        back = way_back_of(change, put.ours, taken, seen, names, written=written, again=put.again)
        self.taking_back(back)
        outcome = self._in_words(self.writer.write(back, seen), taken)
        self._note(outcome, back, put, taken)
        makers = {each.ours.queue: each.ours.made for each in self._puts.values()}
        self._findings[taken.cycle] = ours_in_loop(taken, outcome, self.watch.queues, makers)
        self.report(outcome)
        return outcome

    def _in_words(self, outcome: Outcome, taken: Taken) -> Outcome:
        """The outcome of a take-back, in the words of the run."""
        loop = loop_in_words(taken.cycle, self.watch.queues)
        if outcome.done:
            detail = "; ".join(
                filter(None, (f"somebody's edit closed a loop with it: {loop}", outcome.detail))
            )
            return replace(outcome, status=Status.TAKEN_BACK, detail=detail)
        why = f"{outcome.status.value}: {outcome.detail}"
        detail = f"THE LOOP MAY STILL BE THERE: {loop}; taking it back ended as {why}"
        return replace(outcome, status=Status.NOT_TAKEN_BACK, detail=detail)

    def _note(self, outcome: Outcome, back: QueueChange, put: _Put, taken: Taken) -> None:
        """Keep what can still lie in a loop: a PUT that was not taken back, and what a take-back restored."""
        self._last_put = self.timing.clock()
        if outcome.status is Status.NOT_TAKEN_BACK:
            self._puts[taken.queue] = replace(put, tries=put.tries + 1)
            return
        self.watch.settled(back, done=True)
        restored = replace(outcome, change=back)
        self._puts[taken.queue] = _Put(restored, Ours(taken.queue, taken.restored), again=True)

    def note_others(self) -> None:
        """Note the loops that others made meanwhile."""
        ours = [put.ours for put in self._puts.values()]
        for cycle in self.watch.others(ours):
            self._findings.setdefault(cycle, others_loop(cycle, self.watch.queues))


QueuesById = Mapping[str, LiveQueue]


def ours_in_loop(
    taken: Taken, outcome: Outcome, queues: QueuesById, makers: Mapping[str, frozenset[str]]
) -> Finding:
    """``loops.cycle``: a rule of this run lay in a loop, and was taken back or was not.

    ``makers`` are the targets that this run put in force, by queue.
    """
    loop, name = loop_in_words(taken.cycle, queues), queues[taken.queue].name
    back = outcome.status is Status.TAKEN_BACK
    if back:
        message = f"{loop} overflowed in a circle; {name} was taken back"
        tip = "Agree with the person who made the other rules, then plan again"
    else:
        message = f"{loop} overflows in a circle, and {name} could not be taken back: {outcome.detail}"
        tip = "Disable one of these rules in Genesys Cloud NOW"
    notes = tuple(_notes(taken, queues, makers, outcome.status))
    return Finding("loops.cycle", Severity.ERROR, message, tip=tip, notes=notes, queue=name)


def _notes(
    taken: Taken, queues: QueuesById, makers: Mapping[str, frozenset[str]], status: Status
) -> Iterator[Note]:
    pairs = list(pairwise([*taken.cycle, taken.cycle[0]]))
    for source, target in pairs[:MOST_LISTED]:
        rule = f"{queues[source].name} → {queues[target].name}"
        if source == taken.queue:
            yield Note(f"{rule}: of this run, {status.value}")
        elif target in makers.get(source, ()):
            yield Note(f"{rule}: of this run")
        else:
            edit = last_edit(queues[source].raw).in_words()
            yield Note(f"{rule}: not of this run" + (f"; the queue was last changed {edit}" if edit else ""))
    if len(pairs) > MOST_LISTED:
        yield Note(f"and {len(pairs) - MOST_LISTED} more")


def others_loop(cycle: tuple[str, ...], queues: QueuesById) -> Finding:
    """``loops.unmanaged``: somebody closed a loop meanwhile, and no rule of this run is in it."""
    loop = loop_in_words(cycle, queues)
    return Finding(
        "loops.unmanaged",
        Severity.WARNING,
        f"{loop} overflows in a circle since this run began; no rule of this run is in it",
        tip="Disable one of these rules in Genesys Cloud",
        queue=queues[cycle[0]].name,
    )


def unchecked(reason: str) -> Finding:
    """``loops.unchecked``: the look after the last PUT was not possible."""
    return Finding(
        "loops.unchecked",
        Severity.ERROR,
        f"whether the new rules lie in a loop by now is not known: {reason}",
        tip="Run syncer plan: it checks the live queues again",
    )


def loop_in_words(cycle: tuple[str, ...], queues: QueuesById) -> str:
    """``A → B → A``, by the names of the queues."""
    names = [queues[queue].name for queue in cycle]
    shown = names[:MOST_LISTED]
    if len(names) > MOST_LISTED:
        shown.append(f"… {len(names) - MOST_LISTED} more …")
    return " → ".join([*shown, names[0]])
