"""A set of policies as it was applied last: the commit, the run, and what was refused since.

::

    place (organization and environment)
      └── set of policies (its name or folder)     commit, run, time     an older commit never undoes it
            ├── trail                              number and hash of its newest entry
            └── refused                            runs since that sent nothing
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from syncer.audit.tail import START

MOST_REFUSED: Final = 20
"""Runs that were refused in a row are kept up to this number, the newest ones."""

IN_PART: Final = "in part"
ROLLED_BACK: Final = "rolled back"

MOST_PARTS: Final = 50
"""Parts of a trail are kept up to this number: the first one, and the newest ones."""


@dataclass(frozen=True, slots=True)
class RefusedRun:
    """A run that ended before it sent anything: ``reason`` is its code in the trail."""

    run: str
    at: str
    commit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TrailPart:
    """What one run added to a trail: its first entry and its last, each by number and hash. ``job`` is the
    URL of its job, whose artifact has them; empty outside of pipelines."""

    run: str
    job: str
    first_entry: int
    first_head: str
    entry: int
    head: str


@dataclass(frozen=True, slots=True)
class AppliedSet:
    """What one set of policies was applied from last: ``commit``, by ``run``, ``at`` (RFC 3339). All are
    empty where nothing was applied yet.

    ``entry`` and ``head`` are the number and the hash of the newest entry of the trail that its runs leave.
    ``parts`` are what its first run and its newest ones added to that: another trail with the number of an
    end of a part, and another hash there, is a fork. ``refused`` are the runs since that sent nothing, the
    oldest first.

    ``whole`` is the commit that was last applied with all that it says, empty where that isn't known.
    ``state`` is the state of the last apply if that isn't all: ``IN_PART`` or ``ROLLED_BACK``.
    """

    name: str = ""
    commit: str = ""
    run: str = ""
    at: str = ""
    entry: int = 0
    head: str = START
    refused: tuple[RefusedRun, ...] = ()
    parts: tuple[TrailPart, ...] = ()
    whole: str = ""
    state: str = ""

    @property
    def heads(self) -> dict[int, str]:
        """The hashes of entries that are known, by number."""
        ends = (((each.first_entry, each.first_head), (each.entry, each.head)) for each in self.parts)
        known = {number: head for both in ends for number, head in both}
        return {**known, self.entry: self.head} if self.entry else known

    def applied(self, commit: str, run: str, at: str) -> "AppliedSet":
        """The set after a run that applied it, or found that there was nothing to do."""
        return replace(self, commit=commit, run=run, at=at, refused=(), state="")

    def ended(self, *, whole: bool) -> "AppliedSet":
        """The set once its run is over, after all that its commit says or a part of that."""
        return replace(self, whole=self.commit) if whole else replace(self, state=IN_PART)

    def undone(self, run: str) -> "AppliedSet":
        """The set after ``run`` was rolled back: the same where that isn't the one that applied it last."""
        return replace(self, state=ROLLED_BACK) if run == self.run else self

    def with_refused(self, refused: RefusedRun) -> "AppliedSet":
        """The set after one more run that sent nothing."""
        return replace(self, refused=(*self.refused, refused)[-MOST_REFUSED:])

    def with_part(self, part: TrailPart) -> "AppliedSet":
        """The set after its run added a part to the trail, or more to the part that it added last."""
        parts = self.parts
        if parts and parts[-1].run == part.run:
            parts, part = parts[:-1], replace(parts[-1], entry=part.entry, head=part.head)
        kept = (*parts, part)
        if len(kept) > MOST_PARTS:
            kept = (kept[0], *kept[-MOST_PARTS + 1 :])
        return replace(self, entry=part.entry, head=part.head, parts=kept)

    def with_trail_of(self, other: "AppliedSet") -> "AppliedSet":
        """The set with what is known of the trail of another one, which has the same trail."""
        return replace(self, entry=other.entry, head=other.head, parts=other.parts)

    def as_json(self) -> dict[str, Any]:
        """The set as the record has it."""
        lists = {"refused": [*map(asdict, self.refused)], "parts": [*map(asdict, self.parts)]}
        return {**asdict(self), **lists}


def set_of(document: Mapping[str, Any]) -> AppliedSet:
    """The set of its JSON. Raises TypeError or KeyError for what is none."""
    refused = tuple(RefusedRun(**each) for each in document["refused"])
    parts = tuple(TrailPart(**each) for each in document.get("parts", ()))  # older files have none
    whole = document.get("whole", document["commit"])  # older files don't tell them apart
    return AppliedSet(**{**document, "refused": refused, "parts": parts, "whole": whole})


def newest_sets(ours: Mapping[str, AppliedSet], theirs: Mapping[str, AppliedSet]) -> dict[str, AppliedSet]:
    """Each set as it was applied later; as the other side has it, where both are equally old."""
    return {**ours, **{name: _newer(ours.get(name), each) for name, each in theirs.items()}}


def _newer(ours: AppliedSet | None, theirs: AppliedSet) -> AppliedSet:
    if ours is None:
        return theirs
    return ours if _age(ours) > _age(theirs) else theirs


def _age(each: AppliedSet) -> tuple[str, str, int]:
    """By the time of what was applied, then of what was refused, then by the trail."""
    return (each.at, each.refused[-1].at if each.refused else "", each.entry)
