"""Watch: the queues that a run sends more contacts to. It reports, and decides nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from syncer.app.deadline import Deadline
from syncer.app.session import ending_waits, interruptible
from syncer.applying.engine import INTERRUPTED, Stop
from syncer.errors import Forbidden, NotFound, SyncerError, WaitEnded
from syncer.model.observation import EMPTY, Look, Observation, Watched, WatchedQueue
from syncer.model.plan import SENT
from syncer.net.waits import Ending
from syncer.report.text.paint import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from syncer.app.options import RunOptions
    from syncer.app.places import LiveTarget
    from syncer.app.run import LockedRun
    from syncer.app.session import Session
    from syncer.live.client import Client
    from syncer.live.observations import ObservationCalls
    from syncer.model.change import QueueChange, RuleChange
    from syncer.model.plan import Plan
    from syncer.model.settings import Settings
    from syncer.report.views import Applied, ReportOf

MINUTE: Final = 60.0
"""Seconds from one look to the next."""

_SHOWN: Final = 3
"""At most this many queues that got worse are named after a look."""

_NOTHING_MORE: Final = "no rule that sends more contacts to a queue was written: nothing was watched"


@dataclass
class Watch:
    """The watch of one run: nothing happens if the options don't ask for it."""

    options: RunOptions
    target: LiveTarget
    session: Session
    _settings: Settings | None = None
    _queues: dict[str, WatchedQueue] = field(default_factory=dict)
    _notes: dict[str, list[int]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _ended: int = 0

    def before(self, locked: LockedRun, plan: Plan) -> None:
        """Look once, right before the first PUT. If that fails, the run continues, and isn't watched."""
        targets = targets_of(plan.changes)
        if self.options.watch is None or not targets:
            return
        try:
            found = self._calls(locked.client).observe(list(targets))
        except SyncerError as error:
            words = f"the queues are not watched: {in_one(error)}"
            self._notes[words] = []
            self.session.message(words)
            return
        self._settings, self._seen = locked.disk.settings, set(found)
        self._queues = {id_: WatchedQueue(id_, name, found.get(id_, EMPTY)) for id_, name in targets.items()}

    def after(self, report: ReportOf[Applied]) -> ReportOf[Applied]:
        """Return the report of the run with the observations: one look per minute from now on. Ctrl-C and the
        deadline stop the looks; the exit code is still that of the run."""
        minutes, view = self.options.watch, report.view
        if minutes is None or view is None or view.result is None:
            return report
        written = written_targets(view)
        self._queues = {id_: queue for id_, queue in self._queues.items() if id_ in written}
        if self._notes:
            pass  # the look before the run failed, and was reported then
        elif view.result.status == INTERRUPTED:
            self._note("the run was interrupted: nothing was watched")
        elif view.undone:
            self._note("the run was rolled back: nothing was watched")
        elif not written:
            self._note(_NOTHING_MORE)
        elif self._queues and self._settings is not None:
            self._watch(minutes, self._settings)
        queues = tuple(self._queues.values()) if self._ended else ()
        return replace(
            report, view=replace(view, watched=Watched(minutes, self._ended, queues, self._said()))
        )

    def _watch(self, minutes: int, settings: Settings) -> None:
        """Look until the minutes are over; with a new client, since that of the run is closed with its
        lock."""
        what = f"{counted(len(self._queues), 'target')} for {counted(minutes, 'minute')}"
        stop = Stop()
        try:
            with interruptible(stop), self._ending(stop), self._client(settings) as client:
                self.session.watching(f"watching {what}: the run is finished; Ctrl-C stops only the watching")
                self._look_on(minutes, self._calls(client))
        except WaitEnded as ended:
            self._note(f"{ended.message.partition(' during ')[0]}: watching stopped early")
        except SyncerError as error:
            self._note(f"watching stopped: {in_one(error)}")

    def _look_on(self, minutes: int, calls: ObservationCalls) -> None:
        """Look at the end of each minute; one that passed during a long look is skipped."""
        timing = self.session.waits.timing
        begun = timing.clock()
        for minute in range(1, minutes + 1):
            late = timing.clock() - begun - minute * MINUTE
            if late >= MINUTE and minute < minutes:
                continue
            timing.sleep(max(-late, 0.0))
            try:
                found = calls.observe(list(self._queues))
            except (WaitEnded, Forbidden, NotFound):
                raise
            except SyncerError as error:
                self._note(in_one(error), minute)
                self.session.watching(f"minute {minute} of {minutes}: {in_one(error)}")
                continue
            self._add(minute, found)
            self.session.watching(f"minute {minute} of {minutes}: {self._in_short()}")

    def _add(self, minute: int, found: Mapping[str, Observation]) -> None:
        self._ended = minute
        self._seen |= set(found)
        for id_, queue in self._queues.items():
            look = Look(minute, found.get(id_, EMPTY))
            self._queues[id_] = replace(queue, looks=(*queue.looks, look))

    def _in_short(self) -> str:
        worse = [queue.name for queue in self._queues.values() if queue.worse]
        more = f" and {len(worse) - _SHOWN} more" if len(worse) > _SHOWN else ""
        return f"worse than before: {', '.join(worse[:_SHOWN])}{more}" if worse else "nothing is worse"

    def _ending(self, stop: Stop) -> AbstractContextManager[None]:
        deadline = Deadline(self.options.deadline, lambda: self.session.duration)
        return ending_waits(
            self.session.waits,
            lambda: Ending(reason) if (reason := stop.asked()) else deadline.ending(),
        )

    def _client(self, settings: Settings) -> Client:
        """A read-only client; its calls are added to those of the run."""
        from syncer.app.connection import client_for

        before = self.session.calls
        client = client_for(self.target, settings, self.session)
        self.session.calls = lambda: Counter(before()) + Counter(client.calls())
        return client

    def _calls(self, client: Client) -> ObservationCalls:
        from syncer.live.observations import ObservationCalls

        return ObservationCalls(client.exchange, self.session.waits.timing.wall)

    def _note(self, words: str, minute: int = 0) -> None:
        self._notes.setdefault(words, []).extend([minute] if minute else [])

    def _said(self) -> tuple[str, ...]:
        """Each note once, with its minutes; and the queues without observations."""
        notes = [f"{_minutes(minutes)}{words}" for words, minutes in self._notes.items()]
        unseen = [queue.name for id_, queue in self._queues.items() if id_ not in self._seen]
        if self._ended and unseen:
            more = f" and {len(unseen) - _SHOWN} more" if len(unseen) > _SHOWN else ""
            names = f"{', '.join(unseen[:_SHOWN])}{more}"
            notes.append(f"no answer names {names}: either nothing is there, or the client may not see it")
        return tuple(notes)


def targets_of(changes: Iterable[QueueChange]) -> dict[str, str]:
    """The names of the queues that these changes send more contacts to, by id."""
    return {
        rule.target: rule.target_name or rule.target
        for change in changes
        for rule in change.rules
        if sends_more(change.queue, rule)
    }


def sends_more(source: str, change: RuleChange) -> bool:
    """Whether more contacts move to the target: its rule is new, was enabled, leads elsewhere, moves a larger
    share, or moves it sooner."""
    before, after = change.before, change.after
    if after is None or after.role is None or not (after.role.moves and after.enabled and after.target):
        return False
    if after.target == source and not after.role.to_itself:
        return False
    if before is None or not before.enabled or before.target != after.target:
        return True
    return after.share > before.share or after.delay < before.delay


def written_targets(view: Applied) -> frozenset[str]:
    """The ids of the queues that the run itself sends more contacts to."""
    outcomes = view.result.outcomes if view.result else ()
    return frozenset(targets_of(outcome.change for outcome in outcomes if outcome.status in SENT))


def in_one(error: SyncerError) -> str:
    """Message and hint of an error on one line."""
    return f"{error.message.rstrip('.')}. {error.hint}" if error.hint else error.message


def _minutes(minutes: list[int]) -> str:
    """``minute 2: ``, ``minutes 2, 3: ``; empty if there are none."""
    if not minutes:
        return ""
    return f"{'minute' if len(minutes) == 1 else 'minutes'} {', '.join(map(str, minutes))}: "
