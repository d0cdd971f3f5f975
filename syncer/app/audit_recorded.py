"""Compare a trail with the head in a store: what vouches for it, and whether it is a fork."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.app.record_store import stored_record
from syncer.audit.applied_set import AppliedSet
from syncer.audit.entries import place_of
from syncer.audit.held_head import Held, Trail, held
from syncer.audit.merged import merged
from syncer.audit.record import Record
from syncer.audit.segments import entries_in
from syncer.audit.verify import Break, verify_merged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from syncer.app.places import PolicySource
    from syncer.app.session import Session
    from syncer.audit.verify import Verification
    from syncer.model.settings import ApiLocation


@dataclass(frozen=True, slots=True)
class Recorded:
    """The result for a trail: ``heads`` that vouch for it, ``breaks``, and both in ``words``."""

    heads: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    words: str = ""


def held_against(store: str, paths: Sequence[Path], source: PolicySource, session: Session) -> Recorded:
    """Compare the trail in ``paths`` with what ``store`` (as in ``--record``) has for the policies ``source``
    at the place of its newest entry. A store that can't be read is a warning. Raises WrongUsage for an
    invalid store."""
    location, environment = _place(paths, source.environment)
    if location is None:
        return Recorded(words="no entry names the organization, so no record was checked")
    link = stored_record(store, location, environment, session)
    if link is None:
        return Recorded()
    link.pulled(Record(), lambda: iter(()))
    if link.stored is None:
        return Recorded()
    known = link.stored.place.sets.get(source.policy_set, AppliedSet(source.policy_set))
    found = verify_merged(paths, known=known.heads)
    return _recorded(found, held(found, known), known, f"the record in {link.store.name}", paths)


def _place(paths: Sequence[Path], environment: str) -> tuple[ApiLocation | None, str]:
    """Return where the newest entry of a trail was written, and its environment: the requested one, if
    any."""
    location, where = None, ""
    for entry in entries_in(merged(paths)):
        own = str(entry.get("environment") or "")
        if environment in ("", own) and place_of(entry).organization.id:
            location, where = place_of(entry), own
    return location, where


def _recorded(
    found: Verification, how: Held, known: AppliedSet, name: str, paths: Sequence[Path]
) -> Recorded:
    head = f"entry {known.entry:,}, {known.head}"
    end = found.chains.end[0]
    match how.trail:
        case Trail.FORKED:
            words = f"{name} has another entry {how.number:,}, {how.head}: one of the two chains is a fork"
            return Recorded((), (Break(1, "forked", words, paths[-1]),), words)
        case Trail.CUT:
            words = f"{name} has what followed, up to entry {how.number:,}, {how.head}: the end was cut off"
            return Recorded((), (Break(1, "truncated", words, paths[-1]),), words)
        case Trail.APART:
            words = f"{name} has {head}, and nothing of this trail, started while the record was unreadable"
            return Recorded((), (), words)
        case Trail.BEHIND:
            return Recorded(_own_head(found, known), (), f"{name} continues to {head}: this is an older copy")
        case Trail.UNPROVED:
            words = f"{name} continues to {head}; nothing shows whether this is a copy or a fork"
            return Recorded((), (), words)
        case Trail.LATER:
            words = f"it starts after the head that {name} has, {head}; nothing proves that it follows"
            return Recorded((), (), words)
    if not known.entry:
        return Recorded((), (), f"{name} has no head of this trail")
    behind = "" if end == known.entry else f", and {end - known.entry:,} entries follow that it doesn't have"
    return Recorded((known.head,), (), f"{name} has {head}, which is in the chain{behind}")


def _own_head(found: Verification, known: AppliedSet) -> tuple[str, ...]:
    """Return the head of an older copy, if the record has it."""
    number, head = found.chains.end
    return (head,) if known.heads.get(number) == head else ()
