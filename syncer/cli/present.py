"""Show a report: on stdout or in a file, whatever happened."""

import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from syncer.cli.options import Output
from syncer.cli.started import started
from syncer.cli.watch import Watch
from syncer.errors import Interrupted, SyncerError, explained, is_interrupt
from syncer.files import write_whole
from syncer.report.escape import plain
from syncer.report.formats import render
from syncer.report.views import Report

_log = logging.getLogger(__name__)


def present(
    command: str,
    output: Output,
    work: Callable[[], Report],
    watch: Watch | None = None,
    written: Path | None = None,
) -> int:
    """Do the work of ``command`` under ``watch``, show its report, and return the exit code.

    ``written`` is a file that the work itself writes. Raises WrongUsage where two are to go to one file.
    """
    watch = watch or Watch()
    output.refuse_shared(watch.options.metrics, written)
    with watch.logging(command):
        report = watch.ended(_done(command, work, watch))
        for warning in report.warnings:
            if watch.as_json:
                _log.warning("%s", warning)
            else:
                click.echo(f"warning: {plain(started().spoken(warning))}", err=True)
        return show(report, replace(output, logged=watch.as_json))


def _done(command: str, work: Callable[[], Report], watch: Watch) -> Report:
    """Whatever the work raises becomes a report too, so that every format stays parseable."""
    try:
        watch.refuse_unready()
        return work()
    except SyncerError as error:
        return _ended(command, error)
    except (click.Abort, KeyboardInterrupt):
        return _ended(command, Interrupted("interrupted"))
    except Exception as error:
        if is_interrupt(error):
            return _ended(command, Interrupted("interrupted"))
        if os.environ.get("SYNCER_TRACEBACK"):
            raise
        return _ended(command, explained(error))


def _ended(command: str, error: SyncerError) -> Report:
    return Report(command, error.exit_code, error=error)


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
        write_whole(path, render(format_, report))
    except SyncerError as error:
        _say_error(error, output)
        return error.exit_code
    return 0


def _show(report: Report, output: Output) -> int:
    """Write the main report.

    In text, an error that ended the command goes to stderr. A report that can't be written to its file goes
    to stdout: what was done is not to be lost.
    """
    if output.output is not None:
        try:
            write_whole(output.output, render(output.format, report))
        except SyncerError as error:
            _say_error(error, output)
            return _show(report, replace(output, output=None)) or error.exit_code
        _say_error(report.error, output)
    elif output.format != "text":
        click.echo(render(output.format, report), nl=False)
        if output.logged:
            _say_error(report.error, output)
    else:
        _say(replace(report, error=None), output)
        _say_error(report.error, output)
    return report.exit_code


def _say_error(error: SyncerError | None, output: Output) -> None:
    """On stderr: in words, or as a record of the log where that is for machines."""
    if error is None:
        return
    if output.logged:
        _log.error("%s", " ".join(filter(None, (error.message, error.hint))))
    else:
        _say(Report("", error=error), output.aside())


def _say(report: Report, output: Output) -> None:
    """In text, for whoever started the program: commands are called by the name that was typed."""
    stream = sys.stderr if output.err else sys.stdout
    report = replace(report, program=started())
    colored = stream.isatty() and not output.no_color and not os.environ.get("NO_COLOR")
    click.echo(render("text", report, color=colored), nl=False, err=output.err)
