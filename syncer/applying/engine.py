"""Run the changes of a plan: as many at once as allowed, none before what it waits for.

A queue starts when every queue that it waits for is done. When one is not done, the queues that wait for it,
directly or through others, are skipped, each naming its cause; the rest goes on.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from syncer.model.change import QueueChange
from syncer.model.plan import Outcome, Status

WriteQueue = Callable[[QueueChange], Outcome]
OnOutcome = Callable[[Outcome], None]
GiveUp = Callable[[Outcome], Mapping[str, str]]
"""Returns, for the outcome of a queue, the queues that need not be tried any more, each with the reason."""

INTERRUPTED = "interrupted"
"""The reason to stop if a person or the system asked for it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The result of a look at the live queues.

    ``stop``: why nothing more may be started, or empty; ``withheld``: the queues that may not be started,
    each with the reason; ``taken_back``: what happened to queues that had been written, reported already.
    """

    stop: str = ""
    withheld: Mapping[str, str] = field(default_factory=dict)
    taken_back: tuple[Outcome, ...] = ()


class SupportsLooks(Protocol):
    """Looks at the live queues during a run."""

    def due(self) -> bool:
        """Whether a look is due before another queue is started."""

    def look(self) -> Looked:
        """Look at the live queues; nothing is in flight meanwhile."""


class Unwatched:
    """No looks at all."""

    def due(self) -> bool:
        """Never."""
        return False

    def look(self) -> Looked:
        """Nothing is found."""
        return Looked()


UNWATCHED = Unwatched()


@dataclass
class Stop:
    """Asks a running engine to start nothing more; what is in flight is finished.

    With ``on_failure`` the first queue that is not done asks it. ``overdue`` gives the words for a deadline
    that is over, and nothing before; ``late``: it was the deadline that asked.
    """

    reason: str = ""
    on_failure: bool = False
    overdue: Callable[[], str] = str
    late: bool = False

    def ask(self, reason: str) -> None:
        """Stop for ``reason``; the first reason stays."""
        self.reason = self.reason or reason

    def asked(self) -> str:
        """Why nothing more may be started; empty if it may."""
        if not self.reason and (words := self.overdue()):
            self.late = True
            self.ask(words)
        return self.reason


class _Board:
    """The changes that are still to be started, the outcomes of the others, and who waits for whom."""

    def __init__(self, changes: Sequence[QueueChange]) -> None:
        self.open = {change.queue: change for change in changes}
        self.outcomes: dict[str, Outcome] = {}
        self._left = {change.queue: len(change.waits_for) for change in changes}
        self._ready = deque(change.queue for change in changes if not change.waits_for)
        self._waiting: dict[str, list[str]] = {}
        for change in changes:
            for other in change.waits_for:
                self._waiting.setdefault(other, []).append(change.queue)

    def ready(self) -> bool:
        """Whether a change is ready."""
        while self._ready and self._ready[0] not in self.open:
            self._ready.popleft()
        return bool(self._ready)

    def take(self) -> QueueChange:
        """The next change that is ready, taken off the board."""
        return self.open.pop(self._ready.popleft())

    def settle(self, outcome: Outcome) -> list[Outcome]:
        """Note an outcome. Returns it, and the skips that follow from it."""
        blocks = not outcome.done and outcome.status is not Status.NOT_STARTED
        settled = [outcome, *self._skipped(outcome)] if blocks else [outcome]
        self.outcomes.update((each.change.queue, each) for each in settled)
        if outcome.done:
            for upstream in self._waiting.get(outcome.change.queue, ()):
                self._left[upstream] -= 1
                if self._left[upstream] == 0 and upstream in self.open:
                    self._ready.append(upstream)
        return settled

    def withhold(self, queue: str, reason: str) -> list[Outcome]:
        """Start a queue no more. Returns its outcome, and the skips that follow from it."""
        change = self.open.pop(queue, None)
        if change is None:
            return []
        outcome = Outcome(change, Status.NOT_STARTED, reason)
        return self._ended(outcome)

    def give_up(self, queue: str, reason: str, caused_by: str) -> list[Outcome]:
        """Skip a queue that was not started. Returns its outcome, and the skips that follow from it."""
        change = self.open.pop(queue, None)
        if change is None:
            return []
        return self._ended(Outcome(change, Status.SKIPPED, reason, caused_by=caused_by))

    def take_back(self, outcome: Outcome) -> list[Outcome]:
        """A queue that was settled has another outcome now. Returns the skips that follow from it."""
        return self._ended(outcome)[1:]

    def _ended(self, outcome: Outcome) -> list[Outcome]:
        ended = [outcome, *self._skipped(outcome)]
        self.outcomes.update((each.change.queue, each) for each in ended)
        return ended

    def _skipped(self, cause: Outcome) -> Iterator[Outcome]:
        """Everything that waits for the cause, directly or through others, taken off the board."""
        behind = [cause.change]
        while behind:
            blocked = behind.pop()
            for queue in self._waiting.get(blocked.queue, ()):
                change = self.open.pop(queue, None)
                if change is not None:
                    behind.append(change)
                    detail = f"it waits for {blocked.name}; {cause.change.name} is {cause.status.value}"
                    yield Outcome(change, Status.SKIPPED, detail, caused_by=cause.change.queue)


def run_changes(
    changes: Sequence[QueueChange],
    write: WriteQueue,
    report: OnOutcome,
    *,
    parallel: int,
    stop: Stop,
    looks: SupportsLooks = UNWATCHED,
    give_up: GiveUp = lambda _: {},
) -> tuple[Outcome, ...]:
    """Write ``changes`` and return the outcome of each, in their order.

    ``write`` runs in up to ``parallel`` threads; ``report`` is called in this thread for each outcome, as it
    comes, and ``give_up`` says what needn't be tried any more. Where a look is due, what is in flight is
    finished first: only then is it known whose each rule is. When ``report``, ``write`` or a look raises,
    what is in flight is finished and reported, then it is raised.
    """
    board = _Board(changes)
    trouble: list[Exception] = []
    running: dict[Future[Outcome], QueueChange] = {}
    looked = False
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="apply") as pool:

        def start(change: QueueChange) -> None:
            running[pool.submit(write, change)] = change

        def may_start() -> bool:
            return len(running) < parallel and not stop.asked() and not trouble

        while True:
            due = _start(board, looks, start, may_start, looked=looked)
            looked = due and not running
            if looked:
                _look(looks, board, report, trouble, stop)
            elif not running:
                break
            else:
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in sorted(finished, key=lambda future: running[future].queue):
                    del running[future]
                    _settle(future, board, report, trouble, stop, give_up)
    if trouble:
        raise trouble[0]
    for change in list(board.open.values()):
        report(board.settle(Outcome(change, Status.NOT_STARTED, stop.reason))[0])
    return tuple(board.outcomes[change.queue] for change in changes)


def _start(
    board: _Board,
    looks: SupportsLooks,
    start: Callable[[QueueChange], None],
    may_start: Callable[[], bool],
    *,
    looked: bool,
) -> bool:
    """Start what is ready. Returns whether a look is due first; the first one after a look needs none."""
    while board.ready() and may_start():
        if not looked and looks.due():
            return True
        looked = False
        start(board.take())
    return False


def _look(
    looks: SupportsLooks, board: _Board, report: OnOutcome, trouble: list[Exception], stop: Stop
) -> None:
    """Look at live, and keep back what may not be started any more; an error is kept for the end."""
    try:
        found = looks.look()
        ended = [each for outcome in found.taken_back for each in board.take_back(outcome)]
        ended += [each for queue, why in found.withheld.items() for each in board.withhold(queue, why)]
        for outcome in ended:
            report(outcome)
        for outcome in found.taken_back if stop.on_failure else ():
            stop.ask(f"{outcome.change.name} is {outcome.status.value}")
        stop.ask(found.stop)
    except Exception as error:
        trouble.append(error)


def _settle(
    future: Future[Outcome],
    board: _Board,
    report: OnOutcome,
    trouble: list[Exception],
    stop: Stop,
    give_up: GiveUp,
) -> None:
    """Report one outcome and what follows from it; an error is kept for the end."""
    try:
        result = future.result()
        settled, cause = board.settle(result), result.change.queue
        hopeless = give_up(result).items()
        settled += [each for queue, why in hopeless for each in board.give_up(queue, why, cause)]
        for outcome in settled:
            report(outcome)
            if stop.on_failure and not outcome.done:
                stop.ask(f"{outcome.change.name} is {outcome.status.value}")
    except Exception as error:
        trouble.append(error)
