"""A run that can be undone although older entries of its trail are broken, as a kept head vouches for it.

::

    … broken …  │ one before │ first entry of the run … last │ … kept head │ … newest
                └──────────── the head vouches for these ─────────────────┘
                └──────────── all of these must be whole ───────────────────────────┘

The hash of an entry covers the entry and the hash of the one before it, so a head that was kept elsewhere
vouches for all entries from it back to the first break. What was broken before the run says nothing of what
the run did. What came after it does: a rollback of the run may be there. So all entries from the one before
the run on must be whole (that one shows that nothing of the run is missing in front of it), its changes must
be as many as it says, and the kept head must be that of the last entry of the run, or of a later one.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from syncer.audit.consistency import contradictions
from syncer.audit.new_chain import settles_breaks
from syncer.audit.segments import Line, read_lines
from syncer.audit.verify import Break, refuse_broken, verify_chain, verify_lines
from syncer.errors import AuditError

_HINT = "Name a head that was kept after this run, or undo from the plan that was applied: --plan FILE."


def refuse_unvouched(files: Sequence[Path], run: str, heads: Sequence[str]) -> None:
    """Raise AuditError unless ``heads`` vouch for all that the trail in ``files`` says of ``run``, and every
    entry from the one before it on is whole. A torn last line is no reason."""
    lines = list(_from(run, read_lines(*files)))
    own = [line for line in lines if _is_of(line, run)]
    found = verify_lines(lines, partial=True).breaks
    totals = contradictions(own, lambda _: "").breaks
    for broken in (*found, *totals):
        if broken.kind != "torn":
            raise AuditError(
                f"{_place(broken)}: {broken.message}, so nothing was undone",
                hint="Restore a complete copy, or undo from the plan that was applied: --plan FILE.",
            )
    numbers = {str(line.value.get("hash")): int(line.value["n"]) for line in lines if _holds_entry(line)}
    attested = max((numbers.get(head, 0) for head in heads), default=0)
    last = max((int(line.value["n"]) for line in own), default=0)
    if attested < last:
        known = f"for entries up to {attested:,}" if attested else "for no entry from this run on"
        raise AuditError(
            f"the kept head vouches {known}, and run {run} has entry {last:,}: nothing was undone", hint=_HINT
        )


def whole_after(files: Sequence[Path]) -> int:
    """The number behind which the trail is whole: 0, or that of the entry before a new chain which begins
    behind all that is broken. Raises AuditError where something else is broken."""
    found = verify_chain(files)
    if found.unsettled or not found.chains.settled:
        refuse_broken(files)
        return 0
    return max(int(entry["n"]) for entry in found.chains.begun if settles_breaks(entry)) - 1


def entries_from(files: Sequence[Path], run: str) -> Iterator[dict[str, Any]]:
    """The whole entries from the one before the first of ``run`` on."""
    return (line.value for line in _from(run, read_lines(*files)) if _holds_entry(line))


def _from(run: str, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines from the one before the first of ``run`` on."""
    before: Line | None = None
    begun = False
    for line in lines:
        if not begun and _is_of(line, run):
            begun = True
            if before is not None:
                yield before
        before = line
        if begun:
            yield line


def _holds_entry(line: Line) -> bool:
    return isinstance(line.value, dict)


def _is_of(line: Line, run: str) -> bool:
    return isinstance(line.value, dict) and line.value.get("run") == run


def _place(broken: Break) -> str:
    return f"{broken.path}:{broken.line}"
