"""Show a report: on stdout or in a file, errors on stderr, with the name it was started with."""

import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TextIO

import click

from syncer.cli.options import Output
from syncer.errors import SyncerError
from syncer.files import write_pieces
from syncer.program_name import NEUTRAL, ProgramName
from syncer.report import BINARY, WITHOUT_ERRORS, data, pieces
from syncer.report.views import Report


def started() -> ProgramName:
    """As ``main.run`` was told; neutral outside of a command."""
    context = click.get_current_context(silent=True)
    return (context and context.find_object(ProgramName)) or NEUTRAL


_AT_ONCE = 500
"""Pieces, most of them lines."""

_log = logging.getLogger(__name__)


def show(report: Report, output: Output) -> int:
    """Write a report everywhere it belongs, and return the exit code.

    That of the command comes first; where it is 0, a report that could not be written gives it.
    """
    report = replace(report, quiet=output.quiet, verbose=output.verbose, files=output.for_people)
    beside = [_write(format_, path, report, output) for format_, path in output.reports]
    return _show(report, output) or max(beside, default=0)


def _write(format_: str, path: Path, report: Report, output: Output) -> int:
    """Write one more report. Where that fails it is said, and the others are written all the same."""
    try:
        write_pieces(path, _made(format_, report))
    except SyncerError as error:
        _show_error(error, output)
        return error.exit_code
    return 0


def _made(format_: str, report: Report) -> Iterator[str] | Iterator[bytes]:
    """The report in pieces; what is no text is made at once, so that nothing is written where that fails."""
    return iter((data(format_, report),)) if format_ in BINARY else pieces(format_, report)


def _show(report: Report, output: Output) -> int:
    """Write the main report.

    In text, an error that ended the command goes to stderr. A report that can't be written to its file goes
    to stdout: what was done is not to be lost.
    """
    if output.output is not None:
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


def _show_error(error: SyncerError | None, output: Output) -> None:
    """On stderr: in words, or as a record of the log where that is for machines."""
    if error is None:
        return
    if output.logged:
        _log.error("%s", " ".join(filter(None, (error.message, error.hint))))
    else:
        _echo(Report("", error=error), output.aside())


def _echo(report: Report, output: Output) -> None:
    """In text, for whoever started the program: commands are called by the name that was typed."""
    stream = sys.stderr if output.err else sys.stdout
    report = replace(report, program=started())
    color = _is_colored(stream, output)
    _echo_pieces(pieces("text", report, color=color), err=output.err, color=color)


def _is_colored(stream: TextIO, output: Output) -> bool:
    """Whether colors are wanted: the option decides, then ``NO_COLOR``, ``FORCE_COLOR``, and the terminal."""
    if output.no_color or os.environ.get("NO_COLOR"):
        return False
    return stream.isatty() or os.environ.get("FORCE_COLOR", "") not in ("", "0")


def _echo_pieces(
    made: Iterator[str] | Iterator[bytes], *, err: bool = False, color: bool | None = None
) -> None:
    """Write them out some at a time: what is written at once is neither a line nor everything."""
    while several := list(islice(made, _AT_ONCE)):
        texts = [each for each in several if isinstance(each, str)]
        if texts:
            click.echo("".join(texts), nl=False, err=err, color=color)
        for each in several:
            if isinstance(each, bytes):
                click.echo(each, nl=False, err=err)
