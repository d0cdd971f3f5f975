"""The note on a merge request, out of a saved plan: the same inputs give the same text.

::

    <!-- syncer:plan:production -->       the marker, by which the next run finds it
    <!-- syncer:commit … -->              this plan's headline, for the note that supersedes it
    <!-- syncer:superseded … -->          those of the plans before
    <!-- syncer:changes … -->             the digest of the changes, for the note of the apply
    ## environment, the verdict, counts, headroom, cost
    ### What this change causes           errors, warnings, deletions, what it solves
    ### Changes                           a table
    ### Around the change                 a small drawing, as Mermaid
    the diff, findings of before, notes   folded
    ### Exceptions in force               what a plan holds, by whom, until when, why
    ### On merge
    digest, commit, links, and the superseded plans, folded
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from syncer.checks.safety import REFUSED
from syncer.gitlab.place import Job
from syncer.model.change import Action, QueueChange
from syncer.planning.document import change_digest
from syncer.planning.read_finding import finding_of
from syncer.planning.saved_plan import SavedPlan
from syncer.report.note.body import MOST_CHARACTERS, plan_lines
from syncer.report.note.markup import LONGEST_MESSAGE, code, folded, hidden, links, where
from syncer.report.note.sections import exceptions_in_force, finding_lines
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import counted
from syncer.report.text.source import standing_in_words

MOST_SUPERSEDED = 5
_HIDDEN = re.compile(
    r"<!-- syncer:(?:commit|superseded) ([0-9a-f]{7,64}|-) (sha256:[0-9a-f]{64}) "
    r"create=(\d{1,9}) update=(\d{1,9}) delete=(\d{1,9}) -->",
    re.ASCII,
)
_CHANGES = re.compile(r"^<!-- syncer:changes (sha256:[0-9a-f]{64}) -->\s*$", re.ASCII | re.MULTILINE)
_NO_PLAN_OF = re.compile(r"^Commit ([0-9a-f]{7,64})[,.]", re.ASCII | re.MULTILINE)


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


def commit_in(note: str) -> str:
    """The commit that the note of a plan is of, also where none could be made; empty where it names none."""
    if "\n<!-- syncer:commit " in note and (found := headlines_in(note)):
        return found[0].commit
    none = _NO_PLAN_OF.search(note)
    return none[1] if none else ""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the note of a plan showed to reviewers: the digest of the changes, and their counts in words."""

    changes: str
    counts: str


def reviewed_in(note: str) -> Reviewed | None:
    """What the note of a plan showed; None where it shows none."""
    found = headlines_in(note)
    changes = _CHANGES.search(note)
    return Reviewed(changes[1], found[0].counts) if found and changes else None


NO_PLAN = (
    "The plan job failed. Its log shows why, for example unreadable policies or an unreachable API. "
    "What merging would do is not known."
)
WHY_NO_PLAN = "What merging would do is not known."


def marker(environment: str, policy_set: str = "") -> str:
    """The first line of the note of an environment and a set of policies."""
    return hidden("plan", environment, policy_set=policy_set)


def stub(environment: str, policy_set: str = "") -> str:
    """What a second note of them becomes."""
    line = hidden("superseded", environment, policy_set=policy_set)
    return f"{line}\nSuperseded by a later note of syncer."


def note_text(plan: SavedPlan, environment: str, job: Job, previous: str = "", policy_set: str = "") -> str:
    """The note for a plan; ``previous`` is the note that it replaces.

    Below GitLab's 1,000,000 characters whatever the size of the plan: tables and lists are cut with a
    count, and folded diffs are shown as long as there is room.
    """
    now = headline_of(plan.changes, plan.digest, job.commit)
    superseded = superseded_by(now, previous)
    head = [
        marker(environment, policy_set),
        now.hidden("commit"),
        *(old.hidden("superseded") for old in superseded),
        f"<!-- syncer:changes {change_digest(plan.changes)} -->",
        "",
        f"## syncer plan for {where(environment, policy_set)}",
        "",
        *_standing(plan),
    ]
    tail = [*exceptions_in_force(plan.held), *_on_merge(plan), *_origin(now, job), *_superseded(superseded)]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in chain(head, tail))
    return "\n".join([*head, *plan_lines(plan, room), *tail]).rstrip("\n") + "\n"


def _standing(plan: SavedPlan) -> list[str]:
    """A warning where the plan is not of what merging gives."""
    words = standing_in_words(replace(plan.source, target=code(plan.source.target)))
    return [f"**Warning:** {words}.", ""] if words and plan.source.target else []


def missing_text(
    environment: str,
    job: Job,
    previous: str = "",
    policy_set: str = "",
    report: Mapping[str, Any] | None = None,
) -> str:
    """What the note says where no plan could be made: the one that it showed does not count any more.

    ``report`` is the JSON report (``syncer.output/v1``) of the command that failed, where there is one: its
    error and its findings are in the note.
    """
    superseded = headlines_in(previous)[:MOST_SUPERSEDED]
    origin = [*([f"Commit {job.commit}"] if job.commit else []), *links(job)]
    why = list(_why(report)) if report else []
    lines = [
        marker(environment, policy_set),
        *(old.hidden("superseded") for old in superseded),
        "",
        f"## syncer plan for {where(environment, policy_set)}: none could be made",
        "",
        *([WHY_NO_PLAN, "", *why] if why else [NO_PLAN, ""]),
        *([f"{', '.join(origin)}.", ""] if origin else []),
        *_superseded(tuple(superseded)),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _why(report: Mapping[str, Any]) -> Iterator[str]:
    """The error that ended a command, and what it found, errors first."""
    if error := report["error"]:
        yield from [f"**Error:** {code(error['message'].replace(chr(10), ' · '), LONGEST_MESSAGE)}", ""]
        if error["hint"]:
            yield from [f"What to do: {code(error['hint'], LONGEST_MESSAGE)}", ""]
    if findings := [finding_of(each) for each in report["findings"]]:
        yield from ["### What was found", "", *finding_lines(by_danger(findings)), ""]


def _on_merge(plan: SavedPlan) -> list[str]:
    if not plan.applicable:
        what = "Nothing is written until the errors are gone."
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
            "The pipeline of the default branch makes this plan again and applies it: "
            f"{puts} in {steps}, overflow targets before the queues that overflow "
            "to them. If the live rules changed in between, the plan is refused and nothing is overwritten."
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
