"""Runs that are only known from the record: they were to write, and how they finished is not known."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from syncer.applying.journal import SUFFIX, find_journals
from syncer.audit.record import NAME, read_record
from syncer.errors import SyncerError
from syncer.model.finding import Finding, Severity
from syncer.model.json_values import clean
from syncer.model.settings import ApiLocation
from syncer.net.timing import from_rfc3339
from syncer.report.text.paint import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from syncer.app.session import Session
    from syncer.audit.record import Intent
    from syncer.live.client import Client

LOST_RUN: Final = "runs.lost"
A_LITTLE: Final = timedelta(minutes=5)
"""Most runs take at most this long: a younger one is probably still in progress."""
_LONGEST: Final = 64


def warn_of_open_runs(state: Path, client: Client, session: Session) -> None:
    """Warn of each run at the place of ``client`` that is open in the record in ``state``, and in neither the
    trail nor a journal there. Raises like ``Client.organization``."""
    try:
        intents = read_record(state / NAME).intents
    except SyncerError:
        return  # anyone who asks for what was applied last says so
    old = [each for each in intents if _is_old(each, session.now())]
    if not old:
        return
    here, known = ApiLocation(client.api, client.organization()), _known_here(state)
    session.warnings.extend(
        f"{_in_words(each)}: it is in progress, or was cut off; the next apply reads the live queues and "
        "settles it (syncer status shows the runs that are open)"
        for each in old
        if each.place.is_as(here) and each.run not in known
    )


def lost_run(intent: Intent) -> Finding:
    """``runs.lost``: the run vanished, and the next one at its place has recorded that."""
    run, meant = _said(intent.run), _meant(intent)
    words = f"how {run} finished is not known; it was to {meant}: the audit records it as lost"
    return Finding(LOST_RUN, Severity.WARNING, words)


def _in_words(intent: Intent) -> str:
    """``run X of commit C was to write 3 queues at TIME, and how it finished is not known``."""
    commit = f" of commit {_said(intent.commit)}" if intent.commit else ""
    return f"run {_said(intent.run)}{commit} was to {_meant(intent)}, and how it finished is not known"


def _meant(intent: Intent) -> str:
    return f"write {counted(len(intent.queues), 'queue')} at {_said(intent.started_at)}"


def _said(text: str) -> str:
    return clean(text, longest=_LONGEST)


def _is_old(intent: Intent, now: datetime) -> bool:
    try:
        return now - from_rfc3339(intent.started_at) > A_LITTLE
    except (ValueError, TypeError):
        return True


def _known_here(state: Path) -> set[str]:
    """The runs that the state folder knows more about: they are reported or settled separately."""
    from syncer.applying.underway import lock_holder
    from syncer.audit.chain import Chain

    known = set[str]()
    with suppress(OSError):
        known.update(path.name.removesuffix(SUFFIX) for path in find_journals(state / "journal"))
    with suppress(SyncerError):
        known.update(_ended(Chain(state / "audit").entries()))
    holder = lock_holder(state)
    return known | ({holder.run} if holder else set())


def _ended(entries: Iterable[dict[str, object]]) -> Iterable[str]:
    return (str(entry.get("run")) for entry in entries if entry.get("kind") == "run")
