"""Figures out of an audit trail: how much was done, how well, how fast, at what cost."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncer.model.plan import LOOPED

_LONGEST_MS = 1e12


@dataclass(frozen=True, slots=True)
class Figures:
    """What an audit trail adds up to.

    Rates are 0 to 1, None where there is nothing to divide by; latencies are milliseconds of the PUTs that
    were answered, each once. ``success_rate`` counts rule changes; ``validation_rate`` counts validations
    alone, one a run, whatever became of its PUTs.
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
    first: str = ""
    last: str = ""


def figures(entries: Iterable[Mapping[str, Any]]) -> Figures:
    """Add up the entries of an audit trail; what was edited into them and is no number adds nothing."""
    everything = list(entries)
    runs = [entry for entry in everything if entry.get("kind") == "run"]
    changes = [entry for entry in everything if entry.get("kind") == "change"]
    latencies = sorted(_latencies(changes).values())
    calls: Counter[str] = Counter()
    for run in runs:
        calls.update(_numbers(run.get("calls")))
    return Figures(
        runs=len(runs),
        runs_by_status=_counts(runs, "status"),
        validations=len(runs),
        validation_rate=_rate(runs, "validationPass"),
        changes=len(changes),
        changes_by_action=_counts(changes, "action"),
        changes_by_status=_counts(changes, "status"),
        success_rate=_rate(changes, "success"),
        writes=len(latencies),
        latency_median_ms=percentile(latencies, 50),
        latency_p95_ms=percentile(latencies, 95),
        calls=dict(sorted(calls.items())),
        first=str(everything[0].get("timestamp", "")) if everything else "",
        last=str(everything[-1].get("timestamp", "")) if everything else "",
    )


def percentile(ascending: Sequence[float], percent: float) -> float | None:
    """The value that ``percent`` percent of the values don't exceed (nearest rank); None without values."""
    if not ascending:
        return None
    return ascending[max(0, math.ceil(len(ascending) * percent / 100) - 1)]


def _latencies(changes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str, bool], float]:
    """The time of each answered PUT: the rules of one queue share it, and a take-back is a PUT of its own."""
    times = (
        (
            (str(entry.get("run")), str(entry.get("queueId")), str(entry.get("status")) in LOOPED),
            entry.get("latencyMs"),
        )
        for entry in changes
    )
    return {put: float(time) for put, time in times if time and _is_number(time)}


def _numbers(counts: Any) -> dict[str, int]:
    if not isinstance(counts, Mapping):
        return {}
    return {name: number for name, number in counts.items() if isinstance(number, int)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < _LONGEST_MS


def _counts(entries: Iterable[Mapping[str, Any]], key: str) -> dict[str, int]:
    return dict(sorted(Counter(str(entry.get(key)) for entry in entries).items()))


def _rate(entries: Sequence[Mapping[str, Any]], key: str) -> float | None:
    return sum(bool(entry.get(key)) for entry in entries) / len(entries) if entries else None
