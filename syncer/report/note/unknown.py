"""The note of an apply whose report is missing, so that its result is not known.

::

    <!-- syncer:apply:production -->      the marker of the note of an apply, which it replaces
    <!-- syncer:earlier … -->             the runs that the note told of
    ## headline
    what the record shows: runs that are open, what was applied last
    what to do
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from syncer.audit.applied_set import AppliedSet
from syncer.audit.record import Intent
from syncer.gitlab.place import Job
from syncer.report.note.applied import applied_marker
from syncer.report.note.markup import code, links, where
from syncer.report.note.runs import MOST_EARLIER, earlier_section, runs_in
from syncer.report.text.paint import counted

MOST_RUNS = 10
MOST_QUEUES = 50

WHAT_TO_DO = (
    "`syncer plan` shows what is left to do, `syncer status` which runs are open. The next `syncer apply` "
    "reads the result of each open queue, records it, and continues: start the job again."
)


@dataclass(frozen=True, slots=True)
class LastKnown:
    """What records show of a set of policies: the runs that are ``open``, what was ``applied`` last, and the
    ``names`` of queues by id. ``read``: there is a record."""

    open: tuple[Intent, ...] = ()
    applied: AppliedSet | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    read: bool = False


def unknown_text(environment: str, job: Job, previous: str, known: LastKnown, *, policy_set: str = "") -> str:
    """The note; ``previous`` is the one that it replaces, whose runs stay in it."""
    earlier = list(runs_in(previous))[:MOST_EARLIER]
    origin = ", ".join([*([f"commit {job.commit}"] if job.commit else []), *links(job)])
    lines = [
        applied_marker(environment, policy_set),
        *(line for ended in earlier for line in ended.lines("earlier")),
        "",
        f"## syncer apply for {where(environment, policy_set)}: the result is not known",
        "",
        "The apply left no report: its job was killed, or its runner is gone. Queues may have been written.",
        "",
        *_known(known),
        "",
        f"**What to do:** {WHAT_TO_DO}",
        "",
        *([f"{origin[:1].upper()}{origin[1:]}.", ""] if origin else []),
        *earlier_section(earlier),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _known(known: LastKnown) -> Iterator[str]:
    if not known.read:
        yield "- No record could be read here: only the live queues show what was sent."
        return
    for intent in known.open[:MOST_RUNS]:
        by = f" by {code(intent.user)}" if intent.user else ""
        commit = f" of commit {code(intent.commit)}" if intent.commit else ""
        begun = f"run {code(intent.run)}{commit}, begun at {code(intent.started_at)}{by}"
        yield f"- **Open:** {begun}, was about to write {_queues(intent.queues, known.names)}."
    if len(known.open) > MOST_RUNS:
        yield f"- … and {counted(len(known.open) - MOST_RUNS, 'more open run')}."
    if not known.open:
        yield "- The record has no open run: every run that was about to write has recorded how it ended."
    if known.applied and known.applied.run:
        commit = f" from commit {code(known.applied.commit)}" if known.applied.commit else ""
        yield f"- Applied last{commit}, by run {code(known.applied.run)} at {code(known.applied.at)}."
    else:
        yield "- Nothing is recorded as applied before."


def _queues(ids: Sequence[str], names: Mapping[str, str]) -> str:
    shown = ", ".join(code(names.get(each, each)) for each in ids[:MOST_QUEUES])
    more = f" and {len(ids) - MOST_QUEUES:,} more" if len(ids) > MOST_QUEUES else ""
    return f"{counted(len(ids), 'queue')}: {shown}{more}" if ids else "no queue"
