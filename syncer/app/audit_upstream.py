"""What changed upstream of a queue: ``audit show --upstream``, from the trail alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncer.app.audit import broken_trail, unfinished_runs
from syncer.app.options import AuditOptions
from syncer.app.places import STATE
from syncer.app.session import Session, begun
from syncer.errors import AuditError, WrongUsage
from syncer.net.timing import rfc3339
from syncer.report.sights import Upstream
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from syncer.audit.filters import Filters
    from syncer.audit.record import Place

BY_HAND = "changes made by others: the trail only has those of syncer (drift and into show the live queues)"


def audit_upstream(
    state_dir: Path = STATE,
    run: str = "",
    options: AuditOptions = AuditOptions(),
    *,
    session: Session | None = None,
) -> ReportOf[Upstream]:
    """Return the changes to rules, loads and capacities upstream of the queue in ``options``, ranked by the
    contacts that they added there.

    The queue is an id, a name, or the unique beginning of a name; the other options narrow the changes.
    Raises WrongUsage if no queue or several match, or for a sample, and AuditError if the trail can't be
    read.
    """
    from syncer.app.audit_scope import filters_of
    from syncer.audit.chain import Chain
    from syncer.audit.entries import place_of
    from syncer.planning.upstream import causes

    session, chain = begun(session), Chain(state_dir / "audit")
    if len(options.queues) != 1 or options.sample is not None:
        raise WrongUsage(
            "--upstream needs one queue, and no sample",
            hint="Name it with --queue, and leave out --sample.",
        )
    entries = list(chain.entries())
    queue, name = _the_queue(options.queues[0], entries)
    here = next(place_of(entry) for entry in reversed(entries) if queue in _queues_in(entry))
    own = [entry for entry in entries if place_of(entry).is_as(here)]
    filters = filters_of(replace(options, queues=()), session.now())
    place = _place(state_dir, own)

    def meant(entry: Mapping[str, Any]) -> bool:
        fits = filters.hold_change if entry.get("kind") == "change" else filters.hold_any
        return run in ("", entry.get("run")) and fits(entry)

    view = Upstream(queue, name, _period(filters), causes(own, queue, meant, place), (BY_HAND,))
    warnings = (*unfinished_runs(state_dir), *broken_trail(chain.files()))
    return session.ended(ReportOf("audit show", view=view, warnings=warnings))


def _the_queue(wanted: str, entries: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the id and newest name of the queue that was named."""
    from syncer.model.lookup import queues_meant

    names: dict[str, str] = {}
    for entry in entries:
        names |= _queues_in(entry)
    meant = queues_meant(wanted, names, "the audit trail")
    if len(meant) > 1:
        raise WrongUsage(
            f"{len(meant)} queues match, and --upstream needs one",
            hint=f"Name one of them: {', '.join(sorted(names[each] for each in meant)[:5])}",
        )
    return meant[0], names[meant[0]]


def _queues_in(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the queues in a change, by id."""
    if entry.get("kind") != "change":
        return {}
    found = {str(entry.get("queueId")): str(entry.get("queueName"))}
    if target := str(entry.get("targetQueue") or ""):
        found.setdefault(target, str(entry.get("targetName")))
    return found


def _place(state_dir: Path, own: Sequence[Mapping[str, Any]]) -> Place:
    """Return what the record has for the place where the newest entry was written."""
    from syncer.audit.entries import place_of
    from syncer.audit.record import NAME, Place, read_record

    last = own[-1]
    try:
        record = read_record(state_dir / NAME)
    except AuditError:
        return Place(place_of(last))
    return record.place(place_of(last), str(last.get("environment") or ""))


def _period(filters: Filters) -> str:
    since, until = filters.period.since, filters.period.until
    words = [f"since {rfc3339(since)}" if since else "", f"until {rfc3339(until)}" if until else ""]
    return " ".join(filter(None, words)) or "since the start of the trail"
