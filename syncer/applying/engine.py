"""Run the changes of a plan: as many at once as allowed, none before what it waits for.

A queue starts when every queue that it waits for is done. When one is not done, the queues that wait for it,
directly or through others, are skipped, each naming its cause; the rest goes on.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from syncer.model.change import QueueChange
from syncer.model.outcome import Outcome, Status

Write = Callable[[QueueChange], Outcome]
Report = Callable[[Outcome], None]
Look = Callable[[], str]
"""Asked before the first change of each further step: why nothing more may be started, or nothing."""


@dataclass
class Stop:
    """Asks a running engine to start nothing more; what is in flight is finished.

    With ``on_failure`` the first queue that is not done asks it.
    """

    reason: str = ""
    on_failure: bool = False

    def ask(self, reason: str) -> None:
        """Stop for ``reason``; the first reason stays."""
        self.reason = self.reason or reason


class _Board:
    """Which changes are still to be started, what became of the others, and who waits for whom."""

    def __init__(self, changes: Sequence[QueueChange]) -> None:
        self.open = {change.queue: change for change in changes}
        self.outcomes: dict[str, Outcome] = {}
        self._left = {change.queue: len(change.waits_for) for change in changes}
        self._ready = deque(change.queue for change in changes if not change.waits_for)
        self._waiting: dict[str, list[str]] = {}
        for change in changes:
            for other in change.waits_for:
                self._waiting.setdefault(other, []).append(change.queue)

    def next_step(self) -> int:
        """The step of the next change that waits for nothing any more; 0 where there is none."""
        return self.open[self._ready[0]].step if self._ready else 0

    def take(self) -> QueueChange:
        """The next change that waits for nothing any more, taken off the board."""
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
    write: Write,
    report: Report,
    *,
    parallel: int,
    stop: Stop,
    look: Look = lambda: "",
) -> tuple[Outcome, ...]:
    """Write ``changes`` and return the outcome of each, in their order.

    ``write`` runs in up to ``parallel`` threads; ``report`` is called in this thread for each outcome, as it
    comes. When ``report`` or ``write`` raises, what is in flight is finished and reported, then it is raised.
    """
    board = _Board(changes)
    trouble: list[Exception] = []
    step = 1
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="apply") as pool:
        running: dict[Future[Outcome], QueueChange] = {}
        while True:
            while board.next_step() and len(running) < parallel and not stop.reason and not trouble:
                if board.next_step() > step:
                    step = board.next_step()
                    stop.ask(look())
                    continue
                change = board.take()
                running[pool.submit(write, change)] = change
            if not running:
                break
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda future: running[future].queue):
                del running[future]
                _settle(future, board, report, trouble, stop)
    if trouble:
        raise trouble[0]
    for change in list(board.open.values()):
        report(board.settle(Outcome(change, Status.NOT_STARTED, stop.reason))[0])
    return tuple(board.outcomes[change.queue] for change in changes)


def _settle(
    future: Future[Outcome], board: _Board, report: Report, trouble: list[Exception], stop: Stop
) -> None:
    """Report one outcome and what follows from it; an error is kept for the end."""
    try:
        for outcome in board.settle(future.result()):
            report(outcome)
            if stop.on_failure and not outcome.done:
                stop.ask(f"{outcome.change.name} is {outcome.status.value}")
    except Exception as error:
        trouble.append(error)
