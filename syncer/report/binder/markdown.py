"""The report as Markdown that can be read raw: lists, and tables only of changes; names stand as code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from syncer.audit.cover import Cover
from syncer.audit.deviations import Deviation
from syncer.kinds.registry import rule_step
from syncer.report.binder.words import (
    Fact,
    cover_facts,
    exception_counts,
    heading_of,
    run_facts,
    warning_of,
)
from syncer.report.facts import facts_in_words, learn_names
from syncer.report.hand_edits import hand_edits_in_words
from syncer.report.lookups import AuditFigures
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, table, table_lines
from syncer.report.text.runs import milliseconds, percent


def report_lines(view: AuditFigures) -> Iterator[str]:
    """What is filed, where there is a first page; then the changes."""
    if view.cover is None:
        yield from _figures(view)
        yield from entries_table(view.changes)
        return
    yield from cover_lines(view.cover, view.exceptions)
    yield from ["### Figures", "", *_figures(view)]
    yield from run_lines(view.runs)
    yield from exception_lines(view.exceptions)
    yield from ["### Changes", ""]
    yield from or_none(entries_table(view.changes))


def _figures(view: AuditFigures) -> Iterator[str]:
    figures = view.figures
    calls = sum(number for name, number in figures.calls.items() if " " in name)
    rows = [
        ["Runs", str(figures.runs)],
        ["Validations that passed", f"{percent(figures.validation_rate)} of {figures.validations}"],
        ["Rule changes", str(figures.changes)],
        ["Changes that succeeded", percent(figures.success_rate)],
        ["Latency, median", milliseconds(figures.latency_median_ms)],
        ["Latency, 95th percentile", milliseconds(figures.latency_p95_ms)],
        ["Calls", str(calls)],
    ]
    yield from table(["Figure", "Value"], rows)


def cover_lines(cover: Cover, exceptions: Iterable[Deviation]) -> Iterator[str]:
    """The first page; where the trail is broken, that comes first."""
    if warning := warning_of(cover):
        yield from [f"**WARNING: {warning}**", ""]
    yield from (item(fact) for fact in cover_facts(cover))
    counts = exception_counts(exceptions)
    told = "; ".join(f"{number:,} {_span(kind)}" for kind, number in counts.items())
    yield from [f"- **Exceptions:** {told or 'none'}", ""]


def run_lines(runs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A heading and a list a run."""
    yield from ["### Runs", ""]
    yield from or_none(
        line
        for run in runs
        for line in (f"#### Run {_span(heading_of(run))}", "", *map(item, run_facts(run)), "")
    )


def exception_lines(exceptions: Iterable[Deviation]) -> Iterator[str]:
    """A line an exception."""
    yield from ["### Exceptions", ""]
    yield from or_none(map(_exception, exceptions), after=[""])


def _exception(found: Deviation) -> str:
    detail = f": {_span(found.detail)}" if found.detail else ""
    return f"- Entry {_span(found.n)}, run {_span(found.run)}: {_span(found.kind)}{detail}"


def or_none(lines: Iterable[str], after: Sequence[str] = ()) -> Iterator[str]:
    """The lines and what comes ``after`` them, or that there are none."""
    line = None
    for line in lines:
        yield line
    yield from ["None.", ""] if line is None else after


def entries_table(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A row an entry; nothing where there are none."""
    yield from table_lines(["#", "Time", "Action", "Queue", "Target", "Rule", "Status"], _rows(entries))


def _rows(entries: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    names = dict[str, str]()
    for entry in entries:
        learn_names(entry, names)
        facts = (facts_in_words(entry, names) + hand_edits_in_words(entry)).removeprefix("; ")
        cells = (
            str(entry.get("n")),
            str(entry.get("timestamp")),
            str(entry.get("action")),
            str(entry.get("queueName") or ""),
            str(entry.get("targetName") or ""),
            rule_step(entry) if entry.get("kind") == "change" else facts,
            str(entry.get("status")),
        )
        yield [_cell(cell) if cell else "" for cell in cells]


def item(fact: Fact) -> str:
    """A fact as an item of a list."""
    told = _span(fact.told) if fact.told else ""
    remark = f" ({fact.remark})" if told and fact.remark else fact.remark
    return f"- **{fact.label}:** {told}{remark}"


def _span(text: str) -> str:
    return code(text, LONGEST_MESSAGE)


def _cell(text: str) -> str:
    return code_cell(text, LONGEST_MESSAGE) if text else ""
