"""The result of an apply as a page: what was done, what wasn't and why, and the head of the audit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from syncer.applying.apply import Result
from syncer.model.finding import Severity
from syncer.model.plan import Outcome
from syncer.report.escape import html
from syncer.report.html import findings as found
from syncer.report.html.drawing import Drawing
from syncer.report.html.headline import KINDS, danger, dangers, opened
from syncer.report.html.legend import OF_RUN
from syncer.report.html.markup import and_more, code, facts, long_table, section, table
from syncer.report.html.names import NO_NAMES, Names, target
from syncer.report.html.other import problems
from syncer.report.narrow import shown_outcomes
from syncer.report.picture.model import BECAME_SIGNS, Became, Picture
from syncer.report.picture.of_run import BECAME, picture_of_run
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import counted
from syncer.report.text.plan import rule_in_words
from syncer.report.text.short import narrowed_in_words
from syncer.report.views import Applied, CutOffRun, Report
from syncer.report.watched import figures, headline, history, verdict

MOST_ROWS: Final = 2_000


def kind_of(report: Report, view: Applied) -> str:
    """Whether all that was wanted was done."""
    results = [result for result in (view.result, view.undone) if result]
    undone = any(not outcome.done for result in results for outcome in result.outcomes)
    if report.error is not None or undone or report.exit_code not in (0, 2):
        return "bad"
    worse = view.watched is not None and any(queue.worse for queue in view.watched.queues)
    return "warn" if worse or report.warnings or found.caused(report.findings) else "good"


def sentence(view: Applied) -> str:
    """``Applied in part: 8 applied, 1 failed``."""
    if view.result is None:
        return view.message or "Nothing to do"
    result = view.result
    left_first = sorted(result.outcomes, key=lambda outcome: outcome.done)
    counts = Counter(outcome.status.value for outcome in left_first)
    queues = ", ".join(f"{number:,} {status}" for status, number in counts.items())
    done = f"{result.run.verb} {result.status}".capitalize()
    return f"{done}{f': {queues}' if queues else ''}"


def title(report: Report, view: Applied) -> str:
    """The same with its sign."""
    return f"{KINDS[kind_of(report, view)]} {sentence(view)}"


def drawing(report: Report, view: Applied) -> Drawing:
    """The result of each change in the network around it; empty where no rule is known."""
    if view.result is None or not any(each.change.rules for each in view.result.outcomes):
        return Drawing.of(Picture((), ()), (), OF_RUN)
    undone = view.undone.outcomes if view.undone else ()
    picture = picture_of_run(view.plan, view.result.outcomes, undone, view.result.findings)
    return Drawing.of(picture, report.findings, OF_RUN)


def body(report: Report, view: Applied, drawn: Drawing) -> Iterator[str]:
    """All sections; what wasn't done comes first."""
    yield f'<main><p class="meta">{" · ".join(map(html, filter(None, _where(report, view))))}</p>'
    yield from opened(kind_of(report, view), sentence(view))
    if view.result and view.message:
        yield f"<p>{html(view.message)}</p>"
    yield from _dangers(report, view, drawn.names)
    yield "</header>"
    yield from problems(report)
    if words := narrowed_in_words(view):
        yield f'<p class="narrowed">{html(words)}</p>'
    yield from _results(view, drawn.names)
    yield from drawn.lines()
    yield from _watched(view)
    yield from _findings(report, drawn.names)
    for number, cut_off in enumerate(view.recovered):
        yield from _recovered(f"cut{number}", cut_off, view.only)
    for number, result in enumerate(filter(None, (view.result, view.undone))):
        yield from section(f"run{number}", f"Run {result.run.id}, {result.run.verb}", _facts(result))
    yield "</main>"


def _where(report: Report, view: Applied) -> Iterator[str]:
    """The command, where it wrote, when, and in which run; of no run where that of the plan would be."""
    yield f"syncer {report.command}"
    run = view.result.run if view.result else None
    if about := run or view.plan:
        yield about.environment
        yield str(about.organization) if about.organization.id else ""
    if run:
        yield run.started_at
        yield f"run {run.id}"


def _dangers(report: Report, view: Applied, names: Names) -> Iterator[str]:
    """The first queues that were not done, and why; then what the change causes."""
    left = [each for each in view.result.outcomes if not each.done] if view.result else []
    left.sort(key=lambda each: BECAME[each.status] is Became.WAITING)
    said = [
        f"<b>{html(each.status.value.capitalize())}</b> {names.link(each.change.queue, each.change.name)}"
        f"{html(f': {each.detail}') if each.detail else ''}"
        for each in left
    ]
    said += [danger(each, names) for each in by_danger(found.caused(report.findings))]
    yield from dangers(said, "left0" if left else "findings")


def _results(view: Applied, names: Names) -> Iterator[str]:
    for number, result in enumerate(filter(None, (view.result, view.undone))):
        outcomes = shown_outcomes(result.outcomes, view.only)
        left = [outcome for outcome in outcomes if not outcome.done]
        done = [outcome for outcome in outcomes if outcome.done]
        of = "" if number == 0 else f" of the {result.run.verb}"
        for kind, words, some in (("left", f"Not done{of}", left), ("done", f"Done{of}", done)):
            if some:
                lines = outcome_table(f"Queues: {words}", some, names)
                yield from section(f"{kind}{number}", f"{words} ({len(some):,})", lines)


def outcome_table(caption: str, outcomes: Sequence[Outcome], names: Names = NO_NAMES) -> Iterator[str]:
    """One row per queue: its result, its rules, what was sent, and what stood in the way."""
    rows = [
        (
            _status(each),
            names.link(each.change.queue, each.change.name),
            "<br>".join(_rules(each, names)) or counted(each.rules, "rule"),
            counted(each.attempts, "PUT") if each.attempts else "no PUT",
            html(each.detail) or "–",
        )
        for each in outcomes[:MOST_ROWS]
    ]
    yield from long_table(caption, ("Status", "Queue", "Rules", "Sent", "Detail"), rows, "queue")
    yield from and_more(len(outcomes) - MOST_ROWS, "queue")


def _status(outcome: Outcome) -> str:
    kind = "good" if outcome.done else "bad"
    return f'<b class="{kind}">{BECAME_SIGNS[BECAME[outcome.status]]} {html(outcome.status.value)}</b>'


def _rules(outcome: Outcome, names: Names) -> list[str]:
    return [
        f"{html(rule.action.value)} {target(rule.rule, rule.target, rule.target_name, names)}: "
        f"{html(rule_in_words(rule))}"
        for rule in outcome.change.rules
    ]


def _watched(view: Applied) -> Iterator[str]:
    if view.watched is None:
        return
    rows = [
        (html(verdict(queue)), html(queue.name), *map(html, figures(queue)), html(history(queue)) or "–")
        for queue in view.watched.queues
    ]
    head = ("Verdict", "Queue", "Waiting", "Longest wait", "Agents", "History")
    lines = [f"<p>{html(headline(view.watched))}</p>", *table("Table of watched queues", head, rows)]
    yield from section("watched", "Watched after the run", lines)


def _findings(report: Report, names: Names) -> Iterator[str]:
    loud = [each for each in report.findings if each.severity is not Severity.INFO]
    if loud:
        yield from section("findings", f"Findings ({len(loud):,})", found.cards(loud, names))


def _recovered(id_: str, cut_off: CutOffRun, only: Sequence[str]) -> Iterator[str]:
    outcomes = shown_outcomes(cut_off.outcomes, only)
    heading = f"Run {cut_off.run.id} {cut_off.words}"
    yield from section(id_, heading, outcome_table(f"Queues of run {cut_off.run.id}", outcomes))


def _facts(result: Result) -> Iterator[str]:
    calls = sum(number for name, number in result.calls.items() if " " in name)
    yield from facts(
        (
            ("Run", code(result.run.id)),
            ("Audit head", code(result.head)),
            ("Calls", f"{counted(calls, 'call')} in {result.duration_ms / 1000:.1f} s"),
        )
    )
