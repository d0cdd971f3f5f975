"""The results of all environments, in Markdown."""

from collections.abc import Sequence
from typing import Final

from syncer.report.note.markup import code_cell, table
from syncer.report.summed import SIGNS, severity_of, verdict_of
from syncer.report.text.summed import in_one_line
from syncer.report.views import Summed

HEAD: Final = ("", "Environment", "Of", "+", "~", "−", "Errors", "Warnings", "Verdict")


def summary_table(summary: Sequence[Summed]) -> list[str]:
    """The same as Markdown."""
    rows = [
        [
            SIGNS[severity_of(each)][0],
            code_cell(each.environment),
            each.command or "no report",
            *map("{:,}".format, (each.create, each.update, each.delete, each.errors, each.warnings)),
            code_cell(verdict_of(each)),
        ]
        for each in summary
    ]
    return [f"**{in_one_line(summary)}**", "", *table(HEAD, rows)]
