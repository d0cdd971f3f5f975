"""Show a report: on stdout or in a file, whatever happened."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace

import click

from syncer.cli.options import Output
from syncer.errors import Defect, Interrupted, SyncerError
from syncer.files import write_whole
from syncer.report.formats import render
from syncer.report.views import Report


def present(command: str, output: Output, work: Callable[[], Report]) -> int:
    """Do the work of ``command``, show its report, and return the exit code.

    Whatever the work raises becomes a report too, so that every format stays parseable.
    """
    try:
        report = work()
    except SyncerError as error:
        report = _ended(command, error)
    except (click.Abort, KeyboardInterrupt):
        report = _ended(command, Interrupted("interrupted"))
    except Exception as error:
        if os.environ.get("SYNCER_TRACEBACK"):
            raise
        report = _ended(command, Defect(error))
    return show(report, output)


def _ended(command: str, error: SyncerError) -> Report:
    return Report(command, error.exit_code, error=error)


def show(report: Report, output: Output) -> int:
    """Write a report where it belongs, and return the exit code.

    In text, an error that ended the command goes to stderr. A report that can't be written to its file goes
    to stdout: what was done is not to be lost.
    """
    report = replace(report, quiet=output.quiet, verbose=output.verbose)
    if output.output is not None:
        try:
            write_whole(output.output, render(output.format, report))
        except SyncerError as error:
            _say(_ended(report.command, error), output.aside())
            return show(report, replace(output, output=None)) or error.exit_code
        _say(Report(report.command, error=report.error), output.aside())
    elif output.format != "text":
        click.echo(render(output.format, report), nl=False)
    else:
        _say(replace(report, error=None), output)
        _say(Report(report.command, error=report.error), output.aside())
    return report.exit_code


def _say(report: Report, output: Output) -> None:
    stream = sys.stderr if output.err else sys.stdout
    colored = stream.isatty() and not output.no_color and not os.environ.get("NO_COLOR")
    click.echo(render("text", report, color=colored), nl=False, err=output.err)
