"""The runs of a trail that changed live last, each with the command that undoes it."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from syncer.audit.entries import place_of
from syncer.errors import AuditError
from syncer.model.settings import ApiLocation
from syncer.planning.standing import standing

Entry = Mapping[str, Any]

_CHANGED: Final = frozenset({"applied", "merged", "unknown", "taken back", "not taken back"})

MOST: Final = 5
"""How many runs are notified of."""


@dataclass(frozen=True, slots=True)
class RecentRun:
    """A run that changed live, or may have.

    ``queues`` and ``rules`` say how much; ``status`` is empty where no entry closes it. ``undo`` are the
    arguments of the command that undoes what still stands of it, empty where nothing does; ``undone_by`` is
    the newest rollback of it, and ``problem`` says why it is not known how it is undone.
    """

    run: str
    verb: str
    at: str
    user: str = ""
    status: str = ""
    environment: str = ""
    ticket: str = ""
    queues: tuple[str, ...] = ()
    rules: int = 0
    undoes: str = ""
    undone_by: str = ""
    undo: tuple[str, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """The run as output has it."""
        return {
            "run": self.run,
            "verb": self.verb,
            "at": self.at,
            "user": self.user,
            "status": self.status,
            "environment": self.environment,
            "ticket": self.ticket,
            "queues": list(self.queues),
            "rules": self.rules,
            "undoes": self.undoes,
            "undone_by": self.undone_by,
            "undo": list(self.undo),
            "problem": self.problem,
        }


def recent_runs(
    entries: Sequence[Entry],
    here: ApiLocation | None,
    most: int = MOST,
    *,
    stops: Container[str] = (),
) -> tuple[RecentRun, ...]:
    """The last runs that changed something ``here``, the newest first; at every place where that is None.

    ``stops`` are the runs whose stops are in force: these are lifted, any other is rolled back.
    """
    own = [entry for entry in entries if here is None or place_of(entry).is_as(here)]
    runs: dict[str, list[Entry]] = {}
    for entry in own:
        runs.setdefault(str(entry.get("run")), []).append(entry)
    changed = [run for run, found in runs.items() if any(map(_is_change, found))]
    return tuple(_recent(run, runs[run], own, stops) for run in reversed(changed[-most:]))


def _recent(run: str, found: Sequence[Entry], own: Sequence[Entry], stops: Container[str]) -> RecentRun:
    changes = [entry for entry in found if _is_change(entry)]
    closing = next((entry for entry in reversed(found) if entry.get("kind") == "run"), {})
    last = changes[-1]
    origin = last.get("origin")
    undoes = str(last.get("undoes") or "")
    verb = str(closing.get("action") or "").removesuffix("_RUN").lower()
    undone_by, undo, problem = _undoing(run, own, stopped=run in stops)
    return RecentRun(
        run,
        verb or _verb(run, undoes, stops),
        str(last.get("occurredAt") or last.get("timestamp")),
        str(origin.get("user") or "") if isinstance(origin, Mapping) else "",
        str(closing.get("status") or ""),
        str(last.get("environment") or ""),
        str(closing.get("ticket") or ""),
        tuple(dict.fromkeys(str(entry.get("queueName")) for entry in changes)),
        len(changes),
        undoes,
        undone_by,
        undo,
        problem,
    )


def _verb(run: str, undoes: str, stops: Container[str]) -> str:
    """What a run is that no entry closes."""
    if run in stops:
        return "stop"
    return "lift" if undoes in stops else "rollback" if undoes else "apply"


def _undoing(run: str, own: Sequence[Entry], *, stopped: bool) -> tuple[str, tuple[str, ...], str]:
    """Who undid it, what undoes what is left of it, and why that is not known."""
    try:
        left = standing(own, run)
    except AuditError as error:
        return "", (), error.message
    if not left.images:
        return left.undone_by, (), ""
    return left.undone_by, ("stop", "--lift", run) if stopped else ("rollback", run), ""


def _is_change(entry: Entry) -> bool:
    return entry.get("kind") == "change" and entry.get("status") in _CHANGED
