"""Show a report: on stdout or in a file, errors on stderr, under the name the program was started with."""

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TextIO

import click

from syncer.cli.report_options import Output
from syncer.errors import SyncerError
from syncer.files import write_pieces
from syncer.program_name import NEUTRAL, ProgramName
from syncer.report import BINARY, WITHOUT_ERRORS, data, pieces
from syncer.report.views import Report


def started() -> ProgramName:
    """The name given to ``main.run``; a neutral one outside of a command."""
    context = click.get_current_context(silent=True)
    return (context and context.find_object(ProgramName)) or NEUTRAL


_AT_ONCE = 500
"""Pieces, most of them lines."""

_log = logging.getLogger(__name__)


def show(report: Report, output: Output) -> int:
    """Write a report to all its places, and return the exit code.

    The exit code of the command comes first; if it is 0, it is that of a report that could not be written.
    """
    report = replace(report, quiet=output.quiet, verbose=output.verbose, files=output.for_people)
    beside = [_write(format_, path, report, output) for format_, path in output.reports]
    return _show(report, output) or max(beside, default=0)


def _write(format_: str, path: Path, report: Report, output: Output) -> int:
    """Write one of the other reports. If that fails, the error is shown; the rest are still written."""
    try:
        write_pieces(path, _made(format_, report))
    except SyncerError as error:
        _show_error(error, output)
        return error.exit_code
    return 0


def _made(format_: str, report: Report) -> Iterator[str] | Iterator[bytes]:
    """The report in pieces; a binary one is rendered at once, so that nothing is written if that fails."""
    return iter((data(format_, report),)) if format_ in BINARY else pieces(format_, report)


def _show(report: Report, output: Output) -> int:
    """Write the main report.

    With text, an error that stopped the command goes to stderr. A report that can't be written to its file
    goes to stdout, so that it isn't lost.
    """
    if report.view is None and output.format in WITHOUT_ERRORS:
        _show_instead(report, output)
    elif output.output is not None:
        made = _made(output.format, report)
        try:
            write_pieces(output.output, made)
        except SyncerError as error:
            _show_error(error, output)
            return _show(report, replace(output, output=None)) or error.exit_code
        _show_error(report.error, output)
    elif output.format != "text":
        _echo_pieces(_made(output.format, report))
        if output.logged or output.format in WITHOUT_ERRORS:
            _show_error(report.error, output)
    else:
        _echo(replace(report, error=None), output)
        _show_error(report.error, output)
    return report.exit_code


def _show_instead(report: Report, output: Output) -> None:
    """There is no picture and there are no rows: what was found goes to stderr, and a file stays as it is."""
    if report.findings and not output.logged:
        _echo(replace(report, error=None), output.aside())
    _show_error(report.error, output)


def _show_error(error: SyncerError | None, output: Output) -> None:
    """Show an error on stderr: as text or, with JSON logs, as a log record."""
    if error is None:
        return
    if output.logged:
        _log.error("%s", " ".join(filter(None, (error.message, error.hint))))
    else:
        _echo(Report("", error=error), output.aside())


def _echo(report: Report, output: Output) -> None:
    """Write it as text; commands in it have the name that the program was started with."""
    stream = sys.stderr if output.err else sys.stdout
    report = replace(report, program=started())
    color = _is_colored(stream, output)
    _echo_pieces(pieces("text", report, color=color), err=output.err, color=color)


def _is_colored(stream: TextIO, output: Output) -> bool:
    """Whether to use colors: decided by the option, then ``NO_COLOR``, ``FORCE_COLOR`` and the terminal."""
    if output.no_color or os.environ.get("NO_COLOR"):
        return False
    return stream.isatty() or os.environ.get("FORCE_COLOR", "") not in ("", "0")


def _echo_pieces(
    made: Iterator[str] | Iterator[bytes], *, err: bool = False, color: bool | None = None
) -> None:
    """Write the pieces in batches: neither line by line nor all at once."""
    while several := list(islice(made, _AT_ONCE)):
        texts = [each for each in several if isinstance(each, str)]
        if texts:
            click.echo("".join(texts), nl=False, err=err, color=color)
        for each in several:
            if isinstance(each, bytes):
                click.echo(each, nl=False, err=err)
