"""Figures out of an audit trail: how much was done, how well, how fast, at what cost."""

import math
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from syncer.model.plan import LOOPED, OPEN

_LONGEST_MS: Final = 1e12


@dataclass(frozen=True, slots=True)
class Figures:
    """What an audit trail adds up to.

    Rates are 0 to 1, None where there is nothing to divide by; latencies are milliseconds of the PUTs that
    were answered, each once. ``success_rate`` counts rule changes; ``validation_rate`` counts validations
    alone, one per run, whatever the result of its PUTs. ``attempts`` are the PUTs that changes say were sent,
    ``attempts_cut_off`` those of runs that were cut off, lost or are not over, which could count no calls;
    the rest are as many as the ``calls`` of runs say, else the trail doesn't add up.
    """

    runs: int = 0
    runs_by_status: Mapping[str, int] = field(default_factory=dict)
    validations: int = 0
    validation_rate: float | None = None
    changes: int = 0
    changes_by_action: Mapping[str, int] = field(default_factory=dict)
    changes_by_status: Mapping[str, int] = field(default_factory=dict)
    success_rate: float | None = None
    writes: int = 0
    latency_median_ms: float | None = None
    latency_p95_ms: float | None = None
    calls: Mapping[str, int] = field(default_factory=dict)
    attempts: int = 0
    attempts_cut_off: int = 0
    first: str = ""
    last: str = ""

    @property
    def puts(self) -> int:
        """The PUTs that runs counted."""
        return sum(number for name, number in self.calls.items() if name.startswith("PUT "))

    @property
    def adds_up(self) -> bool:
        """Whether every PUT that a run counted is one of a change, and the other way round."""
        return self.puts == self.attempts - self.attempts_cut_off


def figures(entries: Iterable[Mapping[str, Any]]) -> Figures:
    """Add up the entries of an audit trail, of which none is kept; what was edited into them and is no number
    adds nothing."""
    sums = _Sums()
    for entry in entries:
        sums.take(entry)
    return sums.result()


@dataclass(slots=True)
class _Puts:
    """The PUTs of a run: the milliseconds of each, and how many each change took, by its queue and whether it
    was a take-back. ``open`` are those whose result a later run may state again; ``counted``: the run ended
    and counted its calls."""

    times: dict[tuple[str, bool], float] = field(default_factory=dict)
    sent: dict[tuple[str, bool], int] = field(default_factory=dict)
    open: set[tuple[str, bool]] = field(default_factory=set)
    counted: bool = False


@dataclass
class _Sums:
    """What was seen up to an entry. A tally counts by value; ``going`` has the PUTs of runs that did not end,
    and of those that did what is open. Of all others ``times`` has the milliseconds of each PUT, ``attempts``
    is how many were sent, and ``uncounted`` how many of them by runs that counted none."""

    runs: Counter[str] = field(default_factory=Counter)
    validated: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    succeeded: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    going: dict[str, _Puts] = field(default_factory=dict)
    times: "array[float]" = field(default_factory=lambda: array("d"))
    attempts: int = 0
    uncounted: Counter[str] = field(default_factory=Counter)
    first: str | None = None
    last: str = ""

    def take(self, entry: Mapping[str, Any]) -> None:
        """The next entry."""
        self.last = str(entry.get("timestamp", ""))
        self.first = self.last if self.first is None else self.first
        match entry.get("kind"):
            case "run":
                self.runs[str(entry.get("status"))] += 1
                self.validated += bool(entry.get("validationPass"))
                self.calls.update(_numbers(entry.get("calls")))
                self._end(str(entry.get("run")), counted=bool(entry.get("calls")))
            case "change":
                self.actions[str(entry.get("action"))] += 1
                self.statuses[str(entry.get("status"))] += 1
                self.succeeded += bool(entry.get("success"))
                self._take_put(entry)

    def _take_put(self, entry: Mapping[str, Any]) -> None:
        """The PUT of a change, once: the rules of one queue share it, and a take-back is another."""
        time, sent, status = entry.get("latencyMs"), entry.get("attempts"), str(entry.get("status"))
        puts = self.going.setdefault(str(entry.get("run")), _Puts())
        put = (str(entry.get("queueId")), status in LOOPED)
        if time and _is_number(time):
            puts.times[put] = float(time)
        if type(sent) is int:
            puts.sent[put] = sent
        if status in OPEN:
            puts.open.add(put)

    def _end(self, run: str, *, counted: bool) -> None:
        """Add up the PUTs of a run, but for those that are open."""
        if counted:
            self.uncounted.pop(run, None)
        if puts := self.going.pop(run, None):
            puts.counted = puts.counted or counted
            self._add(run, puts, but=puts.open)
            if puts.open:
                self.going[run] = puts

    def _add(self, run: str, puts: _Puts, but: Collection[tuple[str, bool]] = ()) -> None:
        self.times.extend(puts.times.pop(put) for put in [*puts.times] if put not in but)
        sent = sum(puts.sent.pop(put) for put in [*puts.sent] if put not in but)
        self.attempts += sent
        if not puts.counted and sent:
            self.uncounted[run] += sent

    def result(self) -> Figures:
        """The figures."""
        for run, puts in self.going.items():
            self._add(run, puts)
        runs, changes, latencies = self.runs.total(), self.actions.total(), sorted(self.times)
        return Figures(
            runs=runs,
            runs_by_status=_sorted(self.runs),
            validations=runs,
            validation_rate=_rate(self.validated, runs),
            changes=changes,
            changes_by_action=_sorted(self.actions),
            changes_by_status=_sorted(self.statuses),
            success_rate=_rate(self.succeeded, changes),
            writes=len(latencies),
            latency_median_ms=percentile(latencies, 50),
            latency_p95_ms=percentile(latencies, 95),
            calls=_sorted(self.calls),
            attempts=self.attempts,
            attempts_cut_off=self.uncounted.total(),
            first=self.first or "",
            last=self.last,
        )


def percentile(ascending: Sequence[float], percent: float) -> float | None:
    """The value that ``percent`` percent of the values don't exceed (nearest rank); None without values."""
    if not ascending:
        return None
    return ascending[max(0, math.ceil(len(ascending) * percent / 100) - 1)]


def _numbers(counts: Any) -> dict[str, int]:
    if not isinstance(counts, Mapping):
        return {}
    return {name: number for name, number in counts.items() if isinstance(number, int)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < _LONGEST_MS


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _rate(number: int, of: int) -> float | None:
    return number / of if of else None
