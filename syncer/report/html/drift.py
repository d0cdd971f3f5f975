"""Drift as a page: how the live queues differ from the policies, who changed them, and what is pending."""

from collections.abc import Iterator, Sequence
from typing import Final

from syncer.drift.found import Drifting
from syncer.model.finding import Severity
from syncer.model.rule import Rule
from syncer.report.escape import html
from syncer.report.html import findings as found
from syncer.report.html.drawing import Drawing
from syncer.report.html.headline import KINDS, danger, dangers, opened
from syncer.report.html.legend import OF_DRIFT
from syncer.report.html.markup import and_more, code, listed, long_table, place, section
from syncer.report.html.names import Names, target
from syncer.report.html.other import problems, unmanaged
from syncer.report.picture.model import Picture
from syncer.report.picture.of_drift import of_live, picture_of_drift
from syncer.report.text.drift import (
    editors_in_words,
    gone_in_words,
    history_in_words,
    how_in_words,
    pending_in_words,
    pending_since,
    to_do_in_words,
    two_sides_in_words,
)
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import Paint, counted
from syncer.report.text.plan import place_in_words
from syncer.report.views import Drifted, Report

MOST_ROWS: Final = 2_000


def kind_of(view: Drifted) -> str:
    """Whether the live queues are as they should be."""
    errors = any(
        each.severity is Severity.ERROR for each in view.drift.plan.findings if each.id.startswith("drift.")
    )
    if view.drift.is_off or view.loops or errors:
        return "bad"
    return "good" if view.drift.compared else "warn"


def sentence(view: Drifted) -> str:
    """The drift in numbers."""
    drift = view.drift
    parts = []
    if drift.rules:
        queues = {rule.queue for rule in drift.rules}
        verb = "differs" if len(drift.rules) == 1 else "differ"
        rules, of = counted(len(drift.rules), "rule"), counted(len(queues), "queue")
        parts.append(f"{rules} of {of} {verb} from the policies")
    if view.loops:
        parts.append(f"{counted(len(view.loops), 'loop')} in the live rules")
    if opened := sum(bool(held.open) for held in drift.plan.held):
        parts.append(f"{counted(opened, 'exception')} not kept")
    if parts:
        return "; ".join(parts)
    compared = counted(drift.compared, "queue")
    return f"No drift: {compared} compared" if drift.compared else "Nothing was compared"


def title(view: Drifted) -> str:
    """The same with its sign."""
    return f"{KINDS[kind_of(view)]} {sentence(view)}"


def drawing(view: Drifted) -> Drawing:
    """The changes in the network; an empty drawing where there are none."""
    drift = view.drift
    moved = drift.rules or drift.pending or view.loops
    picture = picture_of_drift(drift, view.loops) if moved else Picture((), ())
    return Drawing.of(picture, of_live(drift, view.loops), OF_DRIFT)


def body(report: Report, view: Drifted, drawn: Drawing) -> Iterator[str]:
    """All sections, loops first."""
    drift = view.drift
    where = " · ".join(
        filter(None, (f"syncer {report.command}", place_in_words(drift.plan), drift.plan.created_at))
    )
    yield f'<main><p class="meta">{html(where)}</p>'
    yield from opened(kind_of(view), sentence(view))
    yield from _dangers(view, drawn.names)
    yield from (f"<p>{html(words[0].upper() + words[1:])}.</p>" for words in _said(view) if words)
    yield from (f"<p><b>What to do:</b> {html(words)}.</p>" for words in to_do_in_words(view, Paint(False)))
    yield "</header>"
    yield from problems(report)
    if view.loops:
        loops = [html(loop.in_words()) for loop in view.loops]
        yield from section("loops", f"Live loops ({len(loops):,})", listed(loops))
    if drift.rules:
        lines = [*_rules("Rules that drifted", drift.rules, view, drawn.names), *_editors(drift.rules)]
        yield from section("drifted", f"Drifted ({len(drift.rules):,})", lines)
    yield from drawn.lines()
    if drift.pending:
        waiting = _rules("Pending rules", drift.pending, view, drawn.names)
        yield from section("pending", f"Waiting to be applied ({len(drift.pending):,})", waiting)
    if drift.plan.held:
        lines = [html("; ".join([held.in_words(), *held.effects()])) for held in drift.plan.held]
        yield from section("exceptions", f"Exceptions in force ({len(lines):,})", listed(lines))
    if view.resolved:
        gone = [html(gone_in_words(each)) for each in view.resolved]
        yield from section("resolved", f"Resolved since the last check ({len(gone):,})", listed(gone))
    loud = [each for each in report.findings if each.severity is not Severity.INFO]
    if loud:
        yield from section("findings", f"Findings ({len(loud):,})", found.cards(loud, drawn.names))
    yield from unmanaged(view.unmanaged)
    yield "</main>"


def _said(view: Drifted) -> Iterator[str]:
    drift = view.drift
    if drift.pending and not view.older:
        yield f"Pending, not drift: {pending_in_words(drift)}"
    yield pending_since(view)
    yield two_sides_in_words(drift)
    if drift.held:
        yield f"{counted(drift.held, 'queue')} held back and not compared"


def _dangers(view: Drifted, names: Names) -> Iterator[str]:
    """What is wrong in the live rules, by name; if nothing is, the first rules that drifted."""
    wrong = by_danger(each for each in of_live(view.drift, view.loops) if each.loop or each.queue)
    said = [f"{danger(each, names)} in the live rules" for each in wrong] or [
        f"{names.link(rule.queue, rule.queue_name)} "
        f"{target(rule.side, rule.target, rule.target_name, names)}: "
        f"the live queue has {_side(rule.live, rule)}, the policies have {_side(rule.policy, rule)}"
        for rule in sorted(view.drift.rules, key=_moved, reverse=True)
    ]
    yield from dangers(said, "findings" if wrong else "drifted")


def _moved(rule: Drifting) -> float:
    """By how many percentage points the share of a rule moved."""
    live, policy = (_percent(side) for side in (rule.live, rule.policy))
    return abs(live - policy)


def _percent(side: Rule | None) -> float:
    return float(side.percent or 0) if side and side.enabled else 0.0


def _rules(caption: str, rules: Sequence[Drifting], view: Drifted, names: Names) -> Iterator[str]:
    rows = [
        (
            names.link(rule.queue, rule.queue_name),
            target(rule.side, rule.target, rule.target_name, names),
            html(how_in_words(rule)),
            _side(rule.live, rule),
            _side(rule.policy, rule),
            "; ".join(
                filter(None, (html(rule.note), html(history_in_words(rule)), html(rule.edit.in_words())))
            )
            or "–",
            place(rule.position or view.places.get(rule.queue) or view.places.get(rule.queue_name)) or "–",
        )
        for rule in rules[:MOST_ROWS]
    ]
    head = ("Queue", "Rule", "What", "Live queue", "Policies", "Since, last edit", "Place")
    yield from long_table(caption, head, rows, "rule")
    yield from and_more(len(rules) - MOST_ROWS, "rule")


def _side(rule: Rule | None, drifting: Drifting) -> str:
    return html(rule.settings(drifting.names)) if rule else "nothing"


def _editors(rules: Sequence[Drifting]) -> Iterator[str]:
    """Who changed what drifted, as the organization's audit has it."""
    by_queue: dict[str, list[Drifting]] = {}
    for rule in rules:
        by_queue.setdefault(rule.queue, []).append(rule)
    lines = [
        f"{code(drifting[0].queue_name)}: {html(words)}"
        for drifting in by_queue.values()
        for words in editors_in_words(drifting)
    ]
    if lines:
        yield "<h3>Who changed these rules</h3>"
        yield from listed(lines[:MOST_ROWS])
