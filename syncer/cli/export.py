"""``sync export``: policy files out of what live has."""

from pathlib import Path
from typing import Any

import click

from syncer.app import ExportOptions, LiveTarget, export
from syncer.cli.options import (
    env_option,
    pick,
    report_options,
    state_option,
    target_options,
    telemetry_options,
)
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


@click.command(name="export")
@click.option(
    "--output",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the policy files; made where it is missing.",
)
@click.option("--split", is_flag=True, help="One file a division, in place of queues.yaml.")
@click.option("--only", metavar="GLOB", multiple=True, help="Only queues with such a name. May be repeated.")
@click.option("--exclude", metavar="GLOB", multiple=True, help="No queues with such a name. May be repeated.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there already.")
@click.option("--update", is_flag=True, help="Change the rules in files that are there already, in place.")
@env_option
@target_options
@state_option
@report_options
@telemetry_options
def command(**options: Any) -> int:
    """Write policies out of what live has, with capacities left to be filled in. Live is only read."""
    terminal = pick_terminal(options)
    wanted, target = pick(ExportOptions, options), pick(LiveTarget, options)
    return present("export", terminal, lambda: export(wanted, target, session=terminal.session))
