"""A terminal as a person sees it: what it was given, what stood on it meanwhile, and what stands there."""

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_PIECE = re.compile(r"\r\n|\n|\r|\x1b\[K|\x1b\[[0-9;]*m|[^\r\n\x1b]+|\x1b")


@dataclass
class Screen:
    """The lines of a screen that is wide enough; ``shown`` are all states that its newest line was in."""

    lines: list[str] = field(default_factory=lambda: [""])
    shown: list[str] = field(default_factory=list)
    column: int = 0

    def take(self, text: str) -> None:
        """Do as a terminal does: go back, clear to the end of the line, write over."""
        for piece in _PIECE.findall(text):
            if piece in ("\r\n", "\n"):
                self.lines.append("")
            elif piece == "\x1b[K":
                self.lines[-1] = self.lines[-1][: self.column]
            elif not piece.startswith(("\x1b", "\r")):
                line, end = self.lines[-1], self.column + len(piece)
                self.lines[-1] = line[: self.column].ljust(self.column) + piece + line[end:]
                self.shown.append(self.lines[-1])
                self.column = end
                continue
            if piece.startswith(("\r", "\n")):
                self.column = 0


class Person:
    """Sits at a terminal of a pair: sees what comes, and answers what is asked."""

    def __init__(self, ours: int) -> None:
        self.raw, self._ours = b"", ours
        self._answers: list[tuple[str, Callable[[], None]]] = []
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()

    def when(self, seen: str, then: Callable[[], None]) -> None:
        """Do something as soon as so much was seen: a regular expression."""
        self._answers.append((seen, then))

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        os.write(self._ours, text.encode())

    @property
    def screen(self) -> Screen:
        """What stands there in the end."""
        self._watching.join(timeout=60)
        screen = Screen()
        screen.take(self.raw.decode())
        return screen

    def _watch(self) -> None:
        while chunk := _read(self._ours):
            self.raw += chunk
            text = self.raw.decode(errors="replace")
            for answer in [each for each in self._answers if re.search(each[0], text)]:
                self._answers.remove(answer)
                answer[1]()


@contextmanager
def terminal(columns: int = 80) -> Iterator[tuple[int, Person]]:
    """The side of a terminal that a program gets, to be closed once it is started, and who sits at it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    yield theirs, Person(ours)
    os.close(ours)


def _read(terminal: int) -> bytes:
    """Reading a terminal that nobody holds any more is an error, and the end."""
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""
