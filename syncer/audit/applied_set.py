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


@dataclass(frozen=True, slots=True)
class RefusedRun:
    """A run that ended before it sent anything: ``reason`` is its code in the trail."""

    run: str
    at: str
    commit: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AppliedSet:
    """What one set of policies was applied from last: ``commit``, by ``run``, ``at`` (RFC 3339). All are
    empty where nothing was applied yet.

    ``entry`` and ``head`` are the number and the hash of the newest entry of the trail that its runs leave.
    ``refused`` are the runs since that sent nothing, the oldest first.
    """

    name: str = ""
    commit: str = ""
    run: str = ""
    at: str = ""
    entry: int = 0
    head: str = START
    refused: tuple[RefusedRun, ...] = ()

    def applied(self, commit: str, run: str, at: str) -> "AppliedSet":
        """The set after a run that applied it, or found that there was nothing to do."""
        return replace(self, commit=commit, run=run, at=at, refused=())

    def with_refused(self, refused: RefusedRun) -> "AppliedSet":
        """The set after one more run that sent nothing."""
        return replace(self, refused=(*self.refused, refused)[-MOST_REFUSED:])

    def as_json(self) -> dict[str, Any]:
        """The set as the record has it."""
        return {**asdict(self), "refused": [asdict(each) for each in self.refused]}


def set_of(document: Mapping[str, Any]) -> AppliedSet:
    """The set of its JSON. Raises TypeError or KeyError for what is none."""
    refused = tuple(RefusedRun(**each) for each in document["refused"])
    return AppliedSet(**{**document, "refused": refused})


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
