"""Changes of the audit as OCSF events, a line of JSON each: class Entity Management (3004) of OCSF 1.3.0.

It is the class for what is created, updated or deleted at a management console or by a service: the entity is
the queue, ``comment`` says why. API Activity (6003) would need the address of the caller, which the audit
doesn't know. What has no place in the class is in ``unmapped``, by the names of the other exports.
"""

from collections.abc import Iterator
from typing import Any, Final

from syncer.audit.joined import Row, Value
from syncer.audit.period import moment_of
from syncer.model.json_reader import parsed
from syncer.model.json_values import finite, one_line
from syncer.report.lookups import AuditExported
from syncer.report.views import Report

VERSION: Final = "1.3.0"
_CATEGORY, _CLASS = 3, 3004
_ACTIVITIES: Final = {"CREATE": (1, "Create"), "UPDATE": (3, "Update"), "DELETE": (4, "Delete")}
_OTHER: Final = (99, "Other")
_UNKNOWN: Final = ("unknown", "not taken back")
_INFORMATIONAL, _MEDIUM = (1, "Informational"), (3, "Medium")
_MAPPED: Final = frozenset(
    {
        *("n", "timestamp", "occurredAt", "recordedAt", "run", "action", "queueId", "queueName", "status"),
        *("success", "detail", "user", "client", "source", "host", "justification", "latencyMs", "before"),
        *("after", "rule", "tool", "hash", "organizationId"),
    }
)


def render(report: Report, *, color: bool) -> str:
    """The events; empty where an error came before there were any. ``color`` means nothing here."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line; in ASCII, so that nothing in it steers a terminal or ends a line."""
    del color
    if isinstance(report.view, AuditExported):
        yield from (f"{one_line(event(row))}\n" for row in report.view.rows)


def event(row: Row) -> dict[str, Any]:
    """A change as an event: its rule, before and after, is that of the queue, which is the entity."""
    activity, activity_name = _ACTIVITIES.get(str(row["action"]).partition("_")[0], _OTHER)
    severity, severity_name = _INFORMATIONAL if row["success"] else _MEDIUM
    found = {
        "category_uid": _CATEGORY,
        "category_name": "Identity & Access Management",
        "class_uid": _CLASS,
        "class_name": "Entity Management",
        "activity_id": activity,
        "activity_name": activity_name,
        "type_uid": _CLASS * 100 + activity,
        "type_name": f"Entity Management: {activity_name}",
        "time": _milliseconds(row, "occurredAt", "timestamp"),
        "severity_id": severity,
        "severity": severity_name,
        **_status(row),
        "message": f"{row['action']}: {row['queueName']}: {row['rule']}",
        "comment": row["justification"],
        "duration": _whole(row["latencyMs"]),
        "metadata": _metadata(row),
        "actor": _actor(row),
        "src_endpoint": _known({"hostname": row["host"]}),
        "entity": _entity(row, "before"),
        "entity_result": _entity(row, "after"),
        "unmapped": _known({name: value for name, value in row.items() if name not in _MAPPED}),
    }
    return _known(found)


def _status(row: Row) -> dict[str, Any]:
    number, name = (0, "Unknown") if row["status"] in _UNKNOWN else (2, "Failure")
    if row["success"]:
        number, name = 1, "Success"
    return {
        "status_id": number,
        "status": name,
        "status_code": row["status"],
        "status_detail": row["detail"],
    }


def _metadata(row: Row) -> dict[str, Any]:
    return _known(
        {
            "version": VERSION,
            "product": _known({"name": "syncer", "vendor_name": "syncer", "version": row["tool"]}),
            "uid": row["hash"],
            "tenant_uid": row["organizationId"],
            "sequence": row["n"] if type(row["n"]) is int else None,
            "correlation_uid": row["run"],
            "event_code": row["action"],
            "log_name": "audit",
            "logged_time": _milliseconds(row, "recordedAt") or None,
            "original_time": row["occurredAt"] or row["timestamp"],
        }
    )


def _actor(row: Row) -> dict[str, Any]:
    """Who: at least the program, where nobody is known."""
    return _known(
        {
            "app_name": "syncer",
            "app_uid": row["client"],
            "user": _known({"name": row["user"], "domain": row["source"]}) if row["user"] else None,
        }
    )


def _entity(row: Row, image: str) -> dict[str, Any]:
    """The queue, with its rule ``before`` or ``after`` the change as JSON."""
    return _known(
        {
            "uid": str(row["queueId"] or "unknown"),
            "name": row["queueName"],
            "type_id": _OTHER[0],
            "type": "Queue",
            "data": _object(row[image]),
        }
    )


def _object(value: Value) -> Any:
    """A rule, which a row holds as JSON, as an object again."""
    try:
        found = parsed(value.encode()) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _milliseconds(row: Row, *names: str) -> int:
    """Milliseconds since 1970; 0 where no time can be read."""
    moment = moment_of({"timestamp": next((row[name] for name in names if row[name]), None)})
    return round(moment.timestamp() * 1000) if moment else 0


def _whole(value: Any) -> int | None:
    number = finite(value)
    return None if number is None else round(number)


def _known(members: dict[str, Any]) -> dict[str, Any]:
    """The members that are known: what is null or empty is left out, as OCSF wants it."""
    return {name: value for name, value in members.items() if value not in (None, "", (), {})}
