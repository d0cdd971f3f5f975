"""``sync graph``: the overflow network as a picture."""

from pathlib import Path
from typing import Any

import click

from syncer.app import GraphOptions, LiveTarget, PolicySource, graph
from syncer.cli.completion import complete_queues
from syncer.cli.options import pick, source_options, state_option, target_options
from syncer.cli.present import present
from syncer.cli.report_options import drawing_options
from syncer.cli.terminal import pick_terminal


@click.command(name="graph")
@source_options
@target_options
@state_option
@click.option("--live", is_flag=True, help="Draw the live queues too, with the policies applied to them.")
@click.option(
    "--plan",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw a saved plan: before, the changes, and after. Needs no policies.",
)
@click.option(
    "--focus",
    metavar="QUEUE",
    multiple=True,
    shell_complete=complete_queues,
    help="Only the queues around this one: a name, an id or a glob. May be repeated.",
)
@click.option(
    "--depth",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="How many rules away from a queue in focus a queue may be.",
)
@drawing_options
def command(state_dir: Path, **options: Any) -> int:
    """Draw the overflow network, with the load of every queue: as SVG, PNG, Mermaid, DOT or JSON.

    Without --live it draws the policies alone, and needs no network. PNG needs the extra png.
    """
    terminal = pick_terminal(options)
    source, target, wanted = (
        pick(PolicySource, options),
        pick(LiveTarget, options),
        pick(GraphOptions, options),
    )
    return present(
        "graph", terminal, lambda: graph(source, target, wanted, state_dir, session=terminal.session)
    )
