"""What every page may have, errors and warnings, and the page of a report that has no form of its own."""

from collections.abc import Iterator, Sequence

from syncer.model.change import Unmanaged
from syncer.report.escape import html
from syncer.report.html.banner import verdict_of
from syncer.report.html.headline import KINDS, opened
from syncer.report.html.markup import code, folded, listed
from syncer.report.text import pieces
from syncer.report.text.paint import counted
from syncer.report.text.plan import within_in_words
from syncer.report.views import Report


def title(report: Report) -> str:
    """What the page is called: the verdict with its sign, else the command."""
    kind, words = verdict_of(report)
    return f"{KINDS[kind]} {words}" if kind else f"syncer {report.command}"


def body(report: Report) -> Iterator[str]:
    """The verdict, where there is one, and the report as its text."""
    kind, words = verdict_of(report)
    yield "<main>"
    if kind:
        yield f'<p class="meta">syncer {html(report.command)}</p>'
        yield from opened(kind, words)
        yield "</header>"
    else:
        yield f"<h1>{html(title(report))}</h1>"
    yield from problems(report)
    yield from _as_text(Report(report.command, report.exit_code, report.view, report.findings))
    yield "</main>"


def _as_text(report: Report) -> Iterator[str]:
    """The report as its text, line by line; nothing if it is empty."""
    before = '<pre role="region" tabindex="0" aria-label="Report">'
    last = None
    for piece in pieces(report, color=False):
        for line in piece.splitlines():
            if last is not None:
                yield last
            last, before = f"{before}{html(line)}", ""
    if last is not None:
        yield f"{last}</pre>"


def problems(report: Report) -> Iterator[str]:
    """The error that ended the command, with what to do about it, and its warnings."""
    if report.error is not None:
        lines = "<br>".join(map(html, report.error.message.split("\n")))
        hint = f"<p>{html(report.error.hint)}</p>" if report.error.hint else ""
        yield f'<div class="card error"><p><b>Error:</b> {lines}</p>{hint}</div>'
    yield from (f'<p class="card warning"><b>Warning:</b> {html(each)}</p>' for each in report.warnings)


def unmanaged(queues: Sequence[Unmanaged] | None) -> Iterator[str]:
    """The queues that no policy describes, folded; nothing where they weren't asked for."""
    if queues:
        lines = (
            f"{html(each.name)} {code(each.queue)}: "
            f"{html('; '.join([*each.rules, *within_in_words(each)]) or 'no rules')}"
            for each in queues
        )
        yield from folded(f"{counted(len(queues), 'queue')} that no policy describes", listed(lines))
