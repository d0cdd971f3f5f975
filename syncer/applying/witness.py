"""The organization's own audit as a witness of writes that no etag guarded: was an edit overwritten?

::

    a run ends ──ask──▶ our PUT is there ──▶ edits of others are judged; asked once more by a later run,
        │                                     since events may arrive out of order; then forgotten
        └── wait, ask ── it isn't there yet ─▶ "not yet known": the next run asks again

Nothing that was found is kept back: what can't be decided counts as overwritten.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from syncer.applying.lost_edits import SLACK, Judged, latest, modified_at, own_writes
from syncer.applying.witness_file import Pending
from syncer.errors import LiveError
from syncer.live.audited_values import means, shown_value
from syncer.model.audited import AuditedEdit
from syncer.model.finding import Finding
from syncer.model.json_values import digest
from syncer.model.window import Overwritten, Window
from syncer.net.timing import Timing

LATE: Final = timedelta(minutes=15)
"""An event that isn't there so long after its window is hardly under way any more."""

GIVE_UP: Final = timedelta(days=1)
"""A PUT that the audit doesn't have so long after it was never done, as far as it isn't sure to have been."""

OLDEST: Final = timedelta(days=60)
"""A window that is older, or lies a day ahead, is none that a run left: nobody asks about it."""

_PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
"""Seconds before the audit is asked again; the last one is repeated."""


Item = TypeVar("Item")


class AuditReader(Protocol):
    """The call that asks; :class:`syncer.live.audits.AuditCalls` has it."""

    def queue_edits(self, start: datetime, end: datetime, queues: Collection[str] = ()) -> list[AuditedEdit]:
        """The edits of these queues in that time."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The edits that a run may have overwritten, and the findings that say so."""

    overwritten: tuple[Overwritten, ...] = ()
    findings: tuple[Finding, ...] = ()


class RunWitness(Protocol):
    """Whom a run asks, once, after its writes."""

    def ask(self, windows: Sequence[Window]) -> Lost:
        """What was lost, as far as it is known by now. Never raises a LiveError."""

    def keep(self) -> None:
        """What was lost stands in the trail: a later run is not to say it again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit says: edits that are lost, and what a later run is to ask about.

    ``unknown`` are the windows among ``pending`` whose own PUT isn't there yet; ``abandoned`` says of which
    it never came. ``error`` is why the audit could not be asked.
    """

    overwritten: tuple[Overwritten, ...] = ()
    pending: tuple[Pending, ...] = ()
    error: LiveError | None = None
    abandoned: tuple[str, ...] = ()

    @property
    def unknown(self) -> int:
        """How many windows are not yet known."""
        return sum(not each.seen for each in self.pending)


@dataclass(frozen=True)
class Witness:
    """Asks the audit. ``client`` gives the id of our client, empty where it is not known; ``get_queue`` reads
    a queue; ``now`` gives the time on the server's clock.

    ``staleness`` is for how long a read may show an old state, ``wait`` for how long to wait for events to
    arrive (seconds); ``may_wait`` says whether so many seconds may still be waited.
    """

    audit: AuditReader
    client: Callable[[], str]
    get_queue: Callable[[str], dict[str, Any]]
    now: Callable[[], datetime]
    timing: Timing
    staleness: float
    wait: float
    may_wait: Callable[[float], bool] = field(default=lambda _: True)

    def after_run(self, windows: Sequence[Pending], earlier: Sequence[Pending] = ()) -> Verdict:
        """Ask about the windows of a run that has just ended, and wait for its own PUTs to be there.

        ``earlier`` are windows of earlier runs: their PUTs are no edits of others.
        """
        waited, turn = 0.0, 0
        while True:
            verdict = self.later(windows, earlier)
            pause = _PAUSES[min(turn, len(_PAUSES) - 1)]
            if verdict.error or not verdict.unknown or waited + pause > self.wait:
                return verdict
            if not self.may_wait(pause):
                return verdict
            try:
                self.timing.wait(pause, "until the organization's audit has it: waiting")
            except LiveError:
                return verdict
            waited, turn = waited + pause, turn + 1

    def later(self, windows: Sequence[Pending], earlier: Sequence[Pending] = ()) -> Verdict:
        """Ask once. A window that is settled is not pending any more; of ``earlier`` nothing is asked."""
        known = [(self._is_due(each), each) for each in windows if self._is_of_a_run(each.window)]
        due = [each for is_due, each in known if is_due]
        rest = tuple(each for is_due, each in known if not is_due)
        if not due:
            return Verdict(pending=rest)
        try:
            found = [result for queue in self._asked(due, [*rest, *earlier]) for result in queue]
        except LiveError as error:
            return Verdict(pending=tuple(windows), error=error)
        lost = [each for result in found for each in result.overwritten]
        pending = tuple(each for result in found for each in result.pending)
        abandoned = tuple(words for result in found for words in result.abandoned)
        return Verdict(_each_once(lost), (*rest, *pending), abandoned=abandoned)

    def _is_of_a_run(self, window: Window) -> bool:
        read, _, ended = window.times
        return self.now() - OLDEST <= read <= ended <= self.now() + GIVE_UP

    def _is_due(self, each: Pending) -> bool:
        return not each.seen or self._is_late(each.window)

    def _is_late(self, window: Window) -> bool:
        return self.now() >= window.times[2] + LATE

    def _asked(self, due: Sequence[Pending], known: Sequence[Pending]) -> Iterable[list[Verdict]]:
        """What happens to each queue's windows; ``known`` are further ones of ours. Raises LiveError."""
        client = self.client()
        start = min(each.window.times[0] for each in due) - timedelta(seconds=self.staleness) - SLACK
        end = max(each.window.times[2] for each in due) + SLACK
        asked = _by_queue(due, lambda each: each.window.queue)
        ours = _by_queue((each.window for each in (*due, *known)), lambda window: window.queue)
        edits = _by_queue(self.audit.queue_edits(start, end, list(asked)), lambda edit: edit.queue)
        for queue, of_queue in asked.items():
            found = edits.get(queue, [])
            own = own_writes(ours[queue], found, client)
            others = [edit for edit in found if edit not in own.values()]
            yield [self._judged(each, own.get(each.window.key), others, client) for each in of_queue]

    def _judged(
        self, due: Pending, own: AuditedEdit | None, others: Sequence[AuditedEdit], client: str
    ) -> Verdict:
        window = due.window
        given_up = self.now() >= window.times[2] + GIVE_UP
        if own is None and not given_up:
            return Verdict(pending=(due,))
        if own is None and not (window.sure or due.seen):
            words = (
                f"{window.name}: a day later the organization's audit has no event of a PUT that run "
                f"{window.run} sent at {window.sent_at} and got no answer to: whether it overwrote an edit "
                "is not known"
            )
            return Verdict(abandoned=(words,))
        lost = Judged(window, own, timedelta(seconds=self.staleness), client).lost(others)
        live = self._read_now(window) if lost else None
        lost = _not_there(lost, _since(live, window, own))
        marks = {mark_of(edit): edit for edit in lost}
        news = [edit for mark, edit in marks.items() if mark not in due.reported]
        overwritten = tuple(_overwritten(window, edit, live or window.sent) for edit in news)
        if given_up or self._is_late(window):
            return Verdict(overwritten)
        reported = (*due.reported, *(mark_of(edit) for edit in news))
        return Verdict(overwritten, (replace(due, seen=True, reported=reported),))

    def _read_now(self, window: Window) -> dict[str, Any] | None:
        try:
            return self.get_queue(window.queue)
        except LiveError:
            return None


def _by_queue(items: Iterable[Item], queue: Callable[[Item], str]) -> dict[str, list[Item]]:
    """The items of each queue, in their order."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(queue(item), []).append(item)
    return found


def _since(
    live: Mapping[str, Any] | None, window: Window, own: AuditedEdit | None
) -> Mapping[str, Any] | None:
    """The queue as it is now, where it was surely modified after our PUT; else None."""
    modified = modified_at(live) if live else None
    after = latest(own) if own else window.times[2] + SLACK
    return live if modified is not None and modified > after else None


def _not_there(lost: Sequence[AuditedEdit], live: Mapping[str, Any] | None) -> list[AuditedEdit]:
    """The edits without the changes that the organization holds by now: these went on top of ours, or came
    back."""
    if live is None:
        return list(lost)
    left = [
        replace(edit, changes=tuple(each for each in edit.changes if not means(live, each))) for edit in lost
    ]
    return [edit for edit, before in zip(left, lost, strict=True) if edit.changes or not before.changes]


def _overwritten(window: Window, edit: AuditedEdit, now: Mapping[str, Any]) -> Overwritten:
    held = {change.property: shown_value(now, change.property) for change in edit.changes}
    return Overwritten(window.run, window.name, edit, held)


def mark_of(edit: AuditedEdit) -> str:
    """What tells an edit from every other, to report it once."""
    return digest([edit.queue, edit.at, edit.action, edit.user, edit.client, edit.id])


def _each_once(lost: Iterable[Overwritten]) -> tuple[Overwritten, ...]:
    """Each edit once, though it lies in the windows of several PUTs, with as much of it as is lost."""
    fewest_first = sorted(lost, key=lambda each: len(each.edit.changes))
    found = {mark_of(each.edit): each for each in fewest_first}
    return tuple(sorted(found.values(), key=lambda each: (each.edit.at, each.edit.queue)))
