"""``sync environments``: the organisations that the settings know."""

from pathlib import Path
from typing import Any

import click

from syncer.app import environments
from syncer.cli.options import folder_option, output_options
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


@click.command(name="environments")
@folder_option
@output_options
def command(folder: Path, **options: Any) -> int:
    """List the environments of the settings: for people, and for the matrix of a pipeline."""
    return present("environments", pick_terminal(options), lambda: environments(folder))
