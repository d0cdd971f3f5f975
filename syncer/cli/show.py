"""``sync show``: what was kept of a plan, of what became of it, or of a run."""

from pathlib import Path
from typing import Any

import click

from syncer.app import ShowOptions, show
from syncer.cli.options import output_options, pick, state_option
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


@click.command(name="show")
@click.argument("what", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--run", default="", help="Of an audit trail: the run with this id. The last one otherwise.")
@click.option(
    "--queue",
    "queues",
    metavar="NAME",
    multiple=True,
    help="Only what is said of this queue: a name or id, or a glob. May be repeated.",
)
@state_option
@output_options
def command(what: Path, **options: Any) -> int:
    """Show FILE again: a saved plan, a JSON report of plan, apply or rollback, or an audit trail.

    FILE may be a state folder too, the id of a run that the audit trail knows, or the digest of a plan that
    is kept beside it. Needs no network.
    """
    terminal, wanted = pick_terminal(options), pick(ShowOptions, options)
    return present("show", terminal, lambda: show(what, wanted, session=terminal.session), what)
