"""The lock of a state folder: one run at a time, and its holder."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from syncer.applying.underway import HOLDER, LOCK, holder_document
from syncer.audit.entries import Run
from syncer.errors import Refused, SyncerError
from syncer.files import PRIVATE_FILE, make_private, read_regular, refuse_special, write_state
from syncer.model.json_reader import parsed
from syncer.model.json_values import one_line

_MOST_OF_HOLDER = 64 * 1024
"""Size limit of the file that names the holder, in bytes."""


@contextmanager
def held(
    folder: Path,
    run: Run,
    timeout: float,
    announce: Callable[[float, str], None] = lambda _seconds, _why: None,
) -> Iterator[None]:
    """Hold the lock in ``folder`` for ``run``; waits up to ``timeout`` seconds for another run to end, and
    ``announce``s that.

    The lock is the operating system's: it goes when its process dies, however it dies.
    Raises Refused, naming the holder, when it stays taken.
    """
    holder = folder / HOLDER
    lock = FileLock(folder / LOCK, timeout=timeout, mode=PRIVATE_FILE)
    try:
        make_private(folder, tighten=False)
        _refuse_no_lock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            announce(timeout, f"another run holds the lock ({_holder(holder)}): waiting up to")
            lock.acquire()
    except Timeout as error:
        raise Refused(
            f"another run holds the lock: {_holder(holder)}",
            hint="Wait for it, or let this one wait: --lock-timeout SECONDS.",
            reason="another-run",
        ) from error
    except OSError as error:
        raise SyncerError(
            f"the state folder {folder} can't be used: {error.strerror or error}",
            hint="Name another one with --state-dir.",
        ) from error
    try:
        note_holder(folder, run)
        yield
    finally:
        with suppress(OSError):  # something else in its place is useless
            holder.unlink(missing_ok=True)
        lock.release()


def note_holder(folder: Path, run: Run) -> None:
    """Say beside the lock in ``folder``, which this process holds, that it is for ``run`` from now on."""
    write_state(folder / HOLDER, one_line(holder_document(run, os.getpid())) + "\n")


def _refuse_no_lock(path: Path) -> None:
    try:
        refuse_special(path)
    except OSError as error:
        raise SyncerError(
            f"{path} can't be the lock: {error.strerror}",
            hint="Check what is in its place, and move it away.",
        ) from error


def _holder(path: Path) -> str:
    try:
        who = parsed(read_regular(path, _MOST_OF_HOLDER))
        what, pid = who.get("verb") or "run", f" (pid {who['pid']})" if who.get("pid") else ""
        return f"{what} {who['run']} of {who['user']} on {who['host']}{pid}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "who holds the lock is not known yet"
