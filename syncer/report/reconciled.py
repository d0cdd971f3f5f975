"""A trail compared with the audit of the organization: the view, as JSON and as rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from syncer.net.timing import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from syncer.audit.reconcile import Reconciliation
    from syncer.audit.sent_puts import SentPut
    from syncer.model.audited import AuditedEdit

STRAY: Final = "not in the trail"
MISSING: Final = "not in the audit"
PENDING: Final = "not yet known"
OTHERS: Final = "by others"
MATCHED: Final = "matched"

COLUMNS: Final = (
    *("finding", "at", "queueId", "queueName", "run", "ranBy", "userId", "userName", "client", "addresses"),
    *("action", "property", "old", "new"),
)

Cell = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The comparison at ``where``, from ``since`` up to ``until`` (RFC 3339).

    ``clients`` are the ids of our clients, ``names`` the names of queues and groups by id, ``queues`` how
    many queues the edits of others were looked at for. ``unknown`` says what can't be known.
    """

    where: str
    since: str
    until: str
    clients: tuple[str, ...]
    found: Reconciliation
    names: Mapping[str, str] = field(default_factory=dict)
    queues: int = 0
    unknown: tuple[str, ...] = ()

    def name_of(self, put: SentPut) -> str:
        """The name of the queue of a PUT."""
        return self.names.get(put.queue) or put.name or put.queue

    def queue_of(self, edit: AuditedEdit) -> str:
        """The name of the queue of an edit."""
        return self.names.get(edit.queue) or edit.queue


def reconciled_document(view: Reconciled) -> dict[str, Any]:
    """The view as JSON."""
    found = view.found
    return {
        "where": view.where,
        "period": {"since": view.since, "until": view.until},
        "clients": list(view.clients),
        "queues_compared": view.queues,
        "agrees": found.agrees,
        "matched": [{"put": _put(view, each.put), "event": _edit(view, each.edit)} for each in found.matched],
        "nameless": found.nameless,
        "not_in_trail": [_edit(view, each) for each in found.stray],
        "not_in_audit": [_put(view, each) for each in found.missing],
        "not_yet_known": [_put(view, each) for each in found.pending],
        "by_others": [_edit(view, each) for each in found.others],
        "member_events": found.members,
        "unknown": list(view.unknown),
    }


def _put(view: Reconciled, put: SentPut) -> dict[str, Any]:
    return {
        "queue": {"id": put.queue, "name": view.name_of(put)},
        "run": put.run,
        "user": put.user,
        "status": put.status,
        "at": rfc3339(put.at),
    }


def _edit(view: Reconciled, edit: AuditedEdit) -> dict[str, Any]:
    return {**edit.as_json(), "queue": {"id": edit.queue, "name": view.queue_of(edit)}}


def rows(view: Reconciled) -> Iterator[dict[str, Cell]]:
    """A row for each property that moved, and one for each write without any; the columns are ``COLUMNS``."""
    found = view.found
    for match in found.matched:
        about = {"run": match.put.run, "ranBy": match.put.user}
        yield from _edit_rows(view, MATCHED, match.edit, about)
    for finding, edits in ((STRAY, found.stray), (OTHERS, found.others)):
        for edit in edits:
            yield from _edit_rows(view, finding, edit, {})
    for finding, puts in ((MISSING, found.missing), (PENDING, found.pending)):
        for put in puts:
            yield _row(
                finding=finding,
                at=rfc3339(put.at),
                queueId=put.queue,
                queueName=view.name_of(put),
                run=put.run,
                ranBy=put.user,
            )


def _edit_rows(
    view: Reconciled, finding: str, edit: AuditedEdit, about: Mapping[str, Cell]
) -> Iterator[dict[str, Cell]]:
    shared: dict[str, Cell] = {
        "finding": finding,
        "at": edit.at,
        "queueId": edit.queue,
        "queueName": view.queue_of(edit),
        "userId": edit.user,
        "userName": edit.user_name,
        "client": edit.client,
        "addresses": edit.addresses,
        "action": edit.action,
        **about,
    }
    for change in edit.changes:
        yield _row(**shared, property=change.property, old=change.old, new=change.new)
    if not edit.changes:
        yield _row(**shared)


def _row(**cells: Cell) -> dict[str, Cell]:
    return {name: cells.get(name, "") for name in COLUMNS}
