"""Changes of the audit as CSV (RFC 4180), for spreadsheets: a head, and one line a change.

For a trail that was compared with the organization's audit, each line is a property that moved; for a
simulation it is a queue, before and after.

A spreadsheet takes a cell for a formula by how it begins, and names in it come from elsewhere. So a text that
begins like one has an apostrophe in front, which spreadsheets show as text. What can't be seen, line ends
among it, is written as ``\\x0a``: a row is one line.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from syncer.audit.joined import COLUMNS, Value
from syncer.report import reconciled
from syncer.report.escape import plain
from syncer.report.lookups import AuditExported
from syncer.report.reconciled import Reconciled
from syncer.report.sights import Simulated
from syncer.report.simulated_words import columns, values
from syncer.report.views import Report

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BETWEEN: Final = "; "
"""What stands between the texts of a list in one cell."""


def render(report: Report, *, color: bool) -> str:
    """The rows; empty where an error came before there were any. ``color`` means nothing here."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line."""
    del color
    if isinstance(report.view, Reconciled):
        yield _line(reconciled.COLUMNS)
        for each in reconciled.rows(report.view):
            yield _line(map(cell, each.values()))
    if isinstance(report.view, Simulated):
        yield _line(tuple(columns()))
        for queue in report.view.simulation.queues:
            yield _line(map(cell, values(queue)))
    if not isinstance(report.view, AuditExported):
        return
    yield _line(COLUMNS)
    for row in report.view.rows:
        yield _line(cell(row[name]) for name in COLUMNS)


def cell(value: Value) -> str:
    """A value as it stands in a cell: ``true`` and ``false`` for truth values, nothing for null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case tuple():
            return cell(BETWEEN.join(value))
    shown = plain(value)
    begins = value.lstrip(" \u00a0\u3000")[:1]
    return f"'{shown}" if begins in _FORMULA else shown


def _line(cells: Iterator[str] | tuple[str, ...]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
