"""The queues that a run sends more contacts to, after the run: in words for every format, and as JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from syncer.model.observation import Look, Observation, Watched, WatchedQueue
from syncer.report.text.paint import counted

WORSE, RECOVERED, NOT_WORSE = "worse", "recovered", "not worse"


def verdict(queue: WatchedQueue) -> str:
    """``worse`` at the end, ``recovered`` from being worse, or ``not worse``."""
    if queue.worse:
        return WORSE
    return NOT_WORSE if queue.since is None else RECOVERED


def headline(watched: Watched) -> str:
    """For how long it was looked, and how many queues are worse at the end."""
    if not watched.queues:
        return "not watched"
    worse = sum(queue.worse for queue in watched.queues)
    number = counted(len(watched.queues), "target")
    which = f"{worse:,} of {number} {'is' if worse == 1 else 'are'}" if worse else "nothing is"
    return f"{_span(watched)}: {which} worse than before the run"


def _span(watched: Watched) -> str:
    minutes = counted(watched.minutes, "minute")
    cut = f"{watched.ended} of {minutes}"
    return f"watched for {minutes if watched.ended == watched.minutes else cut}"


def history(queue: WatchedQueue) -> str:
    """Since when it is worse, or was, and in what; empty where it never was."""
    if queue.since is None:
        return ""
    verb = "since" if queue.worse else "first in"
    return f"{verb} minute {queue.since}: {', '.join(queue.why)}"


def figures(queue: WatchedQueue) -> tuple[str, str, str]:
    """Contacts waiting, longest wait and agents on queue, each before, at its worst and at the end."""
    moments = [each or Observation() for each in (queue.before, queue.worst, queue.end)]
    return (
        _arrows(f"{each.waiting:,}" for each in moments),
        _arrows(_seconds(each.longest) for each in moments),
        _arrows("?" if each.agents is None else f"{each.agents:,}" for each in moments),
    )


def _arrows(parts: Iterable[str]) -> str:
    return " → ".join(parts)


def _seconds(seconds: float | None) -> str:
    return "?" if seconds is None else f"{seconds:,.0f} s"


def watched_document(watched: Watched) -> dict[str, Any]:
    """As JSON: seconds and contacts, null where the organization doesn't say."""
    return {
        "minutes": watched.minutes,
        "ended": watched.ended,
        "queues": [_queue(queue) for queue in watched.queues],
        "notes": list(watched.notes),
    }


def _queue(queue: WatchedQueue) -> dict[str, Any]:
    return {
        "queue": {"id": queue.queue, "name": queue.name},
        "verdict": verdict(queue),
        "since": queue.since,
        "why": list(queue.why),
        "before": _observation(queue.before),
        "worst": _observation(queue.worst) if queue.worst else None,
        "end": _observation(queue.end) if queue.end else None,
        "looks": [{"minute": look.minute, **_observation(look.seen)} for look in queue.looks],
    }


def _observation(seen: Observation) -> dict[str, Any]:
    longest = None if seen.longest is None else round(seen.longest, 3)
    return {**asdict(seen), "longest": longest}


def watched_of(document: Mapping[str, Any]) -> Watched:
    """What a report holds, which the schema has passed: all else follows from the looks."""
    return Watched(
        document["minutes"],
        document["ended"],
        tuple(map(_queue_of, document["queues"])),
        tuple(document["notes"]),
    )


def _queue_of(document: Mapping[str, Any]) -> WatchedQueue:
    queue = document["queue"]
    looks = tuple(Look(each["minute"], _observation_of(each)) for each in document["looks"])
    return WatchedQueue(queue["id"], queue["name"], _observation_of(document["before"]), looks)


def _observation_of(document: Mapping[str, Any]) -> Observation:
    longest = None if document["longest"] is None else float(document["longest"])
    return Observation(document["waiting"], longest, document["interacting"], document["agents"])
