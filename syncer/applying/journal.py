"""The journal of a run: written and synced to disk before each PUT and after it, so that it can die anywhere.

One file per run, one JSON object per line (``syncer.journal/v1``): ``start`` with all changes, ``send``
before each PUT, ``outcome`` when the result for a queue is known, ``take back`` with the change that takes a
written queue back, whose PUTs and outcome follow. A run that ends removes its journal; a journal that is
still there belongs to a run that was cut off.
"""

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from syncer.applying.journal_records import FORMAT, START, no_journal, read_records
from syncer.audit.entries import NO_EVIDENCE, Origin, Run
from syncer.errors import AuditError
from syncer.files import append_synced, create_private, make_private, sync_folder
from syncer.model.change import QueueChange, Written
from syncer.model.json_values import one_line
from syncer.model.plan import Outcome, Status
from syncer.model.settings import Organization
from syncer.model.well_typed import well_typed
from syncer.model.window import Window
from syncer.planning.document import change_document, change_of

SUFFIX = ".journal.jsonl"


class Journal:
    """The journal of one run, open for writing; safe to use from many threads."""

    def __init__(
        self, folder: Path, run: Run, changes: Sequence[QueueChange], now: Callable[[], str]
    ) -> None:
        self.path = folder / f"{run.id}{SUFFIX}"
        self._now = now
        self._lock = threading.Lock()
        try:
            make_private(folder)
            self._file = create_private(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            documents = [change_document(change) for change in changes]
            self._write(START, run=_run_document(run), changes=documents)
            sync_folder(folder)
        except OSError as error:
            self.close()
            raise self._unwritable(error) from error
        except AuditError:
            self.close()
            raise

    def sending(
        self, change: QueueChange, attempt: int, etag: str, written: Written, window: Window | None = None
    ) -> None:
        """Called right before a PUT; a PUT without an etag has a window."""
        more = {"window": window.as_json()} if window else {}
        values = {"queue": change.queue, "attempt": attempt, "etag": etag, "written": written.as_json()}
        self._write("send", **values, **more)

    def taking_back(self, change: QueueChange) -> None:
        """Called before ``change`` takes back what was written."""
        self._write("take back", change=change_document(change))

    def settled(self, outcome: Outcome) -> None:
        """Called when the result for a queue is known, before the audit has it."""
        self._write("outcome", **_outcome_document(outcome))

    def close(self) -> None:
        """Close the file and leave it where it is."""
        self._file.close()

    def finish(self) -> None:
        """Remove the journal: the run is over and its audit is written.

        A journal that can't be removed does no harm: the next run finds nothing to add to its audit.
        """
        self._file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            sync_folder(self.path.parent)

    def _write(self, record: str, **values: Any) -> None:
        line = one_line({"format": FORMAT, "record": record, "at": self._now(), **values})
        try:
            with self._lock:
                if not os.path.samestat(os.fstat(self._file.fileno()), self.path.stat()):
                    raise FileNotFoundError(errno.ENOENT, "another file is in its place")
                append_synced(self._file, line.encode() + b"\n")
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> AuditError:
        return AuditError(
            f"the journal {self.path} can't be written: {error.strerror or error}",
            hint="Nothing is sent without a journal: free some space, or fix the permissions of the folder.",
        )


@dataclass
class Trace:
    """The journal's record of one change.

    ``attempts`` is the number of PUTs, ``written`` what the last of them did, if it arrived (journals of old
    versions don't say it); ``outcome`` is None where it was not settled; ``sent_at`` is when the last PUT
    went out, RFC 3339, and ``unguarded_at`` the same where no etag guarded it.
    """

    change: QueueChange
    attempts: int = 0
    written: Written | None = None
    outcome: Outcome | None = None
    unguarded_at: str = ""
    sent_at: str = ""


@dataclass(frozen=True, slots=True)
class CutOff:
    """What the journal of a run that was cut off says: its ``changes``, and those that took one of them back,
    in their order.

    ``unguarded_at``: when the last PUT went out that no etag guarded and that was not settled, RFC 3339;
    ``windows`` are those of all PUTs that no etag guarded.
    """

    path: Path
    run: Run
    changes: tuple[Trace, ...]
    backs: tuple[Trace, ...] = ()
    unguarded_at: str = ""
    windows: tuple[Window, ...] = ()


def find_journals(folder: Path) -> list[Path]:
    """The journals in ``folder``, oldest first."""
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except (FileNotFoundError, NotADirectoryError):
        return []


def read_journal(path: Path) -> CutOff | None:
    """Read the journal of a run that was cut off.

    A torn last line is passed over: what it would have said did not begin. None where not even the start was
    written: then nothing was sent. Raises AuditError where the file is no journal.
    """
    records = read_records(path)
    if not records:
        return None
    try:
        run = _run_of(records[0]["run"])
        changes = {document["queue"]["id"]: Trace(change_of(document)) for document in records[0]["changes"]}
        backs = _traced(records[1:], dict(changes))
        windows = tuple(Window.of(record["window"]) for record in records if "window" in record)
    except (KeyError, TypeError, ValueError, OverflowError, IndexError, AttributeError) as error:
        raise no_journal(path) from error
    traces = (*changes.values(), *backs)
    if not all(map(well_typed, (run, *traces, *windows))) or not all(map(_changes_rules, traces)):
        raise no_journal(path, ": a value of it has the wrong type")
    unguarded = [trace.unguarded_at for trace in (*changes.values(), *backs) if trace.outcome is None]
    return CutOff(path, run, tuple(changes.values()), tuple(backs), max(unguarded, default=""), windows)


def _changes_rules(trace: Trace) -> bool:
    """Whether each rule of a change was there before it or after."""
    return all(rule.before or rule.after for rule in trace.change.rules)


def _traced(records: Sequence[Mapping[str, Any]], newest: dict[str, Trace]) -> list[Trace]:
    """Follow the records; each is about the ``newest`` change of its queue. Returns what took one back."""
    backs = []
    for record in records:
        if record["record"] == "take back":
            back = Trace(change_of(record["change"]))
            backs.append(back)
            newest[back.change.queue] = back
            continue
        trace = newest[record["queue"]]
        if record["record"] == "send":
            trace.attempts, trace.written = record["attempt"], Written.of(record.get("written"))
            trace.sent_at = str(record["at"])
            trace.unguarded_at = "" if record["etag"] else trace.sent_at
        elif record["record"] == "outcome":
            trace.outcome = _outcome_of(record, trace.change)
    return backs


def _run_document(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "started_at": run.started_at,
        "api": run.api,
        "environment": run.environment,
        "organization": {"id": run.organization.id, "name": run.organization.name},
        "plan_digest": run.plan_digest,
        "plan_created_at": run.plan_created_at,
        "verb": run.verb,
        "overrides": list(run.overrides),
        "origin": run.origin.as_json(),
        **({"undoes": run.undoes} if run.undoes else {}),
        "plan_presented": run.plan_presented,
        "intended": run.intended,
        "facts": run.facts,
        "evidence": run.evidence,
        **({"exception": dict(run.exception)} if run.exception else {}),
        **({"lifts": list(run.lifts)} if run.lifts else {}),
    }


def _run_of(document: Mapping[str, Any]) -> Run:
    values = {
        **document,
        "organization": Organization(**document.get("organization", {})),
        "overrides": tuple(document["overrides"]),
        "origin": Origin.of(document["origin"]),
        "lifts": tuple(document.get("lifts", ())),
    }
    if not document.get("evidence", {}).keys() <= NO_EVIDENCE.keys():
        raise ValueError("it has keys that no entry of a run has")
    return Run(**values)


def _outcome_document(outcome: Outcome) -> dict[str, Any]:
    return {
        "queue": outcome.change.queue,
        "status": outcome.status.value,
        "detail": outcome.detail,
        "attempts": outcome.attempts,
        "latency_ms": outcome.latency_ms,
        "etag_before": outcome.etag_before,
        "etag_after": outcome.etag_after,
        "lock": outcome.lock,
        "window_ms": outcome.window_ms,
        "correlation_id": outcome.correlation_id,
        "caused_by": outcome.caused_by,
        "written": outcome.written.as_json() if outcome.written else None,
    }


def _outcome_of(record: Mapping[str, Any], change: QueueChange) -> Outcome:
    values = {key: value for key, value in record.items() if key not in ("format", "record", "at", "queue")}
    known = {"status": Status(record["status"]), "written": Written.of(record.get("written"))}
    return Outcome(change, **(values | known))
