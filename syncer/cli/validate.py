"""``sync validate``: check the policies alone, without a network."""

import os
from typing import Any

import click

from syncer.app import PolicySource, validate
from syncer.app.places import STATE
from syncer.cli.options import pick, source_options, telemetry_options
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal
from syncer.model.garbage import without_collection


@click.command(name="validate")
@source_options
@output_options
@telemetry_options
@click.option(
    "--no-cache",
    is_flag=True,
    help="Check everything again. Otherwise, outside of CI, large unchanged policies aren't checked again.",
)
def command(**options: Any) -> int:
    """Check policies: schema, references, loops and capacity over the whole set. Needs no network.

    PATHS are files or folders; without them, the folder of --policies is read. If the settings have
    environments and --env selects none, the policies are checked in each.
    """
    source = pick(PolicySource, options)
    cache = None if options["no_cache"] or os.environ.get("CI") else STATE / "cache" / "validated"
    with without_collection():
        return present("validate", pick_terminal(options), lambda: validate(source, cache=cache))
