"""Several calls at once, by threads, with their results in order; ending early doesn't wait for them."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Final, TypeVar

Result = TypeVar("Result")
_Task = tuple[Future[Result], int] | None

_PATIENCE: Final = 1.0
"""Seconds for all threads to end after their waits were cut short; a pending request is abandoned."""


def in_order(
    fetch: Callable[[int], Result], numbers: Sequence[int], many: int, cut: Callable[[bool], None]
) -> Generator[Result, None, None]:
    """The results of ``fetch`` for each number, ``many`` at a time. Raises what it raises, in the same order.

    Close it when no more are needed: then nothing more is started, and ``cut`` ends the waits of those that
    have started. Ctrl-C does the same. The threads keep no process from ending.
    """
    tasks: SimpleQueue[_Task[Result]] = SimpleQueue()
    ended = Event()
    threads = [
        Thread(target=_work, args=(fetch, tasks, ended), name="side-by-side", daemon=True)
        for _ in range(min(many, len(numbers)))
    ]
    for thread in threads:
        thread.start()
    under_way: deque[Future[Result]] = deque()
    try:
        for number in numbers:
            under_way.append(Future())
            tasks.put((under_way[-1], number))
            if len(under_way) == many:
                yield _first(under_way)
        while under_way:
            yield _first(under_way)
    finally:
        ended.set()
        for _ in threads:
            tasks.put(None)
        cut(bool(under_way))
        until = monotonic() + _PATIENCE
        for thread in threads:
            thread.join(max(0.0, until - monotonic()))
        cut(False)


def _first(under_way: deque[Future[Result]]) -> Result:
    """The first result, once it is there: until then it counts as in progress."""
    result = under_way[0].result()
    under_way.popleft()
    return result


def _work(fetch: Callable[[int], Result], tasks: "SimpleQueue[_Task[Result]]", ended: Event) -> None:
    while (task := tasks.get()) is not None and not ended.is_set():
        future, number = task
        try:
            future.set_result(fetch(number))
        except BaseException as error:
            future.set_exception(error)
