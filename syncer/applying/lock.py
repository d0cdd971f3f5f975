"""One apply at a time on one machine: a lock that can say who holds it since when."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from syncer.audit.entries import Run
from syncer.errors import Refused, SyncerError
from syncer.files import write_whole


@contextmanager
def held(folder: Path, run: Run, timeout: float) -> Iterator[None]:
    """Hold the lock in ``folder`` for ``run``; waits up to ``timeout`` seconds for another run to end.

    The lock is the operating system's: it goes when its process dies, however it dies.
    Raises Refused, naming the holder, when it stays taken.
    """
    holder = folder / "lock.holder.json"
    lock = FileLock(folder / "lock", timeout=timeout)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise Refused(
            f"another apply is running: {_holder(holder)}",
            hint="Wait for it, or let this one wait: --lock-timeout SECONDS.",
        ) from error
    except OSError as error:
        raise SyncerError(
            f"the state folder {folder} can't be used: {error.strerror or error}",
            hint="Name another one with --state-dir.",
        ) from error
    try:
        who = {"run": run.id, "since": run.started_at, "user": run.origin.user, "host": run.origin.host}
        write_whole(holder, json.dumps(who) + "\n")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _holder(path: Path) -> str:
    try:
        who = json.loads(path.read_text(encoding="utf-8"))
        return f"run {who['run']} of {who['user']} on {who['host']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "who holds the lock is not known yet"
