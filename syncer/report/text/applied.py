"""What became of an apply, as text: the table of results."""

from collections.abc import Iterator, Sequence

from syncer.applying.apply import Result
from syncer.model.outcome import SENT, Outcome, Status
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.views import Applied, CutOffRun

AGAIN = "The policies still say what was undone: revert them too, or the next apply does it again."

COLORS = {
    Status.APPLIED: "green",
    Status.MERGED: "green",
    Status.ALREADY: "green",
    Status.CONFLICT: "red",
    Status.FAILED: "red",
    Status.UNKNOWN: "red",
    Status.SKIPPED: "yellow",
    Status.NOT_STARTED: "yellow",
    Status.TAKEN_BACK: "red",
    Status.NOT_TAKEN_BACK: "red",
}

_SHORTEST = 11
"""The width of the column of statuses, where none is longer."""


def applied_lines(view: Applied, paint: Paint) -> list[str]:
    """The runs that were cut off before, then the results of this one, its totals and the audit's head."""
    lines = [line for cut_off in view.recovered for line in _cut_off_lines(cut_off, paint)]
    if view.message:
        lines.append(paint(view.message))
    for result in (view.result, view.undone):
        lines += _result_lines(result, paint) if result else []
    return lines


def _result_lines(result: Result, paint: Paint) -> list[str]:
    lines = [*outcome_lines(result.outcomes, paint), ""]
    counts = {status: sum(outcome.status is status for outcome in result.outcomes) for status in Status}
    total = ", ".join(f"{number:,} {status.value}" for status, number in counts.items() if number)
    calls = sum(number for name, number in result.calls.items() if " " in name)
    lines.append(f"{paint(f'{result.run.verb} {result.status}:', bold=True)} {total}")
    lines.append(f"run {result.run.id}, {counted(calls, 'call')} in {result.duration_ms / 1000:.1f} s")
    lines.append(f"audit head: {result.head}")
    if result.run.verb == "rollback" and any(outcome.status in SENT for outcome in result.outcomes):
        lines.append(AGAIN)
    return lines


def outcome_lines(outcomes: Sequence[Outcome], paint: Paint) -> Iterator[str]:
    """One line a queue: its status, its name, what was sent; its detail beneath."""
    width = width_of([outcome.change.name for outcome in outcomes])
    longest = max([_SHORTEST, *(len(outcome.status.value) for outcome in outcomes)])
    for outcome in outcomes:
        status = paint(padded(outcome.status.value, longest), COLORS[outcome.status])
        puts = counted(outcome.attempts, "PUT")
        sent = f"{puts}, {outcome.latency_ms:.0f} ms" if outcome.attempts else "no PUT"
        if outcome.window_ms:
            sent += f", lock compare open for at least {outcome.window_ms:.0f} ms"
        rules = counted(len(outcome.change.rules), "rule")
        yield f"  {status}  {padded(outcome.change.name, width)}  {rules}, {sent}".rstrip()
        if outcome.detail:
            yield f"{' ' * (longest + 4)}{paint(outcome.detail, dim=True)}"


def _cut_off_lines(cut_off: CutOffRun, paint: Paint) -> list[str]:
    run = cut_off.run
    head = f"run {run.id} of {run.started_at} was cut off; live was asked what became of its changes:"
    return [paint(head, "yellow"), *outcome_lines(cut_off.outcomes, paint), ""]
