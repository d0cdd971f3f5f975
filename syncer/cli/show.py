"""``sync show``: show a saved plan, a report or a run again."""

from pathlib import Path
from typing import Any

import click

from syncer.app import ShowOptions, show
from syncer.cli.options import pick, state_option
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="show")
@click.argument("what", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--run", metavar="RUN", default="", help="For an audit trail: the run with this id (default: the last)."
)
@click.option(
    "--queue",
    "queues",
    metavar="NAME",
    multiple=True,
    help="Only this queue: a name, an id or a glob. May be repeated.",
)
@state_option
@output_options
def command(what: Path, **options: Any) -> int:
    """Show FILE again: a saved plan, a JSON report of plan, apply or rollback, or an audit trail.

    FILE can also be a state folder, the id of a run in the audit trail, or the digest of a plan that is kept
    next to the trail. Needs no network.
    """
    terminal, wanted = pick_terminal(options), pick(ShowOptions, options)
    return present("show", terminal, lambda: show(what, wanted, session=terminal.session), what)
