"""What would be, as JSON: the result of ``simulate``. Loads have two ends where a backup queue gets some."""

from typing import Any

from syncer.checks.erlang import ASSUMPTIONS
from syncer.planning.simulation import SimulatedQueue
from syncer.report.sights import Simulated
from syncer.report.simulated_words import served


def simulated_document(view: Simulated) -> dict[str, Any]:
    """All queues of the network, before and after."""
    found = view.simulation
    return {
        "of": view.of,
        "interval": view.interval,
        "assumed": list(view.assumed),
        "before_is": "before the plan" if view.planned else "today",
        "until_full": view.until_full,
        "factor": found.factor,
        "headroom": {"before": found.headroom_before.as_json(), "after": found.headroom.as_json()},
        "queues": [_queue(each) for each in found.queues],
        "full_in_turn": [
            {"queue": _name(each), "factor": each.after.full_at, "limit": each.after.limit.value}
            for each in found.in_turn
            if each.after.limit
        ],
        "solved": [finding.as_json() for finding in found.solved],
        "service": {"answered_within": view.within, "assumes": list(ASSUMPTIONS)} if served(view) else None,
        "unknown": list(view.unknown),
    }


def _queue(each: SimulatedQueue) -> dict[str, Any]:
    return {
        "queue": _name(each),
        "managed": each.managed,
        "position": each.position.as_json() if each.position else None,
        "before": each.before.as_json(),
        "after": each.after.as_json(),
    }


def _name(each: SimulatedQueue) -> dict[str, str]:
    return {"id": each.queue, "name": each.name}
