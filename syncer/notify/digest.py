"""One message per run, for a chat: its audit entries summed up, the worst first."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.model.plan import Status

Entry = Mapping[str, Any]

KIND: Final = "entries"
"""The kind of a message with the entries of a run."""

_WORST_FIRST: Final = (
    Status.NOT_TAKEN_BACK,
    Status.TAKEN_BACK,
    Status.CONFLICT,
    Status.FAILED,
    Status.UNKNOWN,
    Status.SKIPPED,
    Status.NOT_STARTED,
)


class Digest:
    """Collects entries until their run is finished; a run that a later one closes is finished then."""

    def __init__(self) -> None:
        self._open: dict[str, list[Entry]] = defaultdict(list)

    def take(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the messages of the runs that these entries finish; an entry without a run is a message
        itself."""
        own = [entry for entry in entries if not _of_a_run(entry)]
        for entry in entries:
            if _of_a_run(entry):
                self._open[str(entry.get("run"))].append(entry)
        over = dict.fromkeys(str(entry.get("run")) for entry in entries if entry.get("kind") == "run")
        return [*own, *(summed_up(self._open.pop(run)) for run in over)]

    def rest(self) -> list[Entry]:
        """Return the messages of the runs that are not finished."""
        left = [summed_up(entries) for entries in self._open.values()]
        self._open.clear()
        return left


def summed_up(entries: Sequence[Entry]) -> Entry:
    """Sum up the entries of one run in one message, with the number of the newest; a single one stays as it
    is."""
    if len(entries) == 1:
        return entries[0]
    changes = [entry for entry in entries if entry.get("kind") == "change"]
    runs = [entry for entry in entries if entry.get("kind") == "run"]
    last, run = entries[-1], runs[-1] if runs else {}
    return {
        "timestamp": last.get("timestamp"),
        "action": run.get("action", ""),
        "success": bool(run.get("success")) if runs else all(entry.get("success") for entry in changes),
        "kind": KIND,
        "n": last.get("n"),
        "run": last.get("run"),
        "status": run.get("status", ""),
        "detail": run.get("detail", ""),
        "queues": run.get("queues", {}),
        **{name: run[name] for name in ("undoes", "lifts", "exception") if run.get(name)},
        "environment": last.get("environment"),
        "origin": last.get("origin"),
        "link": _link(last),
        "entries": sorted(map(dict, changes), key=_badness),
    }


def _of_a_run(entry: Entry) -> bool:
    return entry.get("kind") in ("change", "run")


def _badness(entry: Entry) -> int:
    status = entry.get("status")
    known = [number for number, each in enumerate(_WORST_FIRST) if each.value == status]
    return known[0] if known else len(_WORST_FIRST) + bool(entry.get("success"))


def _link(entry: Entry) -> str:
    """The URL of the job, or else of the pipeline."""
    return next(_urls(entry.get("origin")), "")


def _urls(origin: Any) -> Iterator[str]:
    for name in ("job", "pipeline"):
        url = origin.get(name) if isinstance(origin, Mapping) else None
        if isinstance(url, str) and url.startswith(("https://", "http://")):
            yield url
