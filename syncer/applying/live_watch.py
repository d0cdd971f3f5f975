"""Looks at the live queues during a run: what did others change meanwhile, and could it close a loop?

A look is one listing. A queue that this run can reach or writes and that is not in it is asked for by its id:
the pages moved under the listing, or the queue is gone. The locks see what happens to the rules that are
written; the rest is seen here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from syncer.applying.take_back import Loops, Ours, Targets, as_written
from syncer.errors import ApiError, BadAnswer
from syncer.live.queues import segment
from syncer.live.wire import read_queue
from syncer.model.change import QueueChange
from syncer.model.queue import LiveQueue
from syncer.model.rule import in_force, mean_the_same, of_kinds
from syncer.net.timing import ListingTime

T = TypeVar("T")

SHORTEST = 30.0
"""The least number of seconds that a look counts."""

COSTS = 20
"""A look counts this many times as long as it took, so that looks are a small share of all calls."""

JUST_NOW = 5.0
"""Seconds that the listing of a plan may be old to be the first look; or as many as it took."""

MOST_ASKED = 200
"""Queues that one look asks for by their ids; where more are missing it lists once more."""

_NOT_SEEN = frozenset({400, 403, 404, 410})
"""Answers for a queue that is gone, or that the client may not see: it leads nowhere that is known."""


class QueueLister(Protocol):
    """The calls that a look needs; the client of the live API has them."""

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        """What ``read`` makes of the JSON of each queue."""

    def get_queue(self, queue_id: str) -> dict[str, Any]:
        """Read one queue."""


class LiveWatch:
    """Keeps what the organization was when the plan was made, and what it is as last seen.

    ``clock`` is in seconds; ``max_age`` as the settings have it.
    """

    def __init__(
        self,
        api: QueueLister,
        changes: Sequence[QueueChange],
        live: Mapping[str, LiveQueue],
        clock: Callable[[], float],
        max_age: float | None = None,
    ) -> None:
        self._api = api
        self._clock = clock
        self._max_age = max_age
        self._changes = {change.queue: change for change in changes}
        self._expected = {queue.id: in_force(queue.rules) for queue in live.values()}
        self._open = dict(self._changes)
        self._written: dict[str, QueueChange] = {}
        self._gone: set[str] = set()
        self._last = ListingTime(clock())
        self.queues: Mapping[str, LiveQueue] = dict(live)
        self.began = self._last.ended

    def due(self) -> bool:
        """Whether the last look is too old to start another queue."""
        return self._clock() - self._last.ended > self._bound()

    def _bound(self) -> float:
        return max(SHORTEST, COSTS * self._last.took) if self._max_age is None else self._max_age

    def begin(self, reading: ListingTime | None) -> None:
        """The look before the first PUT; ``reading`` is the listing of the plan, if nothing was waited for
        since. Raises LiveError."""
        if reading is not None:
            self._last = reading
            if self._clock() - reading.ended <= min(max(JUST_NOW, reading.took), self._bound()):
                self.queues = self._whole(dict(self.queues))
                return
        self.look()

    def look(self) -> None:
        """List live once more. Raises LiveError."""
        self.began = self._clock()
        self.queues = self._whole(self._listed())
        ended = self._clock()
        self._last = ListingTime(ended, ended - self.began)

    def _listed(self) -> dict[str, LiveQueue]:
        return {queue.id: queue for queue in self._api.list_queues(read_queue)}

    def _whole(self, queues: dict[str, LiveQueue]) -> dict[str, LiveQueue]:
        """A listing with the queues that matter to this run and are not in it."""
        gone, asked, again = set(self._gone), 0, False
        while missing := [
            queue for queue in self._reached(queues) if queue not in queues and queue not in gone
        ]:
            if asked + len(missing) > MOST_ASKED and not again:
                again = True
                queues = {**queues, **self._listed()}
                continue
            now = missing[: max(0, MOST_ASKED - asked)]
            asked += len(now)
            found = {queue: read for queue in now if (read := self._asked(queue)) is not None}
            queues |= found
            self._gone.update(queue for queue in now if queue not in found)
            gone |= {queue for queue in missing if queue not in found}
        return queues

    def _reached(self, queues: Mapping[str, LiveQueue]) -> Iterator[str]:
        """What the queues of this run lead to, themselves included, by rules as they are and shall be."""
        seen = dict.fromkeys(self._changes)
        ready = list(seen)
        while ready:
            queue = ready.pop()
            yield queue
            targets = in_force(queues[queue].rules) if queue in queues else frozenset()
            wanted = in_force(self._changes[queue].after) if queue in self._changes else frozenset()
            fresh = [target for target in sorted(targets | wanted) if target not in seen]
            seen.update(dict.fromkeys(fresh))
            ready += fresh

    def _asked(self, queue: str) -> LiveQueue | None:
        """One queue by its id; None where there is none that this client may see."""
        try:
            segment(queue)
        except BadAnswer:
            return None
        try:
            return read_queue(self._api.get_queue(queue))
        except ApiError as error:
            if error.status in _NOT_SEEN:
                return None
            raise

    def settled(self, change: QueueChange, *, done: bool, unknown: bool = False) -> None:
        """A queue is settled; if it is done it keeps its new rules, and its lock no longer guards it.

        With an ``unknown`` result, both old and new rules count.
        """
        if not unknown:
            self._open.pop(change.queue, None)
        if done:
            self._written[change.queue] = change
            self._expected[change.queue] = in_force(change.after) | self.stay(change)

    def stay(self, change: QueueChange) -> frozenset[str]:
        """The targets of the rules of other kinds in the queue of a change."""
        queue = self.queues.get(change.queue)
        return (
            in_force(rule for rule in queue.rules if rule.kind not in change.kinds) if queue else frozenset()
        )

    def seen(self, queue: str) -> LiveQueue:
        """A queue as last seen or, where its reading is older than our PUT, as we left it."""
        found = self.queues[queue]
        return as_written(found, self._written[queue]) if self._stale(found) else found

    def unseen(self) -> list[str]:
        """The queues whose readings are older than our PUTs."""
        return [queue.id for queue in self.queues.values() if self._stale(queue)]

    def _stale(self, queue: LiveQueue) -> bool:
        """Whether a queue without an etag still shows what it was before our PUT."""
        change = self._written.get(queue.id)
        if change is None or queue.etag:
            return False
        managed = of_kinds(queue.rules, change.kinds)
        return mean_the_same(managed, change.before) and not mean_the_same(managed, change.after)

    def targets(self) -> Targets:
        """The network as last seen; a stale reading counts as old and new rules."""
        return {
            queue.id: in_force(queue.rules)
            | (in_force(self._written[queue.id].after) if self._stale(queue) else frozenset())
            for queue in self.queues.values()
        }

    def names(self) -> dict[str, str]:
        """The names of all queues by their ids."""
        return {queue.id: queue.name for queue in self.queues.values()}

    def dangers(self) -> dict[str, str]:
        """The queues still to be written that somebody's rule could close a loop with, and the words."""
        added = self.added()
        if not added or not self._open:
            return {}
        loops, names = self._wanted_loops(), self.names()
        reasons: dict[int | None, str] = {}
        for queue, target in added:
            if loops.closes(queue, target):
                rule = f"{names[queue]} → {names[target]}"
                words = f"somebody else added {rule} meanwhile, which could close a loop with this plan"
                reasons.setdefault(loops.home(queue), words)
        homes = {queue: loops.home(queue) for queue in self._open}
        return {queue: reasons[home] for queue, home in homes.items() if home in reasons and home is not None}

    def beside(self, queues: Collection[str]) -> list[str]:
        """The queues still to be written that lie in one component with any of ``queues``."""
        if not self._open:
            return []
        loops = self._wanted_loops()
        homes = {loops.home(queue) for queue in queues} - {None}
        return [queue for queue in self._open if loops.home(queue) in homes]

    def added(self) -> list[tuple[str, str]]:
        """Rules in force that somebody else made meanwhile, but for those that our locks guard."""
        return [
            (queue.id, target)
            for queue in self.queues.values()
            for target in sorted(self._unguarded(queue) - self._expected.get(queue.id, frozenset()))
        ]

    def _unguarded(self, queue: LiveQueue) -> frozenset[str]:
        change = self._open.get(queue.id)
        return in_force(rule for rule in queue.rules if change is None or rule.kind not in change.kinds)

    def _wanted_loops(self) -> Loops:
        """Live as it is together with all that this run still wants."""
        wanted = {queue: in_force(change.after) for queue, change in self._open.items()}
        now = self.targets()
        return Loops({queue: now[queue] | wanted.get(queue, frozenset()) for queue in now})

    def others(self, ours: Sequence[Ours]) -> list[tuple[str, ...]]:
        """Loops that somebody made meanwhile and that hold no rule of ``ours``; each set of queues once."""
        loops = Loops(self.targets())
        made = {(each.queue, target) for each in ours for target in each.made}
        own = {loops.home(queue) for queue, target in made if loops.closes(queue, target)}
        found: dict[int | None, tuple[str, ...]] = {}
        for queue, target in self.added():
            if loops.closes(queue, target) and loops.home(queue) not in own:
                found.setdefault(loops.home(queue), loops.cycle(queue, target))
        return list(found.values())
