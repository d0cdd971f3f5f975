"""The results of all environments, a line each, the worst first."""

from collections.abc import Iterator, Sequence

from syncer.model.finding import Severity
from syncer.report.summed import SIGNS, severity_of, verdict_of
from syncer.report.text.paint import Paint, counted, padded, width_of
from syncer.report.views import Summed


def in_one_line(summary: Sequence[Summed]) -> str:
    """``3 environments: 1 went wrong, 1 has warnings``."""
    grades = [severity_of(each) for each in summary]
    wrong, warned = grades.count(Severity.ERROR), grades.count(Severity.WARNING)
    parts = [f"{wrong:,} went wrong"] if wrong else []
    parts += [f"{warned:,} with warnings"] if warned else []
    return f"{counted(len(summary), 'environment')}: {', '.join(parts) or 'all is well'}"


def summary_lines(summary: Sequence[Summed], paint: Paint) -> Iterator[str]:
    """The same in one line, then one for each: its sign, what was done, what changes, and the verdict."""
    yield paint(in_one_line(summary), bold=True)
    widest = width_of([each.environment for each in summary])
    for each in summary:
        sign, color = SIGNS[severity_of(each)]
        changes = f"+{each.create:,} ~{each.update:,} -{each.delete:,}"
        name = paint(padded(each.environment, widest))
        yield (
            f"{paint(sign, color, bold=True)} {name}  {each.command or 'no report':<9}  {changes:<14}  "
            f"{paint(verdict_of(each))}"
        )
