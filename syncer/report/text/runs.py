"""Runs as text: the results of an apply, and the audit trail."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syncer.applying.apply import Result
from syncer.audit.entries import place_of
from syncer.audit.figures import Figures
from syncer.kinds.registry import rule_step
from syncer.model.json_values import mapping
from syncer.model.plan import Outcome, Status
from syncer.report.causes import More, by_cause
from syncer.report.facts import facts_in_words, learn_names
from syncer.report.hand_edits import hand_edits_in_words
from syncer.report.lookups import AuditFigures, AuditShown, AuditVerified
from syncer.report.narrow import shown_entries, shown_outcomes
from syncer.report.text.binder import cover_lines, filed_lines
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.text.plan import held_lines, narrowed_lines
from syncer.report.text.watched import watched_lines
from syncer.report.views import Applied, CutOffRun

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


def applied_lines(view: Applied, paint: Paint, *, verbose: bool = False) -> list[str]:
    """The runs that were cut off before, then the results of this one, its totals and the audit's head; at
    last the exceptions that it held.

    ``verbose`` lists all queues that were not done for one reason.
    """
    lines = narrowed_lines(view, paint)
    lines += [line for cut_off in view.recovered for line in _cut_off_lines(cut_off, view.only, paint)]
    if view.message:
        lines.append(paint(paint.program.spoken(view.message)))
    for result in (view.result, view.undone):
        lines += _result_lines(result, view.only, paint, verbose=verbose) if result else []
    lines += watched_lines(view.watched, paint) if view.watched else []
    return [*lines, *held_lines(view.exceptions, paint)]


def _result_lines(result: Result, only: Sequence[str], paint: Paint, *, verbose: bool) -> list[str]:
    lines = [*outcome_lines(shown_outcomes(result.outcomes, only), paint, verbose=verbose), ""]
    counts = {status: sum(outcome.status is status for outcome in result.outcomes) for status in Status}
    total = ", ".join(f"{number:,} {status.value}" for status, number in counts.items() if number)
    calls = sum(number for name, number in result.calls.items() if " " in name)
    lines.append(f"{paint(f'{result.run.verb} {result.status}:', bold=True)} {total}")
    lines.append(f"run {result.run.id}, {counted(calls, 'call')} in {result.duration_ms / 1000:.1f} s")
    lines.append(f"audit head: {result.head}")
    return lines


def outcome_lines(outcomes: Sequence[Outcome], paint: Paint, *, verbose: bool = False) -> Iterator[str]:
    """One line a queue: its status, its name, what was sent; its detail beneath."""
    width = width_of([outcome.change.name for outcome in outcomes])
    longest = max([_SHORTEST, *(len(outcome.status.value) for outcome in outcomes)])
    for outcome in by_cause(outcomes, verbose=verbose):
        if isinstance(outcome, More):
            status = paint(padded(outcome.status.value, longest), COLORS[outcome.status])
            yield f"  {status}  {outcome.words} (--verbose shows all)"
            continue
        status = paint(padded(outcome.status.value, longest), COLORS[outcome.status])
        puts = counted(outcome.attempts, "PUT")
        sent = f"{puts}, {outcome.latency_ms:.0f} ms" if outcome.attempts else "no PUT"
        if outcome.window_ms:
            sent += f", lock compare open for at least {outcome.window_ms:.0f} ms"
        rules = counted(outcome.rules, "rule")
        yield f"  {status}  {padded(outcome.change.name, width)}  {rules}, {sent}".rstrip()
        if outcome.detail:
            yield f"{' ' * (longest + 4)}{paint(outcome.detail, dim=True)}"


def _cut_off_lines(cut_off: CutOffRun, only: Sequence[str], paint: Paint) -> list[str]:
    run = cut_off.run
    of = f" of {run.started_at}" if run.started_at else ""
    asked = "the live queues were read" if cut_off.ended else "its changes were looked up in the live queues"
    head = f"run {run.id}{of} {cut_off.words}; {asked}:"
    return [paint(head, "yellow"), *outcome_lines(shown_outcomes(cut_off.outcomes, only), paint), ""]


BLIND = (
    "A chain alone can't show that its newest entries were cut off: compare it with a head that was kept "
    "elsewhere, with --head HASH."
)


def entry_lines(view: AuditShown, paint: Paint) -> Iterator[str]:
    """How the entries were chosen; then one line an entry, as it is read."""
    yield from narrowed_lines(view, paint)
    if view.sample:
        yield paint(f"sample: {view.sample}", bold=True)
    entry, names = None, dict[str, str]()
    for entry in shown_entries(view):
        learn_names(entry, names)
        yield _entry_line(entry, paint) + paint(facts_in_words(entry, names) + hand_edits_in_words(entry))
    if entry is None:
        yield "nothing in the audit trail fits" if view.filtered else "the audit trail is empty"


def _entry_line(entry: Mapping[str, Any], paint: Paint) -> str:
    good = bool(entry.get("success"))
    mark = paint("ok  " if good else "FAIL", "green" if good else "red")
    if entry.get("kind") == "check":
        what = f"{entry.get('status')}{_who(entry)}{_where(entry)}{_checked(entry)}"
    elif entry.get("kind") == "chain":
        what = f"{entry.get('reason')}{_who(entry)}{_where(entry)}; {entry.get('detail')}{_asked(entry)}"
    elif entry.get("kind") == "run":
        detail = str(entry.get("detail") or "").split("\n")
        what = (
            f"{entry.get('status')}{_undoes(entry)}{_exception(entry)}{_who(entry)}{_where(entry)}"
            + "".join(f"; {line.rstrip(':')}" for line in detail if line)
        )
    else:
        towards = f" → {entry.get('targetName')}" if entry.get("targetName") != "" else ""
        what = f"{entry.get('queueName')}{towards}: {rule_step(entry)} ({entry.get('status')})"
    run = entry.get("run")
    cells = (f"{entry.get('n')}".rjust(5), entry.get("timestamp"), run, None, entry.get("action"), what)
    return "  ".join(mark if cell is None else paint(str(cell)) for cell in cells)


def _asked(entry: Mapping[str, Any]) -> str:
    """The reason that was given for a new chain."""
    return f" ({entry.get('justification')})" if entry.get("justification") else ""


def _checked(entry: Mapping[str, Any]) -> str:
    """What a check looked at, and what it found."""
    scope, counts = mapping(entry.get("scope")), mapping(entry.get("counts"))
    found = ", ".join(f"{number} {name}" for name, number in counts.items())
    return f"; {scope.get('queues')} queues and {scope.get('rules')} rules: {found}"


def _undoes(entry: Mapping[str, Any]) -> str:
    undoes = entry.get("undoes")
    return f", undoes run {undoes}" if undoes else ""


def _exception(entry: Mapping[str, Any]) -> str:
    """The exception from the policies that a run made or lifted."""
    made, lifts = entry.get("exception"), entry.get("lifts")
    if isinstance(made, Mapping):
        about = f" about {made.get('targetName')}" if made.get("targetName") else ""
        return f", an exception{about} until {made.get('until') or 'it is lifted'}"
    return f", lifts {', '.join(map(str, lifts))}" if isinstance(lifts, list) and lifts else ""


def _who(entry: Mapping[str, Any]) -> str:
    origin = entry.get("origin")
    user = origin.get("user") if isinstance(origin, Mapping) else ""
    return f", by {user}" if user else ""


def _where(entry: Mapping[str, Any]) -> str:
    """The environment and the organization, as far as they are known."""
    environment, organization = entry.get("environment"), place_of(entry).organization
    found = [f"environment {environment}"] if environment else []
    if organization.id:
        found.append(f"organization {organization}")
    return f", in {' of '.join(found)}" if found else ""


def verification_lines(view: AuditVerified, paint: Paint) -> list[str]:
    """The verdict; the first broken entry before the others; what a chain can't see."""
    verification = view.verification
    lines = [
        f"{paint(f'{found.path}:{found.line}', bold=True)}: {paint(found.kind, 'red', bold=True)}: "
        f"{paint(found.message)}"
        for found in verification.breaks
    ]
    entries = counted(verification.entries, "entry", "entries")
    if verification.whole:
        lines.append(f"{paint('whole:', 'green', bold=True)} {entries}, head {verification.head}")
    else:
        breaks = counted(len(verification.breaks), "break")
        lines.append(f"{paint('broken:', 'red', bold=True)} {breaks} in {entries}")
    return [*lines, *map(paint, attestation(view))]


def attestation(view: AuditVerified) -> Iterator[str]:
    """What the kept heads prove, what the files rest on, and which run is not over."""
    found = view.verification
    if found.first > 1:
        yield f"it begins at entry {found.first:,} and rests on the hash of the one before, {found.before}"
    yield from map(_new_chain, found.chains.begun)
    if view.recorded:
        yield view.recorded
    for receipt in view.receipts:
        note = f": {receipt.problem}" if receipt.problem else ""
        yield f"{receipt.kind} of entry {receipt.entry:,}, {receipt.time}: {receipt.status}{note}"
    if not (view.kept_heads or found.attested):
        yield BLIND
    elif found.whole:
        rest = f"; {found.unattested:,} rest on the chain alone" if found.unattested else ""
        yield f"attested to entry {found.attested:,} of {found.last:,}{rest}"
    if view.open_run:
        yield f"run {view.open_run} is open: it is running, or was cut off and not closed by a later run"


def _new_chain(entry: Mapping[str, Any]) -> str:
    """Where a chain begins, and which head it follows."""
    follows = entry["follows"]
    head = f"entry {follows['entry']:,}, {follows['head']}"
    return (
        f"entry {entry['n']:,} begins a new chain, which follows {head}: {entry.get('detail')}{_asked(entry)}"
    )


def figure_lines(view: AuditFigures, paint: Paint) -> Iterator[str]:
    """The first page and what follows it, where there is one; the figures, then each change."""
    if view.cover:
        yield from cover_lines(view.cover, view.exceptions, paint)
    yield from map(paint, figures_in_words(view.figures))
    yield ""
    if view.cover:
        yield from filed_lines(view, paint)
    yield from (_entry_line(entry, paint) for entry in view.changes)


def figures_in_words(figures: Figures) -> Iterator[str]:
    """A line a figure, or a few that belong together."""
    yield f"from {figures.first or '-'} to {figures.last or '-'}"
    yield f"runs: {figures.runs:,} ({_counts(figures.runs_by_status)})"
    yield f"validations that passed: {percent(figures.validation_rate)} of {figures.validations:,}"
    yield f"rule changes: {figures.changes:,} ({_counts(figures.changes_by_action)})"
    yield f"changes that succeeded: {percent(figures.success_rate)} ({_counts(figures.changes_by_status)})"
    median, p95 = milliseconds(figures.latency_median_ms), milliseconds(figures.latency_p95_ms)
    yield f"latency of {figures.writes:,} PUTs: median {median}, 95th percentile {p95}"
    yield f"calls: {_counts(figures.calls)}"
    yield sent_in_words(figures)


def sent_in_words(figures: Figures) -> str:
    """How the PUTs of changes and those that runs counted add up."""
    verdict = "" if figures.adds_up else ", which does not add up"
    cut_off = f" + {figures.attempts_cut_off:,} of runs that were cut off" if figures.attempts_cut_off else ""
    return f"PUTs of changes: {figures.attempts:,} = {figures.puts:,} counted by runs{cut_off}{verdict}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) or "none"


def percent(rate: float | None) -> str:
    """A rate of 0 to 1 in percent."""
    return "-" if rate is None else f"{rate * 100:.1f} %"


def milliseconds(value: float | None) -> str:
    """A time in milliseconds."""
    return "-" if value is None else f"{value:.0f} ms"
