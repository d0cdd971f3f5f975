"""One command under watch: what its logs and metrics tell, beside its report."""

import logging
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.util import find_spec
from typing import Any

import click

from syncer.cli.logs import logged
from syncer.cli.options import Watching, pick
from syncer.errors import ConfigError, SyncerError
from syncer.model.times import utc_now
from syncer.report.escape import plain
from syncer.report.views import Report

_log = logging.getLogger(__name__)


def no_calls() -> Mapping[str, int]:
    """No request was made."""
    return {}


def new_run_id(moment: datetime) -> str:
    """``20260301T083000Z-9f2c41``: sorts by time, and is one of its kind."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@dataclass
class Watch:
    """A command from its begin to its end.

    ``run`` is the id in its logs; a run that writes bears it in the audit too. ``calls`` counts the requests
    of its live client. ``clock`` never goes back; ``now`` knows its time zone.
    """

    options: Watching = field(default_factory=Watching)
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    calls: Callable[[], Mapping[str, int]] = no_calls
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun = self.clock()
        self.next_run()

    def next_run(self) -> str:
        """The id of a run that begins now: logs bear it from here on."""
        self.run = new_run_id(self.now())
        return self.run

    @property
    def as_json(self) -> bool:
        """Whether stderr is for machines: every line of it is a record of the log."""
        return self.options.log_format == "json"

    def say(self, text: str) -> None:
        """Say on stderr what is good to know."""
        if self.as_json:
            _log.info("%s", text)
        else:
            click.echo(plain(text), err=True)

    @contextmanager
    def logging(self, command: str) -> Iterator[None]:
        """Log what happens meanwhile, with the id of the run."""
        with logged(self.options.log_format, self.options.log_level, lambda: self.run, os.environ):
            _log.info("%s begins", command)
            yield

    def refuse_unready(self) -> None:
        """Raises ConfigError where metrics are asked for and can't be had, before anything is done."""
        if (self.options.metrics or self.options.push_gateway) and find_spec("prometheus_client") is None:
            raise ConfigError(
                "prometheus-client is not installed, so there are no metrics",
                hint="Install it with: pip install prometheus-client",
            )

    def ended(self, report: Report) -> Report:
        """The report with what else is to be told; metrics are written and pushed."""
        _log.info("%s ends with exit code %d", report.command, report.exit_code)
        code = 0
        if (self.options.metrics or self.options.push_gateway) and find_spec("prometheus_client"):
            code = self._publish(report)
        warnings = (*report.warnings, *self.warnings)
        return replace(report, exit_code=report.exit_code or code, warnings=warnings)

    def _publish(self, report: Report) -> int:
        from syncer.cli.measuring import measured, push_to, write_to

        found = measured(report, self.calls(), self.clock() - self._begun, self.now())
        code = 0
        if self.options.metrics:
            try:
                write_to(self.options.metrics, found)
            except SyncerError as error:
                self.warnings.append(f"no metrics were written: {error.message}")
                code = error.exit_code
        if self.options.push_gateway:
            try:
                push_to(self.options.push_gateway, found)
            except SyncerError as error:
                self.warnings.append(f"no metrics were pushed: {error.message}")
            except KeyboardInterrupt:  # it ends this wait, not the report of what was done
                self.warnings.append("no metrics were pushed: interrupted")
        return code


def pick_watch(options: dict[str, Any]) -> Watch:
    """Take out of ``options`` what is to be told, and begin."""
    return Watch(pick(Watching, options))
