"""Compare a trail with the audit of the organization, write by write.

::

    trail      ──PUT──▶ ┬─ matched ─────────┐
                        └─ missing, pending │   one event for each PUT of a queue, in the order of time
    audit ─┬─ ours ───▶ ┬─ matched ─────────┘
           │            └─ stray
           └─ others'

A PUT and an event belong together where both are of one queue and the event lies in the time of the PUT. Of
all ways to pair them, this takes one with the most PUTs in it, of those one where most events name a field
that their PUT changed, and of those the one whose times are nearest.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from syncer.audit.period import Period
from syncer.audit.sent_puts import SentPut
from syncer.model.audited import AuditedEdit
from syncer.net.timing import from_rfc3339

ARRIVAL: Final = timedelta(minutes=15)
"""An event may be this late: what is younger and not there yet is not known."""

MARGIN: Final = timedelta(minutes=20)
"""What is read on both sides of a period, so that a pair across its edge is found."""

_NEVER_OURS: Final = frozenset({"create", "delete"})
_MEMBERS: Final = "member"


@dataclass(frozen=True, slots=True)
class Match:
    """A PUT of the trail, and the event of the audit that it left."""

    put: SentPut
    edit: AuditedEdit


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The result of the comparison, each part by time.

    Of the ``matched``, ``nameless`` have an event that names nobody. ``stray`` are writes by our client that
    the trail doesn't know, ``missing`` PUTs of the trail that the audit doesn't have, ``pending`` those that
    it needn't have yet. ``others`` are edits by anybody else, and ``members`` counts events of members who
    came, left or joined.
    """

    matched: tuple[Match, ...] = ()
    nameless: int = 0
    stray: tuple[AuditedEdit, ...] = ()
    missing: tuple[SentPut, ...] = ()
    pending: tuple[SentPut, ...] = ()
    others: tuple[AuditedEdit, ...] = ()
    members: int = 0

    @property
    def agrees(self) -> bool:
        """Whether every write of our client stands in both, as far as can be known by now."""
        return not self.stray and not self.missing


def reconcile(
    puts: Sequence[SentPut],
    edits: Iterable[AuditedEdit],
    *,
    ours: Collection[str],
    queues: Collection[str],
    period: Period,
    now: datetime,
) -> Reconciliation:
    """Compare ``puts`` with ``edits``; both may reach beyond ``period`` by ``MARGIN``.

    ``ours`` are the ids of our clients. Edits by others count where they are of one of the ``queues`` (ids),
    ours wherever they are. An event that names nobody is that of a PUT which has no other, where it fits.
    """
    members: list[AuditedEdit] = []
    every: list[AuditedEdit] = []
    for edit in edits:
        (members if edit.action.casefold().startswith(_MEMBERS) else every).append(edit)
    own = [edit for edit in every if edit.client in ours]
    nameless = [edit for edit in every if _is_nameless(edit)]
    matches, unmatched, stray = _matched(puts, own)
    guessed, unmatched, theirs = _matched([put for put in unmatched if put.certain], nameless)
    others = [edit for edit in every if edit.client not in ours and not _is_nameless(edit)]

    def within(found: Iterable[AuditedEdit]) -> tuple[AuditedEdit, ...]:
        return tuple(edit for edit in found if period.holds(_moment(edit)))

    late = [put for put in unmatched if period.holds(put.at)]
    pairs = sorted((*matches, *guessed), key=lambda match: _place(match.edit))
    of_queues = sorted((edit for edit in (*others, *theirs) if edit.queue in queues), key=_place)
    return Reconciliation(
        matched=tuple(match for match in pairs if period.holds(_moment(match.edit))),
        nameless=len(within(match.edit for match in guessed)),
        stray=within(stray),
        missing=tuple(put for put in late if now - put.at >= ARRIVAL),
        pending=tuple(put for put in late if now - put.at < ARRIVAL),
        others=within(of_queues),
        members=len(within(edit for edit in members if edit.queue in queues)),
    )


def _is_nameless(edit: AuditedEdit) -> bool:
    """Whether the audit says of nobody that it was they; so it could be us."""
    return not edit.client and not edit.user and not edit.user_name


def _moment(edit: AuditedEdit) -> datetime:
    return from_rfc3339(edit.at)


def _place(edit: AuditedEdit) -> tuple[datetime, str]:
    return _moment(edit), edit.queue


def _matched(
    puts: Sequence[SentPut], own: Sequence[AuditedEdit]
) -> tuple[list[Match], list[SentPut], list[AuditedEdit]]:
    """The pairs, the PUTs without an event, and the events without a PUT."""
    matches: list[Match] = []
    unmatched: list[SentPut] = []
    stray = [edit for edit in own if edit.action.casefold() in _NEVER_OURS]
    by_queue: dict[str, tuple[list[SentPut], list[AuditedEdit]]] = {}
    for put in sorted(puts, key=lambda put: put.at):
        by_queue.setdefault(put.queue, ([], []))[0].append(put)
    for edit in sorted(own, key=_place):
        if edit.action.casefold() not in _NEVER_OURS:
            by_queue.setdefault(edit.queue, ([], []))[1].append(edit)
    for sent, seen in by_queue.values():
        pairs = paired(sent, seen)
        with_put = {event for _, event in pairs}
        with_event = {put for put, _ in pairs}
        matches += [Match(sent[put], seen[event]) for put, event in pairs]
        unmatched += [put for place, put in enumerate(sent) if place not in with_event]
        stray += [edit for place, edit in enumerate(seen) if place not in with_put]
    return matches, sorted(unmatched, key=lambda put: put.at), sorted(stray, key=_place)


Score = tuple[int, int, int, float]
"""PUTs that were certainly done and have an event, events that have a PUT, those that name a field of it, and
the seconds between them, less than none."""

_NOTHING: Final[Score] = (0, 0, 0, 0.0)


def paired(puts: Sequence[SentPut], events: Sequence[AuditedEdit]) -> list[tuple[int, int]]:
    """Pairs of a PUT and an event of one queue, by their places; both come in the order of time.

    Pairs don't cross. A PUT that was sent several times may have as many events. The time is that of all
    PUTs times all events.
    """
    slots = [(place, number == 0) for place, put in enumerate(puts) for number in range(put.most)]
    width = len(events) + 1
    moments = [_moment(event) for event in events]
    before: list[Score] = [_NOTHING] * width
    took: list[list[str]] = []
    for place, first in slots:
        put = puts[place]
        needed = first and put.certain
        row: list[Score] = [_NOTHING]
        how = [""]
        for number, event in enumerate(events, start=1):
            best, kind = max((before[number], "put"), (row[-1], "event"), key=lambda option: option[0])
            own = first or not event.changes or _names(event, put)
            if own and put.may_be(moments[number - 1]):
                some, every, named, apart = before[number - 1]
                off = abs((moments[number - 1] - put.at).total_seconds())
                pair = (some + needed, every + 1, named + _names(event, put), apart - off)
                best, kind = (pair, "both") if pair > best else (best, kind)
            row.append(best)
            how.append(kind)
        took.append(how)
        before = row
    return _walked_back([place for place, _ in slots], took, len(events))


def _names(event: AuditedEdit, put: SentPut) -> bool:
    """Whether an event names a field that the PUT changed: how real audits name them isn't known, so that
    this only chooses between those whose times fit."""
    return any(change.property.partition(".")[0] in put.fields for change in event.changes)


def _walked_back(slots: Sequence[int], took: Sequence[Sequence[str]], events: int) -> list[tuple[int, int]]:
    """The pairs of the best way, from its last step back to the first."""
    pairs: list[tuple[int, int]] = []
    slot, event = len(slots), events
    while slot and event:
        step = took[slot - 1][event]
        if step == "both":
            pairs.append((slots[slot - 1], event - 1))
        slot -= step != "event"
        event -= step != "put"
    return pairs[::-1]
