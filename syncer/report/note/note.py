"""The note on a merge request, out of a saved plan: the same inputs give the same text.

::

    <!-- syncer:plan:production -->       the marker, by which the next run finds it
    <!-- syncer:commit … -->              this plan's headline, for the note that supersedes it
    <!-- syncer:superseded … -->          those of the plans before
    ## headline, what was checked
    ### Look at this first                errors, deletions, warnings, lock
    ### Changes                           a table
    ### Overflow network                  before and after, as Mermaid
    ### Diff                              folded, one block a queue
    ### On merge
    digest, commit, links, and the superseded plans, folded
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from syncer.checks.safety import REFUSED
from syncer.gitlab.place import Job
from syncer.model.change import Action, QueueChange, names_in
from syncer.model.finding import Severity
from syncer.model.network import Headroom
from syncer.planning.saved_plan import SavedPlan
from syncer.report.note.drawing import Drawing, draw
from syncer.report.note.markup import code, fenced, folded, hidden, links, where
from syncer.report.note.sections import change_table, folded_diffs, further_findings, warnings_first
from syncer.report.text.paint import counted

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


MOST_CHARACTERS = 500_000
"""Half of what GitLab takes: a note that large is slow to draw already."""

NO_PLAN = (
    "The job that plans failed: its log says why, such as policies that can't be read, or live out of reach. "
    "What merging would do is not known."
)
CHECKED = "schema, references, loops, capacity, and the way to the new rules"


def marker(environment: str) -> str:
    """The first line of the note of ``environment``."""
    return hidden("plan", environment)


def stub(environment: str) -> str:
    """What a second note of ``environment`` becomes."""
    return f"{hidden('superseded', environment)}\nSuperseded by a later note of syncer."


def note_text(plan: SavedPlan, environment: str, job: Job, previous: str = "") -> str:
    """The note for a plan; ``previous`` is the note that it replaces.

    Below GitLab's 1,000,000 characters whatever the size of the plan: tables and lists are cut with a
    count, and folded diffs are shown as long as there is room.
    """
    changes, names = plan.changes, _names(plan)
    now = headline_of(changes, plan.digest, job.commit)
    superseded = superseded_by(now, previous)
    head = [
        marker(environment),
        now.hidden("commit"),
        *(old.hidden("superseded") for old in superseded),
        "",
        *_headline(plan, environment, now),
        *warnings_first(plan.findings, changes, plan.lock),
        *further_findings(plan.findings),
        *(["### Changes", "", *change_table(changes)] if changes else []),
        *(_network(plan, names) if changes else []),
    ]
    tail = [*_on_merge(plan), *_origin(now, job), *_superseded(superseded)]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in chain(head, tail))
    diffs = ["### Diff", "", *folded_diffs(changes, names, room)] if changes else []
    return "\n".join([*head, *diffs, *tail]).rstrip("\n") + "\n"


def missing_text(environment: str, job: Job, previous: str = "") -> str:
    """What the note says where no plan could be made: the one that it showed does not count any more."""
    superseded = headlines_in(previous)[:MOST_SUPERSEDED]
    origin = [*([f"Commit {job.commit}"] if job.commit else []), *links(job)]
    lines = [
        marker(environment),
        *(old.hidden("superseded") for old in superseded),
        "",
        f"## syncer plan for {where(environment)}: none could be made",
        "",
        NO_PLAN,
        "",
        *([f"{', '.join(origin)}.", ""] if origin else []),
        *_superseded(tuple(superseded)),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _names(plan: SavedPlan) -> dict[str, str]:
    """The name of every queue and group that the plan speaks of, by its id."""
    spoken = {id_: name for change in plan.changes for id_, name in names_in(change).items()}
    queues = [(each.queue, each.name) for part in (plan.untouched, plan.live, plan.changes) for each in part]
    return {**spoken, **dict(queues)}


def _headline(plan: SavedPlan, environment: str, now: Headline) -> Iterator[str]:
    what = f"{now.counts} in {counted(len(plan.changes), 'queue')}" if plan.changes else "no changes"
    yield from [f"## syncer plan for {where(environment)}: {what}", ""]
    if plan.organization.id:
        yield from [f"Organisation: {code(plan.organization.name)} ({code(plan.organization.id)}).", ""]
    if not plan.changes:
        yield from ["Live is what the policies say.", ""]
    found = ", ".join(
        counted(sum(finding.severity is severity for finding in plan.findings), noun)
        for severity, noun in (
            (Severity.ERROR, "error"),
            (Severity.WARNING, "warning"),
            (Severity.INFO, "note"),
        )
    )
    equal, unmanaged = counted(plan.equal, "queue"), f"{plan.unmanaged:,} unmanaged"
    yield f"Checked: {CHECKED}. Found: {found}. Untouched: {equal} equal, {unmanaged}."
    yield from [*_headroom(plan.headroom), ""]


def _headroom(headroom: Headroom) -> Iterator[str]:
    if headroom.factor is not None:
        yield (
            f"The load may grow to {headroom.factor:.2f} times today's; then {code(headroom.queue)} is full."
            if headroom.factor >= 1
            else f"{code(headroom.queue)} would be full at {headroom.factor:.2f} times today's load already."
        )


def _network(plan: SavedPlan, names: Mapping[str, str]) -> Iterator[str]:
    drawing = draw({queue.queue: queue.rules for queue in plan.live}, plan.changes, names)
    yield from ["### Overflow network", ""]
    if drawing is None:
        yield from ["Its arrows, the flows of contacts, stay as they are.", ""]
        return
    yield from [_legend(drawing), "", "Before:", "", *fenced("mermaid", drawing.before)]
    yield from ["After:", "", *fenced("mermaid", drawing.after)]


def _legend(drawing: Drawing) -> str:
    shown = f"Only the first {drawing.drawn:,} of {drawing.changed:,} rules that change (more can't be drawn)"
    if drawing.whole:
        shown = "The whole network"
    elif drawing.drawn == drawing.changed:
        shown = "Only the rules that change (all are too many to draw)"
    return f"{shown}. Thick: what changes; dotted: disabled."


def _on_merge(plan: SavedPlan) -> list[str]:
    if not plan.applicable:
        what = "This plan has errors and can't be applied. Nothing is written until they are gone."
    elif not plan.changes:
        what = "Nothing is written."
    elif any(finding.id == REFUSED for finding in plan.findings):
        what = (
            f"As things are, the pipeline refuses to apply this plan (`{REFUSED}` above): nothing is written."
        )
    else:
        puts = counted(len(plan.changes), "PUT")
        steps = counted(max(change.step for change in plan.changes), "step")
        what = (
            "The pipeline of the default branch makes this plan anew and applies it: "
            f"{puts} in {steps}, overflow targets before the queues that overflow "
            "to them. Where live has moved in between, the plan is refused and nothing is overwritten."
        )
    return ["### On merge", "", what, ""]


def _origin(now: Headline, job: Job) -> list[str]:
    parts = [
        f"Plan `{now.digest}`",
        *([f"commit {now.commit}"] if now.commit else []),
        *links(job),
    ]
    return [", ".join(parts) + ".", ""]


def _superseded(plans: Sequence[Headline]) -> list[str]:
    if not plans:
        return []
    lines = [f"- commit {plan.commit or 'unknown'}: {plan.counts}; plan `{plan.digest}`" for plan in plans]
    return folded(f"Superseded: {counted(len(plans), 'earlier plan')}", [*lines, ""])
