"""Whether the organization's own audit can be read, if no etags protect writes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from syncer.doctor import Line, ok, skip, warning
from syncer.errors import Forbidden, LiveError, NotFound
from syncer.live.audits import AuditCalls
from syncer.live.client import Client
from syncer.live.wire import lock_kind
from syncer.model.settings import Settings

WITNESS: Final = "live audit"
_JUST_NOW: Final = timedelta(minutes=1)


def check_witness(
    client: Client, queues: Sequence[Mapping[str, Any]] | None, settings: Settings, now: float
) -> tuple[Line, ...]:
    """Return a line if writes are compared, none if etags protect them; ``now`` in seconds since 1970."""
    if "compare" not in map(lock_kind, queues or ()):
        return ()
    if not settings.audit.witness:
        return (skip(WITNESS, "audit.witness in the settings turns it off"),)
    end = datetime.fromtimestamp(now, UTC)
    try:
        AuditCalls(client.exchange).queue_edits(end - _JUST_NOW, end)
    except NotFound:
        return (skip(WITNESS, "this API has none: what writes overwrote can't be found afterwards"),)
    except Forbidden as error:
        what = "can't be read, so what writes without an etag overwrote can't be found afterwards"
        return (warning(WITNESS, what, error.hint),)
    except LiveError as error:
        return (warning(WITNESS, error.message, error.hint or "Try again later."),)
    return (ok(WITNESS, "can be read: what writes without an etag overwrote can be found afterwards"),)
