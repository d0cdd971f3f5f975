"""The runs that the note of an apply tells of, in hidden lines at its head; those before are folded too."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syncer.report.note.markup import folded
from syncer.report.text.paint import counted

MOST_EARLIER = 20
_HIDDEN = re.compile(
    r"<!-- syncer:(?:run|earlier) ([\w-]{1,40}) ([a-z-]{1,20}) (sha256:[0-9a-f]{64}) -->", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that has ended: its id, its status, and the head of the audit after it."""

    run: str
    status: str
    head: str

    def lines(self, kind: str) -> Iterator[str]:
        """A line that Markdown doesn't show; none for a run with a name that no run has."""
        line = f"<!-- syncer:{kind} {self.run} {self.status.replace(' ', '-')} {self.head} -->"
        if _HIDDEN.fullmatch(line):
            yield line


def runs_in(note: str) -> Iterator[Ended]:
    """The runs that a note tells of, the newest first."""
    for line in note.strip().splitlines()[1:]:
        found = _HIDDEN.fullmatch(line.strip())
        if found is None:
            return
        yield Ended(found[1], found[2].replace("-", " "), found[3])


def begun(ended: Ended) -> str:
    """When a run began, to the second: its id begins with that."""
    return ended.run.partition("-")[0]


def with_earlier(note: str, runs: Sequence[Ended]) -> str:
    """The note with these runs among its earlier ones, the newest first."""
    marked, *lines = note.strip().splitlines()
    told = list(runs_in(note))
    shown = [ended for ended, line in zip(told, lines, strict=False) if line.startswith("<!-- syncer:run ")]
    before = [ended for ended in told if ended not in shown]
    known = {ended.run for ended in told}
    earlier = sorted((*before, *(each for each in runs if each.run not in known)), key=begun, reverse=True)
    kept = earlier[:MOST_EARLIER]
    body = "\n".join(lines[len(told) :])
    if folds := earlier_section(before):
        body = body[: max(body.rfind(folds[0] + "\n" + folds[1]), 0)] or body
    return (
        "\n".join(
            [
                marked,
                *(line for ended in shown for line in ended.lines("run")),
                *(line for ended in kept for line in ended.lines("earlier")),
                body.rstrip("\n"),
                "",
                *earlier_section(kept),
            ]
        ).rstrip("\n")
        + "\n"
    )


def earlier_section(runs: Sequence[Ended]) -> list[str]:
    """The runs before, folded."""
    if not runs:
        return []
    lines = [f"- run `{ended.run}`: {ended.status}; audit head `{ended.head}`" for ended in runs]
    return folded(counted(len(runs), "earlier run"), [*lines, ""])
