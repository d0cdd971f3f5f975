"""Progress of long work: the worker counts, and a listener can follow."""

from collections.abc import Callable, Collection, Iterator
from types import TracebackType
from typing import Self, TypeVar

Part = TypeVar("Part")

Counting = Callable[[str, int, int | None], None]
"""Receives work in words, such as ``reading queues``: how much is done, and of how much, None if that isn't
known yet. It ends when all of it is done; a smaller count is a restart."""


def uncounted(_work: str, _done: int, _total: int | None) -> None:
    """No listener."""


class Count:
    """Counts ``work`` from nothing to its end, however it ends."""

    def __init__(self, heard: Counting, work: str, total: int | None = None) -> None:
        self._heard, self._work, self._total = heard, work, total
        self._done = 0

    def __enter__(self) -> Self:
        self._heard(self._work, 0, self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._done != self._total:
            self._heard(self._work, self._done, self._done)

    def one_more(self) -> None:
        """One more is done."""
        self.so_far(self._done + 1)

    def so_far(self, done: int, total: int | None = None) -> None:
        """This much is ``done`` now, of ``total`` if that is known."""
        self._done, self._total = done, self._total if total is None else total
        self._heard(self._work, done, self._total)


def each_counted(heard: Counting, work: str, parts: Collection[Part]) -> Iterator[Part]:
    """The ``parts`` of some ``work``, one by one; each is done when the next one is requested."""
    with Count(heard, work, len(parts)) as count:
        for part in parts:
            yield part
            count.one_more()
