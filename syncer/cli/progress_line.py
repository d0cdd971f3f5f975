"""The progress of long work: a line updated in place on a terminal, otherwise a plain line now and then."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from syncer.cli.progress_words import Work, span

CLEAR: Final = "\r\x1b[K"

APPEARS: Final = 1.0
"""Seconds until work is shown in place: shorter work isn't shown."""

FIRST_LINE: Final = 10.0
NEXT_LINE: Final = 30.0
"""Seconds until plain lines, where a line can't be overwritten."""

_TICK: Final = 0.25
_USUAL_WIDTH: Final = 80
_UNICODE, _ASCII = "━─", "#."


class ProgressLine:
    """Shows the newest state of work that is counted with ``count``, until it is done.

    Work that starts within other work is shown instead of it until it is done. ``say`` writes the plain
    lines; ``waiting`` returns the seconds that are left of a wait of the whole run.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        waiting: Callable[[], float] = lambda: 0.0,
        *,
        off: bool = False,
        in_place: bool | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._say, self._waiting, self._clock = say, waiting, clock
        self._off = off
        self.in_place = can_write_over() if in_place is None else in_place
        self._lock = threading.RLock()
        self._works: list[Work] = []
        self._next_line = 0.0
        self._said = self._shown = ""
        self._ended = threading.Event()
        self._ticker: threading.Thread | None = None

    def count(self, work: str, done: int, total: int | None) -> None:
        """Note how much of ``work`` is done; see :data:`syncer.net.counting.Counting`."""
        if self._off:
            return
        with self._lock:
            said = self._noted(work, done, total)
        if said:
            self._say(said)
        self.tick()

    def tick(self) -> None:
        """Show the current state; a thread calls this often."""
        with self._lock:
            line = self._due()
        if line:
            self._say(line)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Clear the line while something else is written, and draw it again below."""
        if not self.in_place:
            yield
            return
        with self._lock:
            was = self._shown
            self._clear()
            try:
                yield
            finally:
                if was:
                    self._draw()

    def end(self) -> None:
        """Stop showing what was counted so far."""
        with self._lock:
            self._works.clear()
            self._clear()
            ticker, self._ticker = self._ticker, None
            self._ended.set()
        if ticker:
            ticker.join()

    def interrupted(self, text: bytes) -> None:
        """Write ``text`` in place of the line, and show no more lines. For a signal handler: a signal may
        come during a write to a stream or while the lock is held, so neither is used."""
        self._off = True
        with suppress(OSError):
            os.write(2, (CLEAR.encode() if self._shown else b"") + text)

    def _noted(self, name: str, done: int, total: int | None) -> str:
        """Note a count. Returns a last plain line for work that is done, if it had plain lines before."""
        now, names = self._clock(), [work.name for work in self._works]
        if done == total:
            return self._finished(name, done, now) if name in names else ""
        if name in names:
            del self._works[names.index(name) + 1 :]
        if name not in names or done < self._works[-1].done:
            self._works = [*(work for work in self._works if work.name != name), Work(name, now)]
            self._next_line = now + FIRST_LINE
        self._works[-1].note(now, done, total)
        self._start()
        return ""

    def _finished(self, name: str, done: int, now: float) -> str:
        work = next(work for work in self._works if work.name == name)
        del self._works[self._works.index(work) :]
        said, self._said = self._said, ""
        self._next_line = now + NEXT_LINE
        return f"{name}: {done:,} in {span(now - work.begun)}" if said == name and done else ""

    def _start(self) -> None:
        if self._ticker is None:
            self._ended = ended = threading.Event()
            self._ticker = threading.Thread(target=self._run, args=(ended,), name="progress", daemon=True)
            self._ticker.start()

    def _run(self, ended: threading.Event) -> None:
        while not ended.wait(_TICK):
            self.tick()

    def _due(self) -> str:
        """Draw the line in place if possible; otherwise return the plain line that is due now, if any."""
        if self.in_place:
            self._draw()
        elif self._works and not self._off and self._clock() >= self._next_line:
            work, now = self._works[-1], self._clock()
            self._next_line, self._said = now + NEXT_LINE, work.name
            return work.sentence(now, self._waiting())
        return ""

    def _draw(self) -> None:
        work, now = self._works[-1] if self._works else None, self._clock()
        if work is None or self._off or now - self._works[0].begun < APPEARS:
            self._clear()
            return
        line = work.line(now, self._waiting(), _width() - 1, _marks())
        if line != self._shown:
            self._shown = line
            _write(f"\r{line}\x1b[K")

    def _clear(self) -> None:
        if self._shown:
            self._shown = ""
            _write(CLEAR)


def can_write_over() -> bool:
    """Whether stderr is a terminal that can overwrite a line, and may."""
    known = os.environ.get("TERM", "") != "dumb" and not os.environ.get("NO_COLOR")
    return known and sys.stderr.isatty()


def _width() -> int:
    """The columns of the terminal on stderr."""
    with suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL_WIDTH
    return _USUAL_WIDTH


def _marks() -> str:
    """The characters of a bar, as far as stderr can show them."""
    try:
        _UNICODE.encode(sys.stderr.encoding or "ascii")
    except UnicodeEncodeError:
        return _ASCII
    return _UNICODE


def _write(text: str) -> None:
    """Write to stderr; a closed stream must not stop the work."""
    with suppress(OSError, ValueError):
        sys.stderr.write(text)
        sys.stderr.flush()
