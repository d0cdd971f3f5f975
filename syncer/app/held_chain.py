"""The chain across runners: before anything is sent, the trail is verified and compared with the record.

::

    unbroken, has the recorded head   the run continues
    empty, or an older copy           a new chain follows the recorded head; what is here stays in front of it
    broken, or forked                 an apply is refused without --new-chain REASON; what undoes or stops
                                      something starts a new chain by itself
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from syncer.app.followed_trail import FollowedTrail
from syncer.audit.applied_set import AppliedSet
from syncer.audit.branches import sent_nothing
from syncer.audit.held_head import Held, Trail, held
from syncer.audit.new_chain import (
    BEHIND,
    BROKEN,
    CUT,
    EXEMPT,
    FORKED,
    LOST,
    OVERRIDE,
    UNASKED,
    UNPROVED,
    NewChain,
    chain_entry,
)
from syncer.audit.tail import DAMAGED, WAY_OUT
from syncer.audit.verify import verify_chain
from syncer.errors import AuditError, Refused
from syncer.model.finding import Finding, Severity
from syncer.model.json_values import clean
from syncer.net.timing import rfc3339
from syncer.planning.standing import LAST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.app.attempt import Attempt
    from syncer.app.keep_record import KeptRecord
    from syncer.app.options import RunOptions
    from syncer.app.session import Session
    from syncer.audit.entries import Run
    from syncer.audit.verify import Verification

NEW_CHAIN: Final = "trail.new-chain"
LATER: Final = "trail.later"

_REASONS: Final = {
    Trail.LOST: LOST,
    Trail.BEHIND: BEHIND,
    Trail.UNPROVED: UNPROVED,
    Trail.CUT: CUT,
    Trail.APART: UNPROVED,
    Trail.FORKED: FORKED,
}
_UNASKED: Final = (
    "the trail here is empty, and the record could not be read: there may be another trail, which the next "
    "run that can read the record follows"
)


def open_trail(begun: Attempt, options: RunOptions) -> None:
    """Open and lock the trail, like ``Chain.make_ready``; a malformed end isn't an error if a new chain may
    start after it."""
    try:
        begun.chain.make_ready()
    except AuditError as error:
        if error.reason != DAMAGED or not _may_begin(begun, options):
            raise


def hold_chain(begun: Attempt, kept: KeptRecord, options: RunOptions) -> None:
    """Verify the trail, and compare it with the record. If it can't continue, a new chain starts; that is a
    finding of the session.

    Raises Refused if an apply finds the trail broken or forked and has no reason for a new chain, AuditError
    if the trail can't be read or written.
    """
    known, others = _known_trails(kept, begun.run)
    numbers = {number for each in (known, *others) for number in each.heads}
    found = verify_chain(begun.chain.files(), numbers=numbers)
    how = held(found, known)
    if not options.record and how.trail is not Trail.GOES_ON:
        known, how = AppliedSet(known.name), Held(Trail.GOES_ON)
    if how.trail is Trail.FORKED and _sent_nothing(begun, found, how, known):
        how = Held(Trail.BEHIND, how.number, how.head)
    here = {*found.chains.at.items(), (known.entry, known.head)}
    along = tuple(each.name for each in others if (each.entry, each.head) in here)
    if how.trail is Trail.LATER:
        begun.session.findings.append(Finding(LATER, Severity.WARNING, _later(found, known)))
    new = _new_chain(found, how, known)
    if options.record and not found.entries and _is_unasked(kept) and (new is None or new.reason == LOST):
        new = NewChain(UNASKED, known.entry, known.head, _UNASKED)
    if new is None:
        kept.trail = FollowedTrail(begun.chain, known, _since(found, how, known), along)
        return
    if new.reason in (BROKEN, FORKED):
        new = _asked(begun, new, options)
    number = max(found.chains.newest, known.entry, new.entry) + 1
    entry = chain_entry(begun.run, rfc3339(begun.session.now()), new)
    begun.chain.begin(entry, number, new.head)
    _report(begun.session, new)
    kept.trail = FollowedTrail(begun.chain, known, number - 1, along)


def _is_unasked(kept: KeptRecord) -> bool:
    """Whether the store could not be read, so that others may have continued the trail."""
    return kept.store is None or kept.store.stored is None


def _report(session: Session, new: NewChain) -> None:
    """Add a finding, for notes and reports. What isn't a warning is logged too."""
    words = f"new chain: {new.detail}" + (f" ({new.justification})" if new.justification else "")
    severity = Severity.INFO if new.reason in (LOST, BEHIND) else Severity.WARNING
    session.findings.append(Finding(NEW_CHAIN, severity, words))
    if severity is Severity.INFO:
        session.message(words)


def _known_trails(kept: KeptRecord, run: Run) -> tuple[AppliedSet, list[AppliedSet]]:
    """What is known of the trail of the policies that are applied, from the store if it could be read; and
    the other sets of the place."""
    place = kept.record.place(run.place, run.environment)
    stored = kept.store.stored if kept.store is not None else None
    sets = {**place.sets, **stored.place.sets} if stored is not None else place.sets
    for each in sets.values():  # a fork never becomes what is recorded, no matter who was applied later
        mine = place.sets.get(each.name, each).with_trail_of(each)
        kept.record = kept.record.with_set(run.place, run.environment, mine)
    others = [each for name, each in sets.items() if name != kept.policy_set and each.entry]
    return sets.get(kept.policy_set, AppliedSet(kept.policy_set)), others


@dataclass(frozen=True, slots=True)
class _Ends:
    """The ends of both trails, as text."""

    found: Verification
    known: AppliedSet

    @property
    def here(self) -> str:
        """``entry 7, sha256:5f1c…``."""
        number, head = self.found.chains.end
        return f"entry {number:,}, {head}"

    @property
    def recorded(self) -> str:
        """The recorded end, and whose it is."""
        return f"entry {self.known.entry:,}, {self.known.head}{whose(self.known)}"


def whose(known: AppliedSet) -> str:
    """``, of run … (https://…)``: who added the newest entry that a record has."""
    if not known.parts:
        return ""
    last = known.parts[-1]
    return f", of run {clean(last.run)}" + (f" ({clean(last.job)})" if last.job else "")


@contextmanager
def naming_where(run: str, kept: KeptRecord, by: Run) -> Iterator[None]:
    """Add to an error that the trail doesn't have ``run`` (an id, the beginning of one, or ``last``) where it
    is according to the record. ``by`` is the current run."""
    try:
        yield
    except AuditError as error:
        if error.reason == "unknown-run":
            own, others = _known_trails(kept, by)
            error.hint = _where(run, own) or " ".join(filter(None, _elsewhere(run, others))) or error.hint
        raise


def _elsewhere(run: str, others: list[AppliedSet]) -> Iterator[str]:
    """The same for the other policy sets, each by its name; sets that share a trail once."""
    for each in {each.head: each for each in others}.values():
        if found := _where(run, each):
            yield (f"Policy set {clean(each.name)}: " if each.name else "") + found


def _where(run: str, known: AppliedSet) -> str:
    wanted = known.run if run == LAST else run
    found = [part for part in known.parts if wanted and part.run.startswith(wanted)]
    if not found:
        return ""
    last = found[-1]
    entries = f"entries {last.first_entry:,} to {last.entry:,}"
    job = f", in the artifact of {clean(last.job)}" if last.job else ""
    return (
        f"The record has run {clean(last.run)}: {entries} of the trail{job}. Put the audit folder of that "
        f"into an empty folder: syncer rollback {clean(last.run)} --state-dir FOLDER"
    )


def _new_chain(found: Verification, how: Held, known: AppliedSet) -> NewChain | None:
    """Return the chain that must start; None if the trail continues."""
    ends = _Ends(found, known)
    if found.unsettled:
        first = found.unsettled[0]
        words = f"the trail is broken at {first.path}:{first.line}: {first.message}"
        own = not known.entry or found.chains.at.get(known.entry) == known.head
        entry, head = found.chains.end if own else (known.entry, known.head)
        return NewChain(BROKEN, entry, head, words)
    if how.trail not in _REASONS:
        return None
    match how.trail:
        case Trail.LOST:
            words = f"the trail here is empty, the last head was {ends.recorded}"
        case Trail.FORKED:
            ours = found.chains.at[how.number]
            words = (
                f"the trail forks from the recorded one: entry {how.number:,} is {ours} here and {how.head} "
                f"there; the head here is {ends.here}, the recorded one {ends.recorded}"
            )
        case _:
            words = f"the trail here ends at {ends.here}, the last head was {ends.recorded}"
            if how.trail is Trail.APART:
                words += "; it started while the record could not be read"
            elif how.trail is Trail.CUT:
                words += f"; its end was cut off: the run that it ends in continued to entry {how.number:,}"
            elif how.number:
                words += "; its entries after that are of runs that sent nothing"
            if how.trail is Trail.UNPROVED:
                words += "; nothing shows whether this is a copy of that trail or a fork"
    return NewChain(_REASONS[how.trail], known.entry, known.head, words)


def _sent_nothing(begun: Attempt, found: Verification, how: Held, known: AppliedSet) -> bool:
    """Whether all entries after the recorded ones are of runs that sent nothing: a run that is refused before
    the record can be read is only in the trail of its runner."""
    agreed = [number for number in known.heads if number in found.chains.at and number < how.number]
    entries = begun.chain.entries(max(agreed, default=0))
    return all(map(sent_nothing, entries))


def _since(found: Verification, how: Held, known: AppliedSet) -> int:
    """The number after which the entries start that the record doesn't have."""
    recorded = how.trail is Trail.GOES_ON and found.chains.at.get(known.entry) == known.head
    return known.entry if recorded else found.chains.newest


def _later(found: Verification, known: AppliedSet) -> str:
    return (
        f"the trail here starts at entry {found.chains.spans[-1][0]:,}, after the recorded head, entry "
        f"{known.entry:,}: nothing shows whether it continues from there"
    )


def _may_begin(begun: Attempt, options: RunOptions) -> bool:
    """Whether a new chain may start after a broken one: runs that undo or stop something always may."""
    return bool(options.new_chain) or begun.run.verb != "apply"


def _asked(begun: Attempt, new: NewChain, options: RunOptions) -> NewChain:
    """Return the chain with the reason why it may start, which is also in the entry of the run. Raises
    Refused if it may not."""
    if not _may_begin(begun, options):
        bring = "Restore a complete copy" if new.reason == BROKEN else "Bring the recorded trail here"
        raise Refused(
            f"{new.detail}: nothing was sent",
            hint=f"syncer audit verify shows all that is here. {bring}, or {WAY_OUT}",
            reason=new.reason,
        )
    if not options.new_chain:
        why = f"a {begun.run.verb} may start a new chain"
        return replace(new, justification=why, override=EXEMPT)
    why, run = options.new_chain, begun.run
    if not begun.evidence.justification:
        begun.evidence = replace(begun.evidence, justification=why)
        run = replace(run, evidence={**run.evidence, "justification": why})
    begun.run = replace(run, overrides=(*run.overrides, OVERRIDE))
    return replace(new, justification=why, override=OVERRIDE)
