"""What looks find, as findings: loops that somebody's edit closed while a run went on."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from syncer.applying.take_back import Taken
from syncer.checks.loops import MOST_LISTED
from syncer.live.edits import last_edit
from syncer.model.finding import Finding, Note, Severity
from syncer.model.outcome import Outcome, Status
from syncer.model.queue import LiveQueue

Queues = Mapping[str, LiveQueue]


def ours_in_loop(
    taken: Taken, outcome: Outcome, queues: Queues, makers: Mapping[str, frozenset[str]]
) -> Finding:
    """``loops.cycle``: a rule of this run lay in a loop, and was taken back or was not.

    ``makers`` are the targets that this run put in force, by queue.
    """
    loop, name = loop_in_words(taken.cycle, queues), queues[taken.queue].name
    back = outcome.status is Status.TAKEN_BACK
    if back:
        message = f"{loop} overflowed in a circle; {name} was taken back"
        tip = "Agree with whoever made the other rules, then plan again"
    else:
        message = f"{loop} overflows in a circle, and {name} could not be taken back: {outcome.detail}"
        tip = "Disable one of these rules in live NOW"
    notes = tuple(_notes(taken, queues, makers, outcome.status))
    return Finding("loops.cycle", Severity.ERROR, message, tip=tip, notes=notes, queue=name)


def _notes(
    taken: Taken, queues: Queues, makers: Mapping[str, frozenset[str]], status: Status
) -> Iterator[Note]:
    pairs = list(pairwise([*taken.cycle, taken.cycle[0]]))
    for source, target in pairs[:MOST_LISTED]:
        rule = f"{queues[source].name} → {queues[target].name}"
        if source == taken.queue:
            yield Note(f"{rule}: of this run, {status.value}")
        elif target in makers.get(source, ()):
            yield Note(f"{rule}: of this run")
        else:
            edit = last_edit(queues[source].raw).in_words()
            yield Note(f"{rule}: not of this run" + (f"; the queue was last changed {edit}" if edit else ""))
    if len(pairs) > MOST_LISTED:
        yield Note(f"and {len(pairs) - MOST_LISTED} more")


def others_loop(cycle: tuple[str, ...], queues: Queues) -> Finding:
    """``loops.unmanaged``: somebody closed a loop meanwhile, and no rule of this run is in it."""
    loop = loop_in_words(cycle, queues)
    return Finding(
        "loops.unmanaged",
        Severity.WARNING,
        f"{loop} overflows in a circle since this run began; no rule of this run is in it",
        tip="Disable one of these rules in live",
        queue=queues[cycle[0]].name,
    )


def unchecked(reason: str) -> Finding:
    """``loops.unchecked``: the look after the last PUT was not possible."""
    return Finding(
        "loops.unchecked",
        Severity.ERROR,
        f"whether the new rules lie in a loop by now is not known: {reason}",
        tip="Run syncer plan: it checks live once more",
    )


def loop_in_words(cycle: tuple[str, ...], queues: Queues) -> str:
    """``A → B → A``, by the names of the queues."""
    names = [queues[queue].name for queue in cycle]
    shown = names[:MOST_LISTED]
    if len(names) > MOST_LISTED:
        shown.append(f"… {len(names) - MOST_LISTED} more …")
    return " → ".join([*shown, names[0]])
