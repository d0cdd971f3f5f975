"""Findings as text: the place, what is wrong, the line of source with a marker under it, and what to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from syncer.checks.capacity import number
from syncer.errors import SyncerError
from syncer.model.finding import OVERWRITES, UNEXPLAINED, UNRESOLVED, Figure, Finding, Position, Severity
from syncer.report.escape import fold, plain, rest_in_words
from syncer.report.text.paint import SEVERITY_COLORS, Paint, columns, counted
from syncer.resolving.moved_names import IDS

LONGEST_SOURCE = 160
MOST_NAMES = 5


def finding_lines(
    findings: Sequence[Finding],
    sources: Mapping[str, Sequence[str]],
    paint: Paint,
    *,
    quiet: bool = False,
    verbose: bool = False,
) -> list[str]:
    """The findings, with a blank line after the last; ``quiet`` leaves out what only informs.

    Of many of one kind the first few, and the others in one line; what was there before a change and doesn't
    refuse it is counted. ``verbose`` shows them all.
    """
    wanted = [finding for finding in findings if not (quiet and finding.severity is Severity.INFO)]
    ours = wanted if verbose else [finding for finding in wanted if finding.caused or finding.refuses]
    shown, rest = (ours, {}) if verbose else fold(ours, lambda finding: (finding.severity, finding.id))
    lines = [line for finding in shown for line in _lines(finding, sources, paint)]
    lines += [_rest_line(*kind, found, paint) for kind, found in rest.items()]
    if standing := [] if verbose else [each for each in wanted if not (each.caused or each.refuses)]:
        lines.append(paint(f"{before_in_words(standing)} (--verbose shows them)", dim=True))
    return [*lines, ""] if lines else []


def moved_name_lines(findings: Sequence[Finding], paint: Paint) -> list[str]:
    """A line for each name that is on another queue than when it was applied last."""
    return [f"{paint('name moved:', 'red', bold=True)} {paint(message)}" for message in moved_names(findings)]


def moved_names(findings: Sequence[Finding]) -> list[str]:
    """What is said of such names, for every format; of many the first few."""
    found = [finding.message for finding in findings if finding.id in IDS]
    left = len(found) - MOST_NAMES
    return [*found[:MOST_NAMES], *([f"and {counted(left, 'more name')}"] if left > 0 else [])]


def by_danger(findings: Iterable[Finding]) -> list[Finding]:
    """What refuses first; of each severity names that lead nowhere, hand edits that are undone, loops, then
    the fullest. Equal ones keep their order."""
    severities = list(Severity)
    return sorted(
        findings,
        key=lambda each: (
            not each.refuses,
            severities.index(each.severity),
            each.id not in UNRESOLVED,
            each.id not in (UNEXPLAINED, OVERWRITES),
            each.loop is None,
            -_fullness(each.figure),
        ),
    )


def _fullness(figure: Figure | None) -> float:
    return figure.amount / figure.capacity if figure and figure.capacity else 0.0


def before_in_words(findings: Sequence[Finding]) -> str:
    """``12 findings were there before: 2 errors, 10 warnings``."""
    counts = in_severities(findings)
    were = "finding was" if len(findings) == 1 else "findings were"
    return f"{len(findings):,} {were} there before: {counts}"


def in_severities(findings: Sequence[Finding]) -> str:
    """``2 errors, 10 warnings``."""
    numbers = {
        noun: sum(finding.severity is severity for finding in findings)
        for severity, noun in (
            (Severity.ERROR, "error"),
            (Severity.WARNING, "warning"),
            (Severity.INFO, "note"),
        )
    }
    return ", ".join(counted(number, noun) for noun, number in numbers.items() if number)


def _rest_line(severity: Severity, id_: str, findings: Sequence[Finding], paint: Paint) -> str:
    color = SEVERITY_COLORS[severity]
    rest = rest_in_words((finding.position, finding.queue) for finding in findings)
    told = paint(f"{rest} (--verbose shows all)")
    return f"{paint(severity.value, color, bold=True)} {paint(id_, color)}: {told}"


def _lines(finding: Finding, sources: Mapping[str, Sequence[str]], paint: Paint) -> Iterator[str]:
    color = SEVERITY_COLORS[finding.severity]
    place = f"{paint(str(finding.position), bold=True)}: " if finding.position else ""
    severity = paint(finding.severity.value, color, bold=True)
    since = f" ({finding.since.value})" if finding.since else ""
    yield f"{place}{severity} {paint(finding.id, color)}{since}: {paint(message_of(finding))}"
    yield from _source_lines(finding.position, sources, paint)
    for note in finding.notes:
        place = f"{note.position}: " if note.position else ""
        yield f"    {paint(place + note.message, dim=True)}"
    if finding.tip:
        yield f"    {paint('tip:', 'green')} {paint(paint.program.spoken(finding.tip))}"


def message_of(finding: Finding) -> str:
    """The message, with the figure before where a change moved it."""
    figure = finding.figure
    if figure is None or figure.before is None or not finding.caused:
        return finding.message
    if figure.capacity_before not in (None, figure.capacity):
        return f"{finding.message} (before: {number(figure.before)} of {number(figure.capacity_before or 0)})"
    if figure.before == figure.amount:
        return finding.message
    return f"{finding.message} (before: {number(figure.before)})"


def _source_lines(
    position: Position | None, sources: Mapping[str, Sequence[str]], paint: Paint
) -> Iterator[str]:
    """The line of source and a marker under its column; a long line is cut around the column."""
    lines = sources.get(position.file, ()) if position else ()
    if position is None or not 1 <= position.line <= len(lines):
        return
    source, column = lines[position.line - 1].replace("\t", " "), position.column - 1
    start = max(0, column - LONGEST_SOURCE // 2) if len(source) > LONGEST_SOURCE else 0
    number = f"{position.line:>6} | "
    before = plain(source[start:column])
    yield paint(number, dim=True) + before + plain(source[column : start + LONGEST_SOURCE])
    yield (
        paint(" " * (len(number) - 2) + "| ", dim=True)
        + " " * columns(before)
        + paint("^", "green", bold=True)
    )


def error_lines(error: SyncerError | None, paint: Paint) -> list[str]:
    """The error that ended a command, and what to do about it."""
    if error is None:
        return []
    first, *more = error.message.split("\n")
    lines = [f"{paint('error:', 'red', bold=True)} {paint(first)}", *(paint(f"  {line}") for line in more)]
    if error.hint:
        lines.append(f"  {paint(paint.program.spoken(error.hint))}")
    return lines
