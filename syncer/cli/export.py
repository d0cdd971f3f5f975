"""``sync export``: policy files from the live queues."""

from pathlib import Path
from typing import Any

import click

from syncer.app import ExportOptions, LiveTarget, export
from syncer.cli.options import env_option, pick, state_option, target_options, telemetry_options
from syncer.cli.present import present
from syncer.cli.report_options import report_options
from syncer.cli.terminal import pick_terminal


@click.command(name="export")
@click.option(
    "--output",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the policy files; created if it is missing.",
)
@click.option("--split", is_flag=True, help="Write one file per division instead of queues.yaml.")
@click.option(
    "--only", metavar="GLOB", multiple=True, help="Only queues whose name matches. May be repeated."
)
@click.option(
    "--exclude", metavar="GLOB", multiple=True, help="Leave out queues whose name matches. May be repeated."
)
@click.option("--overwrite", is_flag=True, help="Replace files that already exist.")
@click.option("--update", is_flag=True, help="Update the rules in files that already exist, in place.")
@env_option
@target_options
@state_option
@report_options
@telemetry_options
def command(**options: Any) -> int:
    """Write policies from the live queues, with capacities left to fill in. It only reads them."""
    terminal = pick_terminal(options)
    wanted, target = pick(ExportOptions, options), pick(LiveTarget, options)
    return present("export", terminal, lambda: export(wanted, target, session=terminal.session))
