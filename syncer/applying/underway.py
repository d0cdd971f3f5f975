"""Unfinished runs, according to the state folder, read-only: one in progress, and those cut off.

::

    lock.holder.json + a lock that is held       a run under way; its journal says how far it is
    a journal that no run under way owns         cut off: the next apply or rollback closes it
    an intent with neither journal nor entry     lost: nothing says what happened to it
"""

import fcntl
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from syncer.applying.journal import SUFFIX, find_journals, read_journal
from syncer.audit.entries import Run
from syncer.audit.record import Intent
from syncer.errors import AuditError
from syncer.files import open_regular, read_regular
from syncer.model.json_reader import parsed
from syncer.net.timing import rfc3339

HOLDER: Final = "lock.holder.json"
LOCK: Final = "lock"

HUNG_AFTER: Final = 360.0
"""Seconds without a write after which a run looks hung: live may ask to wait for five minutes."""

_MOST_OF_HOLDER = 64 * 1024

CUT_OFF: Final = "cut off"
UNSETTLED: Final = "unsettled"
LOST: Final = "lost"


@dataclass(frozen=True, slots=True)
class ActiveRun:
    """A run that holds the lock.

    ``pid`` is 0 where it is not known; ``since`` and ``last_write`` are RFC 3339, the latter empty before the
    first PUT. ``done`` of ``total`` queues are settled. ``idle`` are the seconds since the last write.
    """

    run: str
    verb: str
    user: str
    host: str
    pid: int
    since: str
    done: int = 0
    total: int = 0
    last_write: str = ""
    idle: float = 0.0

    @property
    def looks_hung(self) -> bool:
        """Whether it has written nothing for longer than the organization may ask it to wait."""
        return bool(self.last_write) and self.idle > HUNG_AFTER

    def as_json(self) -> dict[str, Any]:
        """The run as output has it."""
        return {
            "run": self.run,
            "verb": self.verb,
            "user": self.user,
            "host": self.host,
            "pid": self.pid or None,
            "since": self.since,
            "done": self.done,
            "total": self.total,
            "last_write": self.last_write,
            "idle_seconds": round(self.idle),
            "looks_hung": self.looks_hung,
        }


@dataclass(frozen=True, slots=True)
class LeftRun:
    """A run that is not over and not under way: ``cut off``, ``unsettled`` (it ended without knowing what
    happened to a queue) or ``lost``. ``done`` of ``total`` queues are settled, as far as is known here."""

    run: str
    how: str
    verb: str = ""
    user: str = ""
    host: str = ""
    started_at: str = ""
    done: int = 0
    total: int = 0

    def as_json(self) -> dict[str, Any]:
        """The run as output has it."""
        return {
            "run": self.run,
            "how": self.how,
            "verb": self.verb,
            "user": self.user,
            "host": self.host,
            "started_at": self.started_at,
            "done": self.done,
            "total": self.total,
        }


def holder_document(run: Run, pid: int) -> dict[str, Any]:
    """What the file beside the lock says of the run that holds it."""
    return {
        "run": run.id,
        "since": run.started_at,
        "user": run.origin.user,
        "host": run.origin.host,
        "pid": pid,
        "verb": run.verb,
    }


def active_run(state: Path, now: datetime) -> ActiveRun | None:
    """The run that holds the lock in a state folder; None where none does.

    The lock is only tried where a file says that somebody holds it: nobody is kept from it. Raises AuditError
    where its journal can't be read.
    """
    found = lock_holder(state)
    if found is None:
        return None
    path = state / "journal" / f"{found.run}{SUFFIX}"
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return found
    done, total, _ = _progress(path)
    idle = max((now - written).total_seconds(), 0.0)
    return replace(found, done=done, total=total, last_write=rfc3339(written), idle=idle)


def lock_holder(state: Path) -> ActiveRun | None:
    """The run that holds the lock, without what its journal says; None where none does."""
    found = _holder(state / HOLDER)
    return found if found and _is_held(state / LOCK) else None


def _holder(path: Path) -> ActiveRun | None:
    """Who says that it holds the lock."""
    try:
        said = parsed(read_regular(path, _MOST_OF_HOLDER), decimals=False)
        who = [str(said.get(name) or "") for name in ("run", "verb", "user", "host")]
        pid, since = said.get("pid"), str(said.get("since") or "")
    except (OSError, ValueError, AttributeError):
        return None
    run, verb, user, host = who
    return ActiveRun(run, verb, user, host, pid if type(pid) is int else 0, since)


def left_runs(
    state: Path, active: ActiveRun | None, ended: Collection[str], intents: Iterable[Intent]
) -> tuple[LeftRun, ...]:
    """The runs that are not over, oldest first. ``ended`` are those that the trail closes, and ``intents``
    what the record says that runs meant to do. Raises AuditError where a journal can't be read."""
    going, left = active.run if active else "", []
    for path in find_journals(state / "journal"):
        run = path.name.removesuffix(SUFFIX)
        if run == going:
            continue
        done, total, known = _progress(path)
        how = UNSETTLED if run in ended else CUT_OFF
        who = (known.verb, known.origin.user, known.origin.host, known.started_at) if known else ("",) * 4
        left.append(LeftRun(run, how, *who, done, total))
    seen = {going, *ended, *(each.run for each in left)}
    left += [
        LeftRun(each.run, LOST, each.verb, each.user, each.host, each.started_at, total=len(each.queues))
        for each in intents
        if each.run not in seen
    ]
    return tuple(sorted(left, key=lambda each: each.run))


def _progress(path: Path) -> tuple[int, int, Run | None]:
    """How many queues of a journal are settled, of how many, and whose it is."""
    try:
        found = read_journal(path)
    except AuditError:
        if path.exists():
            raise
        found = None  # the run ended meanwhile
    if found is None:
        return 0, 0, None
    return sum(trace.outcome is not None for trace in found.changes), len(found.changes), found.run


def _is_held(path: Path) -> bool:
    """Whether a process holds a lock on the file."""
    try:
        with open_regular(path) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            fcntl.flock(file, fcntl.LOCK_UN)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
