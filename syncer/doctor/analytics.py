"""Whether analytics can be read: only `measure` and `apply --watch` need them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from syncer.doctor import Line, ok, skip, warning
from syncer.errors import Forbidden, LiveError, NotFound
from syncer.live.analytics import AnalyticsCalls, past
from syncer.live.client import Client
from syncer.live.observations import ObservationCalls
from syncer.live.rights import AGGREGATES, OBSERVATIONS, Right
from syncer.model.json_values import id_in
from syncer.model.traffic import Period

ANALYTICS: Final = "analytics"


def check_analytics(client: Client, queues: Sequence[Mapping[str, Any]], now: float) -> Line:
    """Send one query of each kind, for one queue and the last hour; ``now`` in seconds since 1970."""
    ids = [id_ for id_ in map(id_in, queues) if id_][:1]
    if not ids:
        return skip(ANALYTICS, "no queue to query")
    week = past(1, "1h", datetime.fromtimestamp(now, UTC))
    hour = Period(week.end - week.step, week.step, 1)
    asked: tuple[tuple[str, Right, Callable[[], object]], ...] = (
        ("measure", AGGREGATES, lambda: AnalyticsCalls(client.exchange).traffic(ids, hour)),
        ("apply --watch", OBSERVATIONS, lambda: ObservationCalls(client.exchange, lambda: now).observe(ids)),
    )
    missing, reasons = [], []
    for what, right, ask in asked:
        try:
            ask()
        except NotFound:
            return skip(ANALYTICS, "this API has none: measure and apply --watch need them")
        except Forbidden:
            missing.append(f"{what} ({right.permission})")
        except LiveError as error:
            reasons.append(f"{what}: {error.message}")
    if missing:
        what = f"can't be read by this client for {' and '.join(missing)}"
        remedy = "Give a role of the client these permissions, in the divisions of the queues."
        return warning(ANALYTICS, what, remedy)
    if reasons:
        return warning(ANALYTICS, "; ".join(reasons), "Try again later.")
    return ok(ANALYTICS, "can be read: measure and apply --watch work")
