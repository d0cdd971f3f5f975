"""The report as text, brief: the first page, a few lines a run, a line an exception."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from syncer.audit.cover import Cover
from syncer.audit.deviations import Deviation
from syncer.report.binder.words import (
    TITLE,
    Fact,
    cover_facts,
    exception_counts,
    heading_of,
    run_facts,
    warning_of,
)
from syncer.report.lookups import AuditFigures
from syncer.report.text.paint import Paint, padded

_BRIEF: Final = (
    *("Refused", "Reason", "Detail", "Person", "Approver", "Ticket", "Justification", "Commit", "Plan"),
    *("Overrides", "Undoes"),
)
"""What is said of a run here; Markdown, HTML and JSON have more."""

_WIDTH: Final = 16


def cover_lines(cover: Cover, exceptions: Iterable[Deviation], paint: Paint) -> Iterator[str]:
    """The first page; where the trail is broken, that comes first."""
    yield paint(TITLE, bold=True)
    if warning := warning_of(cover):
        yield paint(f"WARNING: {warning}", "red", bold=True)
    for fact in cover_facts(cover):
        yield f"  {padded(fact.label, _WIDTH)}  {paint(in_words(fact))}"
    counts = exception_counts(exceptions)
    told = "; ".join(f"{number:,} {kind}" for kind, number in counts.items()) or "none"
    yield f"  {padded('Exceptions', _WIDTH)}  {paint(told)}"
    yield ""


def filed_lines(view: AuditFigures, paint: Paint) -> Iterator[str]:
    """The runs, then the exceptions."""
    yield from _ended(line for run in view.runs for line in _run_lines(run, paint))
    yield from _ended(
        paint(f"exception: entry {found.n}, run {found.run}: {found.kind}{_detail(found)}")
        for found in view.exceptions
    )


def _run_lines(run: Mapping[str, Any], paint: Paint) -> Iterator[str]:
    yield paint(f"run {heading_of(run)}", bold=True)
    for fact in run_facts(run):
        if fact.label in _BRIEF:
            yield f"  {padded(fact.label, _WIDTH)}  {paint(in_words(fact))}"


def _ended(lines: Iterable[str]) -> Iterator[str]:
    """The lines, and an empty one behind them where there are any."""
    line = None
    for line in lines:
        yield line
    if line is not None:
        yield ""


def in_words(fact: Fact) -> str:
    """The value of a fact, and the remark on it."""
    if fact.told and fact.remark:
        return f"{fact.told} ({fact.remark})"
    return fact.told or fact.remark


def _detail(found: Deviation) -> str:
    return f": {found.detail}" if found.detail else ""
