"""Checks of a trail besides its hashes: entries have their form, times go forward, sums are right.

Anyone who rebuilds a trail can make all hashes fit. It is harder to make the entries of a run agree with
what the run states about them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final

from syncer.audit.segments import Line
from syncer.audit.verify import Break
from syncer.model.plan import OPEN
from syncer.net.timing import from_rfc3339

FaultOf = Callable[[Mapping[str, Any]], str]
"""What of an entry doesn't fit its schema; empty where all fits."""

_NOTHING: Final = frozenset[str]()
_WRITTEN: Final = frozenset({"applied", "merged"})
_DONE: Final = frozenset({"applied", "merged", "already"})
_SKEW: Final = timedelta(minutes=5)
"""How far two clocks may be apart."""


@dataclass(frozen=True, slots=True)
class Consistency:
    """The contradictions of a trail, in their order; ``open_run`` is the run that is going on or was cut off:
    its changes are the newest of the trail, and no entry closes it."""

    breaks: tuple[Break, ...]
    open_run: str = ""


def contradictions(lines: Iterable[Line], fault_of: FaultOf, *, partial: bool = False) -> Consistency:
    """Read the entries of a trail once. With ``partial`` the trail began before them, so a run may have
    changes that are not here."""
    reading = _Reading(partial=partial)
    breaks = [found for line in lines for found in reading.take(line, fault_of)]
    return Consistency((*breaks, *reading.orphaned(but=reading.newest)), reading.newest_open())


@dataclass
class _RunSeen:
    """What was seen of a run: the last status of each of its queues, and where its last change stands."""

    line: Line
    queues: dict[str, str] = field(default_factory=dict)


@dataclass
class _Reading:
    """What was seen up to a line. ``ended`` has, by the key of a run, the queues that a later run may settle:
    nothing else is kept of a run that ended."""

    partial: bool
    recorded: str = ""
    newest: str = ""
    going: dict[str, _RunSeen] = field(default_factory=dict)
    ended: dict[bytes, frozenset[str]] = field(default_factory=dict)

    def take(self, line: Line, fault_of: FaultOf) -> Iterator[Break]:
        """What is wrong with the entry of the next line."""
        entry = line.value
        if not isinstance(entry, dict):
            return
        if fault := fault_of(entry):
            yield _at(line, "schema", f"entry {entry.get('n')} doesn't have the form of an entry: {fault}")
            return
        recorded = str(entry.get("recordedAt") or "")
        if entry["kind"] == "chain":
            self.recorded = ""  # another machine may have written what it follows
        if recorded and recorded < self.recorded:
            words = f"entry {entry['n']} says {recorded}, before the entry in front of it, {self.recorded}"
            yield _at(line, "time", words)
        elif words := _odd_time(entry):
            yield _at(line, "time", f"entry {entry['n']} {words}")
        self.recorded = recorded or self.recorded
        match entry["kind"]:
            case "change":
                yield from self._change(line, entry)
            case "run":
                yield from self._run(line, entry)
            case "chain":
                self._new_chain()

    def _new_chain(self) -> None:
        """What is between the chains may be elsewhere: runs, and how a run in front of it ended."""
        self.partial, self.going, self.newest = True, {}, ""

    def _change(self, line: Line, entry: Mapping[str, Any]) -> Iterator[Break]:
        run, queue = entry["run"], entry["queueId"]
        if (settled := self.ended.get(_key(run))) is not None:
            if queue not in settled:
                yield _at(line, "totals", f"entry {entry['n']} changes something for run {run}, which ended")
            return
        if run not in self.going:
            yield from self.orphaned(but=run)
            self.going = {run: _RunSeen(line)}
        self.newest = run
        seen = self.going[run]
        seen.line = line
        seen.queues[queue] = entry["status"]

    def _run(self, line: Line, entry: Mapping[str, Any]) -> Iterator[Break]:
        run, seen = entry["run"], self.going.pop(entry["run"], None)
        if _key(run) in self.ended:
            yield _at(line, "totals", f"run {run} ends twice")
            return
        statuses = seen.queues if seen else {}
        if words := _not_of(entry["status"], frozenset(statuses.values())):
            yield _at(line, "totals", f"run {run} states that it is {entry['status']}, but {words}")
        if (undone := str(entry.get("undoes") or "")) and _key(undone) not in self.ended and not self.partial:
            yield _at(line, "orphaned", f"run {run} undoes run {undone}, which has no entry")
        begun_before = self.partial and not self.ended
        counts = dict(Counter(statuses.values()))
        if counts != entry["queues"] and not begun_before:
            told, found = _words(entry["queues"]), _words(counts)
            yield _at(
                line, "totals", f"run {run} states that its queues are {told}, its changes state {found}"
            )
        left = frozenset(queue for queue, status in statuses.items() if status in OPEN)
        self.ended[_key(run)] = left or _NOTHING

    def orphaned(self, *, but: str) -> Iterator[Break]:
        """The runs whose changes are here and that no entry closes."""
        for run, seen in self.going.items():
            if run != but:
                words = f"no entry says how run {run} ended, though its changes are here and others followed"
                yield _at(seen.line, "orphaned", words)

    def newest_open(self) -> str:
        """The run that is going on or was cut off."""
        return self.newest if self.newest in self.going else ""


def _key(run: str) -> bytes:
    """What an id is known by: a third of its size, and as certain to be the only one."""
    return blake2b(run.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _odd_time(entry: Mapping[str, Any]) -> str:
    """What is odd in when an entry happened: never after it was recorded, but for the skew of a clock."""
    if "occurredAt" not in entry:
        return ""
    try:
        occurred, recorded = from_rfc3339(entry["occurredAt"]), from_rfc3339(entry["recordedAt"])
    except ValueError:
        return "has an invalid time"
    return "states that it happened after it was recorded" if occurred - recorded > _SKEW else ""


def _not_of(status: str, queues: frozenset[str]) -> str:
    """Why a run with this status can't have left its queues so."""
    if status == "refused" and queues & _WRITTEN:
        return "its changes state that it wrote"
    if status == "done" and queues - _DONE:
        return "its changes state that not all was done"
    return ""


def _at(line: Line, kind: str, message: str) -> Break:
    return Break(line.number, kind, message, line.path)


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {status}" for status, number in sorted(counts.items())) or "none"
