"""The headline of a plan: what a note keeps of the plans that it showed before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from syncer.model.change import Action, QueueChange

MOST_SUPERSEDED = 5
_HIDDEN = re.compile(
    r"<!-- syncer:(?:commit|superseded) ([0-9a-f]{7,64}|-) (sha256:[0-9a-f]{64}) "
    r"create=(\d{1,9}) update=(\d{1,9}) delete=(\d{1,9}) -->",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Headline:
    """A plan's commit (empty where it is not known), its digest, and its rules by what happens to them."""

    commit: str
    digest: str
    create: int
    update: int
    delete: int

    @property
    def counts(self) -> str:
        """``3 to create, 2 to update, 0 to delete``."""
        return f"{self.create:,} to create, {self.update:,} to update, {self.delete:,} to delete"

    def hidden(self, kind: str) -> str:
        """A line that Markdown doesn't show; ``kind`` is ``commit`` or ``superseded``."""
        counts = f"create={self.create} update={self.update} delete={self.delete}"
        return f"<!-- syncer:{kind} {self.commit or '-'} {self.digest} {counts} -->"


def headline_of(changes: Sequence[QueueChange], digest: str, commit: str) -> Headline:
    """The headline of a plan with these changes."""
    counts = [
        sum(rule.action is action for change in changes for rule in change.rules)
        for action in (Action.CREATE, Action.UPDATE, Action.DELETE)
    ]
    return Headline(commit, digest, *counts)


def superseded_by(now: Headline, previous: str) -> tuple[Headline, ...]:
    """The plans that the note ``previous`` showed and that ``now`` supersedes, the latest first.

    A plan of the same commit is replaced, not superseded.
    """
    found = headlines_in(previous)
    if found and found[0].commit == now.commit:
        found = found[1:]
    return tuple(found[:MOST_SUPERSEDED])


def headlines_in(note: str) -> list[Headline]:
    """The headlines in the hidden lines at the head of a note, after its marker, the latest first."""
    found = []
    for line in note.strip().splitlines()[1:]:
        hidden = _HIDDEN.fullmatch(line.strip())
        if hidden is None:
            break
        commit, digest, *counts = hidden.groups()
        found.append(Headline(commit.removeprefix("-"), digest, *map(int, counts)))
    return found
