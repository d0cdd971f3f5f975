"""Compare the trail of a state folder with the head that a record keeps: which is newer, and is it one chain?

::

    record   ─ 3 ────── 7 ──────── 12          heads that are known: the ends of what each run added
    a          3 ────── 7 ──────── 12 ─ 13     goes on: the record missed a run
    b                                          lost: nothing is here
    c          3 ────── 7                      behind: an older copy
    d          3 ── 5                          unproved: older, and no known head is its end
    g          3 ─ 4 ─ 5                       cut: its run added 4 to 7
    e          3 ─── 5 ─ 7'                    forked: another entry 7
    f      1' ─ 2' ─ 3'                        apart: began while the record could not be read
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from syncer.audit.applied_set import AppliedSet, TrailPart
from syncer.audit.verify import Verification


class Trail(Enum):
    """How the trail of a state folder stands to the head of a record."""

    GOES_ON = "it has the head of the record, or the record has none"
    LOST = "it is empty"
    BEHIND = "it is an older copy"
    CUT = "it ends inside what a run added"
    UNPROVED = "it is older, and nothing shows whether it is a copy"
    APART = "it began while the record could not be read, which knows nothing of it"
    LATER = "it begins behind the head of the record"
    FORKED = "it has another entry in the place of one that the record knows"


@dataclass(frozen=True, slots=True)
class Held:
    """How a trail stands to a head; where it is forked, at which number, and which hash the record has there;
    where it was cut, the same of the last entry of the run that it ends in."""

    trail: Trail
    number: int = 0
    head: str = ""


def held(found: Verification, known: AppliedSet) -> Held:
    """Compare a trail, verified with the hashes of ``known.heads``, with what a record knows of it."""
    if not known.entry:
        return Held(Trail.GOES_ON)
    if not found.entries:
        return Held(Trail.LOST)
    here, end = found.chains.at, found.chains.newest
    if found.chains.apart and not _is_known_since(found.chains.apart, here, known):
        return Held(Trail.APART)
    for number, head in sorted(known.heads.items()):
        if here.get(number, head) != head:
            return Held(Trail.FORKED, number, head)
    if known.entry in here:
        return Held(Trail.GOES_ON)
    if end > known.entry:
        return Held(Trail.LATER)
    if part := _cut_part(here, end, known):
        return Held(Trail.CUT, part.entry, part.head)
    return Held(Trail.BEHIND if end in here else Trail.UNPROVED)


def _is_known_since(first: int, here: Mapping[int, str], known: AppliedSet) -> bool:
    return any(number >= first and here.get(number) == head for number, head in known.heads.items())


def _cut_part(here: Mapping[int, str], end: int, known: AppliedSet) -> TrailPart | None:
    """What a run added, where the trail has its first entry and ends before its last."""
    parts = (part for part in known.parts if part.first_entry <= end < part.entry)
    return next((part for part in parts if part.first_entry in here), None)
