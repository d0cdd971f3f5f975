"""Do the work of a command, and show its report, whatever happens."""

import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from syncer.cli.logs import logged
from syncer.cli.output import show, started
from syncer.cli.terminal import Terminal
from syncer.errors import Interrupted, SyncerError, explained, is_interrupt
from syncer.report.escape import plain
from syncer.report.views import Report

_log = logging.getLogger(__name__)


def present(
    command: str,
    terminal: Terminal,
    work: Callable[[], Report],
    written: Path | None = None,
    *,
    sends: bool = False,
) -> int:
    """Do the work of ``command``, show its report, and return the exit code.

    ``written`` is a file that the work itself writes. Work that ``sends`` changes doesn't start if one of its
    files could not be written. Raises WrongUsage if two outputs would go to one file.
    """
    logs, session = terminal.logs, terminal.session
    terminal.output.refuse_shared(terminal.metrics.metrics, written)
    terminal.output.refuse_terminal()
    with logged(logs.log_format, logs.log_level, lambda: session.run, os.environ, terminal.line.aside):
        _log.info("%s starts", command)
        report = _with_metrics(_done(command, work, terminal, sends=sends), terminal)
        terminal.line.end()
        _log.info("%s exits with %d", command, report.exit_code)
        for warning in report.warnings:
            if logs.as_json:
                _log.warning("%s", warning)
            else:
                click.echo(f"warning: {plain(started().spoken(warning))}", err=True)
        return show(report, replace(terminal.output, logged=logs.as_json))


def _done(command: str, work: Callable[[], Report], terminal: Terminal, *, sends: bool) -> Report:
    """Do the work. What it raises becomes a report too, so that every format stays parseable."""
    try:
        if terminal.metrics:
            from syncer.app.metrics import refuse_without_library

            refuse_without_library()
        if sends:
            terminal.output.refuse_unwritable(terminal.metrics.metrics)
        return work()
    except SyncerError as error:
        return _failed(command, error, terminal)
    except (click.Abort, KeyboardInterrupt):
        return _failed(command, Interrupted("interrupted"), terminal)
    except Exception as error:
        if is_interrupt(error):
            return _failed(command, Interrupted("interrupted"), terminal)
        if os.environ.get("SYNCER_TRACEBACK"):
            raise
        return _failed(command, explained(error), terminal)


def _failed(command: str, error: SyncerError, terminal: Terminal) -> Report:
    session = terminal.session
    return Report(
        command, error.exit_code, error=error, warnings=tuple(session.warnings), source=session.source
    )


def _with_metrics(report: Report, terminal: Terminal) -> Report:
    if not terminal.metrics:
        return report
    from syncer.app.metrics import publish

    return publish(terminal.metrics, report, terminal.session)
