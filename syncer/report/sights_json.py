"""What is going on, as JSON: status, into, measure, graph, ``audit show --upstream``, reconcile."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from syncer.audit.exceptions import placed_document
from syncer.report.measured_json import measured_document
from syncer.report.reconciled import Reconciled, reconciled_document
from syncer.report.sights import Flowing, Graphed, Measured, Simulated, Situation, Upstream
from syncer.report.simulated_json import simulated_document


def _situation(view: Situation) -> dict[str, Any]:
    return {
        "at": view.at,
        "where": view.where,
        "state_dir": view.state,
        "live_queues": view.queues,
        "live_loops": None if view.loops is None else [loop.as_json() for loop in view.loops],
        "flow_loops": list(view.flow_loops),
        "exceptions": [
            {
                **placed_document(each),
                "expired": each.id in view.expired,
                "open": list(view.open.get(each.id, ())),
            }
            for each in view.exceptions
        ],
        "freezes": [{"now": each.now, "words": each.words} for each in view.freezes],
        "running": view.active.as_json() if view.active else None,
        "left": [each.as_json() for each in view.left],
        "recent": [each.as_json() for each in view.recent],
        "unknown": list(view.unknown),
    }


def _flowing(view: Flowing) -> dict[str, Any]:
    return {
        "where": view.where,
        "interval": view.interval,
        "loads_from": view.loads,
        "into": [each.as_json() for each in view.queues],
        "transfers": list(view.transfers),
        "held": [each.as_json() for each in view.held],
        "unknown": list(view.unknown),
    }


def _upstream(view: Upstream) -> dict[str, Any]:
    return {
        "above": {"id": view.queue, "name": view.name},
        "period": view.period,
        "changes_above": [each.as_json() for each in view.causes],
        "unknown": list(view.unknown),
    }


def _graphed(view: Graphed) -> dict[str, Any]:
    picture = view.picture
    return {
        "graph_of": view.of,
        "interval": picture.interval,
        "queues": [box.as_json() for box in picture.boxes],
        "rules": [
            {
                **link.as_json(),
                "in_loop": {"before": link.key in picture.looped_before, "after": link.key in picture.looped},
            }
            for link in sorted(picture.links, key=lambda link: link.key)
        ],
        "left_out": picture.left_out,
        "watches": picture.watches,
    }


VIEWS: Final[Mapping[type, Callable[[Any], dict[str, Any]]]] = {
    Situation: _situation,
    Flowing: _flowing,
    Upstream: _upstream,
    Reconciled: reconciled_document,
    Measured: measured_document,
    Simulated: simulated_document,
    Graphed: _graphed,
}
