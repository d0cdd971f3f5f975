"""The result of checking policies, as a page: the verdict first, then what is wrong, the worst first."""

from collections.abc import Iterator, Sequence
from typing import Final

from syncer.model.finding import Finding, Severity
from syncer.report.escape import html
from syncer.report.html import findings as found
from syncer.report.html.findings import is_loop
from syncer.report.html.headline import KINDS, danger, dangers, factor_in_words, headroom_of, opened, tile
from syncer.report.html.markup import code, section
from syncer.report.html.names import NO_NAMES
from syncer.report.html.other import problems
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import counted
from syncer.report.text.validated import (
    headroom_gap,
    headroom_in_words,
    judged_in_words,
    read_in_words,
    remarks_in_words,
    worst_of,
)
from syncer.report.views import Report, Validated

LOOKS: Final = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "good"}


def title(report: Report) -> str:
    """The verdict, with its sign."""
    return f"{KINDS[LOOKS[worst_of(report.findings)]]} {sentence(report.findings)}"


def sentence(findings: Sequence[Finding]) -> str:
    """``The policies are invalid: 1 loop, 2 other errors and 1 warning``."""
    loops = sum(is_loop(each) for each in findings)
    errors = sum(each.severity is Severity.ERROR and not is_loop(each) for each in findings)
    warnings = sum(each.severity is Severity.WARNING and not is_loop(each) for each in findings)
    numbers = ((loops, "loop"), (errors, "other error" if loops else "error"), (warnings, "warning"))
    *first, last = [counted(number, noun) for number, noun in numbers if number] or [""]
    counts = f"{', '.join(first)} and {last}" if first else last
    return f"The policies are {judged_in_words(findings)}{f': {counts}' if counts else ''}"


def body(report: Report, view: Validated) -> Iterator[str]:
    """Verdict, figures, what is wrong with its place and what to do, and what only informs."""
    loud = [each for each in report.findings if each.severity is not Severity.INFO]
    quiet = [each for each in report.findings if each.severity is Severity.INFO]
    yield "<main>"
    yield f'<p class="meta">syncer {html(report.command)}</p>'
    yield from opened(LOOKS[worst_of(report.findings)], sentence(report.findings))
    yield f'<p class="counts">{html(read_in_words(view))}, checked without Genesys Cloud.</p>'
    yield from dangers([danger(each, NO_NAMES) for each in by_danger(loud)], "findings")
    yield "</header>"
    yield from problems(report)
    yield from _tiles(report.findings, view)
    yield from (f'<p class="narrowed">{words}</p>' for words in _remarks(view))
    lines = [*found.cards(loud, NO_NAMES), *found.notes(quiet, NO_NAMES)]
    if lines:
        yield from section("findings", "Findings", lines)
    yield "</main>"


def _remarks(view: Validated) -> Iterator[str]:
    for words in remarks_in_words(view, code):
        yield words[:1].upper() + words[1:] + "."


def _tiles(findings: Sequence[Finding], view: Validated) -> Iterator[str]:
    yield '<div class="tiles">'
    factor = view.headroom.factor
    limit = headroom_in_words(view.headroom, html).partition("; ")[2] or "no limit is known"
    over = factor is not None and factor < 1
    if over:
        limit = headroom_in_words(view.headroom, html).partition(": ")[2]
    gap = headroom_gap(findings) or ("without what no policy describes" if view.undescribed else "")
    yield tile(factor_in_words(factor), headroom_of(gap), limit, worse=over)
    for severity, noun in ((Severity.ERROR, "errors"), (Severity.WARNING, "warnings")):
        number = sum(each.severity is severity for each in findings)
        kinds = sorted({each.id for each in findings if each.severity is severity})
        more = ", ".join(map(code, kinds[:3])) + (", …" if len(kinds) > 3 else "")
        what = noun if number != 1 else noun.removesuffix("s")
        yield tile(f"{number:,}", what, more, worse=number > 0, of=severity)
    yield "</div>"
