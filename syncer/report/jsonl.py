"""Changes of the audit as lines of JSON: the same flat rows as in CSV, with their types."""

from collections.abc import Iterator

from syncer.model.json_values import one_line
from syncer.report.lookups import AuditExported
from syncer.report.views import Report


def render(report: Report, *, color: bool) -> str:
    """The rows; empty where an error came before there were any. ``color`` means nothing here."""
    return "".join(pieces(report, color=color))


def pieces(report: Report, *, color: bool) -> Iterator[str]:
    """The same, line by line; in ASCII, so that nothing in it steers a terminal or ends a line."""
    del color
    if isinstance(report.view, AuditExported):
        yield from (f"{one_line(row)}\n" for row in report.view.rows)
