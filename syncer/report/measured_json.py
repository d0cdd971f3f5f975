"""What was measured, as JSON: the result of ``measure``."""

from typing import Any

from syncer.measuring.against_model import Comparison
from syncer.measuring.figures import Share
from syncer.measuring.proposals import Proposal
from syncer.net.timing import rfc3339
from syncer.report.sights import Measured

_DIGITS = 3


def measured_document(view: Measured) -> dict[str, Any]:
    """All queues and all ways, whether anything is off there or not; contacts are those per interval."""
    over = view.over
    return {
        "measured": {
            "from": rfc3339(over.period.start),
            "to": rfc3339(over.period.end),
            "interval": over.interval,
            "busy": over.busy,
            "busy_intervals": over.places,
            "intervals_with_contacts": over.counted,
        },
        "queues": [_queue(each) for each in view.queues],
        "ways": [_way(each, view) for each in view.ways],
        "transfers": [_share(each, view) for each in view.shares],
        "files": list(view.files),
        "written": not view.check,
        "changed": view.changed,
        "unknown": list(view.unknown),
    }


def _queue(proposal: Proposal) -> dict[str, Any]:
    found, mean = proposal.figures, proposal.figures.mean
    capacity = found.capacity
    return {
        "queue": {"id": found.key, "name": found.name},
        "offered": _rounded(mean.offered),
        "answered": _rounded(mean.answered),
        "abandoned": _rounded(mean.abandoned),
        "flowed_out": _rounded(mean.flowed_out),
        "inflow": _rounded(found.inflow),
        "handle_seconds": _rounded(mean.handle_seconds),
        "base_load": {"stated": proposal.stated_base_load, "measured": found.base_load},
        "capacity": {
            "stated": proposal.stated_capacity,
            "measured": capacity.contacts if capacity else None,
            "at_least": bool(capacity and capacity.at_least),
        },
        "changes": proposal.changes,
        "left": list(proposal.left),
    }


def _way(way: Comparison, view: Measured) -> dict[str, Any]:
    target = {"id": way.target, "name": view.names.get(way.target, way.target)} if way.target else None
    return {
        "source": {"id": way.source, "name": view.names.get(way.source, way.source)},
        "target": target,
        "model": {"least": _rounded(way.low), "most": _rounded(way.high)},
        "measured": _rounded(way.measured),
        "how": way.how,
        "off": way.off,
        "cause": way.cause,
    }


def _share(share: Share, view: Measured) -> dict[str, Any]:
    return {
        "source": {"id": share.source, "name": view.names.get(share.source, share.source)},
        "target": {"id": share.target, "name": view.names.get(share.target, share.target)},
        "percent": share.percent,
    }


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, _DIGITS)
