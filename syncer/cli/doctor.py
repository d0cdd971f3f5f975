"""``sync doctor``: whether everything that is needed is in place."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    output_options,
    pick,
    policies_option,
    state_option,
    target_options,
    watching_options,
)
from syncer.cli.present import present
from syncer.cli.watch import Watch, pick_watch
from syncer.report.views import Examined, Report


@click.command(name="doctor")
@policies_option
@target_options
@state_option
@output_options
@watching_options
def command(state_dir: Path, **options: Any) -> int:
    """Check the set-up: Python, packages, policies, network, credentials, live, state folder.

    Each line says what was found, and what to do where it isn't good. Live is only read.
    """
    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    watch = pick_watch(options)
    return present("doctor", output, lambda: doctor(source, target, state_dir, watch), watch)


def doctor(source: Source, target: Target, state_dir: Path, watch: Watch) -> Report:
    """Look at everything once; the exit code is 1 where something failed."""
    from syncer.cli.live import client_for, dialect_of, endpoints_for
    from syncer.doctor.examine import Subject, examine
    from syncer.doctor.line import State
    from syncer.doctor.network import PATIENCE
    from syncer.errors import SyncerError
    from syncer.live.client import Client
    from syncer.planning.gather import read_disk

    disk = read_disk(source.policies, environment=source.env)
    # A second try would hide what is wrong, and keep people waiting.
    once = replace(disk.settings, retries=replace(disk.settings.retries, attempts=1))

    def connect() -> Client:
        client = client_for(target, once, write=False, limits=PATIENCE)
        watch.calls = client.calls
        return client

    dialect = dialect_of(target, disk.settings)
    subject = Subject(disk, state_dir, lambda: endpoints_for(target, disk.settings), connect, dialect)
    lines = examine(subject)
    code = SyncerError.exit_code if any(line.state is State.FAILED for line in lines) else 0
    return Report("doctor", code, Examined(lines))
