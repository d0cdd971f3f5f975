"""The report as one file of HTML, to be read in a browser, printed and signed.

It loads nothing and runs nothing: the policy in its head allows its own style by its hash, and nothing else.
Everything that comes from the trail is escaped, and no name becomes a link.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from syncer.errors import SyncerError, WrongUsage
from syncer.kinds.registry import rule_step
from syncer.report.binder.words import (
    TITLE,
    Fact,
    cover_facts,
    exception_counts,
    heading_of,
    run_facts,
    warning_of,
)
from syncer.report.escape import plain
from syncer.report.lookups import AuditFigures
from syncer.report.text.runs import figures_in_words
from syncer.report.views import Report

_NONE: Final = ("<p>None.</p>",)

_STYLE: Final = """
@page { size: A4; margin: 18mm 15mm; }
body { font: 10pt/1.4 sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }
h1, h2, h3 { line-height: 1.2; }
dl { display: grid; grid-template-columns: 11em 1fr; gap: .2em 1em; }
dt { font-weight: bold; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: monospace; font-size: 95%; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 85%; }
thead { display: table-header-group; }
th, td { border: 1px solid #888; padding: .2em .4em; text-align: left; vertical-align: top; }
th, td, h3 { overflow-wrap: anywhere; }
.warning { border: 3px solid #a00; color: #a00; font-weight: bold; padding: .6em; }
.signed { margin-top: 4em; }
@media (max-width: 40em) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4em; } }
@media print {
  body { margin: 0; max-width: none; padding: 0; }
  .page { break-after: page; }
  section.run, tr { break-inside: avoid; }
}
"""


def render(report: Report, *, color: bool) -> str:
    """The report as a page; ``color`` means nothing here. Raises WrongUsage for any other kind of report."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line."""
    del color
    if report.view is not None and not isinstance(report.view, AuditFigures):
        raise WrongUsage(f"html can't show a report of {report.command}", hint="Write it as markdown.")
    parts = (
        _head(),
        ("<main>",),
        _report(report.view) if report.view else (f"<h1>{TITLE}</h1>",),
        (f"<p>Warning: {_text(warning)}</p>" for warning in report.warnings),
        _error(report.error) if report.error else (),
        ("</main>", "</body>", "</html>"),
    )
    return (f"{line}\n" for part in parts for line in part)


def _head() -> Iterator[str]:
    allowed = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    yield from ("<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">')
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="referrer" content="no-referrer">'
    yield '<meta name="viewport" content="width=device-width">'
    yield from (f"<title>{TITLE}</title>", f"<style>{_STYLE}</style>", "</head>", "<body>")


def _error(error: SyncerError) -> list[str]:
    lines = "<br>".join(map(_text, error.message.split("\n")))
    return [f'<p class="warning">Error: {lines}</p>', f"<p>{_text(error.hint)}</p>"]


def _report(view: AuditFigures) -> Iterator[str]:
    yield from ('<section class="page">', f"<h1>{TITLE}</h1>")
    yield from _cover(view)
    yield from ("<h2>Figures</h2>", *_list(figures_in_words(view.figures)), "</section>")
    yield "<h2>Runs</h2>"
    run = None
    for run in view.runs:
        yield from ('<section class="run">', f"<h3>Run {_code(heading_of(run))}</h3>")
        yield from (*_facts(run_facts(run)), "</section>")
    yield from _NONE if run is None else ()
    rows = ((found.n, found.run, found.kind, found.detail) for found in view.exceptions)
    yield "<h2>Exceptions</h2>"
    yield from _table(("Entry", "Run", "What", "Detail"), rows)
    yield "<h2>Changes</h2>"
    head = ("#", "Time", "Run", "Action", "Queue", "Target", "Rule", "Status", "Hash")
    yield from _table(head, map(_change, view.changes))


def _cover(view: AuditFigures) -> Iterator[str]:
    if view.cover is None:
        return
    if warning := warning_of(view.cover):
        yield f'<p class="warning">WARNING: {_text(warning)}</p>'
    counts = exception_counts(view.exceptions)
    told = "; ".join(f"{number:,} {kind}" for kind, number in counts.items())
    yield from _facts([*cover_facts(view.cover), Fact("Exceptions", told, "" if told else "none")])
    yield '<p class="signed">Date, name and signature: ______________________________</p>'


def _facts(facts: Iterable[Fact]) -> Iterator[str]:
    yield "<dl>"
    for fact in facts:
        told = _code(fact.told) if fact.told else ""
        remark = f" ({_text(fact.remark)})" if told and fact.remark else _text(fact.remark)
        yield f"<dt>{_text(fact.label)}</dt><dd>{told}{remark}</dd>"
    yield "</dl>"


def _change(entry: Mapping[str, Any]) -> Sequence[str]:
    keys = ("n", "timestamp", "run", "action", "queueName", "targetName")
    shown = (str("" if entry.get(key) is None else entry.get(key)) for key in keys)
    return (*shown, rule_step(entry), str(entry.get("status")), str(entry.get("hash") or ""))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    begin = ["<table>", f"<thead><tr>{''.join(f'<th>{each}</th>' for each in head)}</tr></thead>", "<tbody>"]
    for row in rows:
        yield from begin
        begin = []
        yield f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>"
    yield from _NONE if begin else ("</tbody>", "</table>")


def _list(lines: Iterable[str]) -> Iterator[str]:
    yield from ("<ul>", *(f"<li>{_text(line)}</li>" for line in lines), "</ul>")


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    return escape(plain(text))
