"""What an auditor asks about: whatever in a trail was not the ordinary way of things.

Nothing here is a verdict. A run that overrode a limit may have had every reason to.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from syncer.audit.filters import overrides_in
from syncer.audit.joined import identity
from syncer.audit.period import moment_of
from syncer.model.json_values import finite, mapping

LARGEST_OFFSET: Final = 5_000
"""Milliseconds that the clock of a run may be off before its times are doubted."""

_UNDONE: Final = ("in part", "failed", "interrupted", "cut off", "lost")

_SENT: Final = ("done", *_UNDONE)


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something out of the ordinary: its ``kind`` in words, the number of its entry, its run, and more in
    words, which may be empty."""

    kind: str
    n: str
    run: str
    detail: str = ""


def without_entry(walk: Callable[[], Iterable[Mapping[str, Any]]]) -> frozenset[str]:
    """The runs that changes belong to and that have no entry; ``walk`` gives the whole trail on each call.

    The entry of a run follows its changes, but for what a later run finds out: so few runs are open at once.
    """
    found = set[str]()
    for entry in walk():
        if entry.get("kind") == "change":
            found.add(str(entry.get("run")))
        elif entry.get("kind") == "run":
            found.discard(str(entry.get("run")))
    if found:
        found.difference_update(str(entry.get("run")) for entry in walk() if entry.get("kind") == "run")
    return frozenset(found)


def deviations(entries: Iterable[Mapping[str, Any]], lost: Collection[str]) -> Iterator[Deviation]:
    """The deviations of runs and changes, in the order of the trail; ``lost`` are the runs without an
    entry."""
    for entry in entries:
        found = [*(_of_change(entry, lost) if entry.get("kind") == "change" else _of_run(entry))]
        if moment_of(entry) is None:
            found.append(("time that can't be read", str(entry.get("timestamp"))))
        for kind, detail in found:
            yield Deviation(kind, str(entry.get("n")), str(entry.get("run")), detail)


def _of_change(entry: Mapping[str, Any], lost: Collection[str]) -> Iterator[tuple[str, str]]:
    queue = str(entry.get("queueName") or entry.get("queueId"))
    if not entry.get("success"):
        detail = str(entry.get("detail") or "")
        yield f"change {entry.get('status')}", f"{queue}: {detail}" if detail else queue
    if str(entry.get("run")) in lost:
        yield "change without the entry of its run", queue
    if recovered := mapping(entry.get("recoveredBy")):
        yield "recorded by a later run", f"run {recovered.get('run')}, by {recovered.get('user')}"


def _of_run(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if entry.get("kind") != "run":
        return
    status, detail = str(entry.get("status")), str(entry.get("detail") or "")
    if status in _UNDONE:
        yield f"run {status}", detail
    if status in _SENT:
        yield from _of_evidence(entry)
    if overrides := overrides_in(entry):
        given = " ".join(f"--{each}" for each in overrides)
        why = str(entry.get("justification") or "")
        yield (
            ("limit overridden" if why else "limit overridden without a justification"),
            (f"{given}: {why}" if why else given),
        )
    offset = finite(entry.get("clockOffsetMs"))
    if offset is not None and abs(offset) > LARGEST_OFFSET:
        yield "clock off", f"{offset:.0f} ms"


def _of_evidence(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wanting of the evidence of a run that may have changed something."""
    origin = mapping(entry.get("origin"))
    if identity(origin) != "verified":
        why = str(origin.get("unverified") or "")
        yield (
            "identity claimed, not verified",
            f"{origin.get('user')}: {why}" if why else str(origin.get("user") or ""),
        )
    if entry.get("segregation") == "self-approved":
        yield "approved by the requester", str(entry.get("requester") or "")
    if not entry.get("approvers"):
        yield "no approver known", str(entry.get("approval") or "")
    if mapping(entry.get("policies")).get("dirty") is True:
        yield "policies with edits that no commit has", str(origin.get("commit") or "")
