"""``sync simulate``: what would be."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, SimulateOptions, simulate
from syncer.cli.completion import complete_queues
from syncer.cli.options import pick, source_options, state_option, table_options, target_options
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


def _number(text: str, ctx: click.Context, param: click.Parameter) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise click.BadParameter(f"{text!r} is no number.", ctx, param)
    return number


def _of_queues(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, float], ...]:
    """Each ``QUEUE=NUMBER``; a number alone is that of no queue, so of all."""
    parts = [value.rpartition("=") for value in values]
    return tuple((queue, _number(text, ctx, param)) for queue, _, text in parts)


@click.command(name="simulate")
@source_options
@click.option(
    "--load",
    "loads",
    metavar="[QUEUE=]FACTOR",
    multiple=True,
    callback=_of_queues,
    shell_complete=complete_queues,
    help="So many times today's load, of all queues or of one. May be repeated.",
)
@click.option(
    "--outage",
    metavar="QUEUE",
    multiple=True,
    shell_complete=complete_queues,
    help="This queue handles nothing. May be repeated.",
)
@click.option(
    "--capacity",
    "capacities",
    metavar="QUEUE=NUMBER",
    multiple=True,
    callback=_of_queues,
    shell_complete=complete_queues,
    help="This queue can take so many contacts per interval. May be repeated.",
)
@click.option("--scenario", metavar="NAME", default="", help="A scenario of the settings; options go on top.")
@click.option("--until-full", is_flag=True, help="Let the load grow until the first queue is full.")
@click.option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Before and after a saved plan. Needs the policies that it was made of.",
)
@click.option("--live", is_flag=True, help="With the queues that no policy describes, as live has them.")
@click.option(
    "--answer-within",
    metavar="SECONDS",
    type=click.FloatRange(0, 1_000_000),
    default=20.0,
    show_default=True,
    help="Where agents are known: the time that contacts are to be answered in.",
)
@target_options
@state_option
@table_options
def command(**options: Any) -> int:
    """Show what would be if loads grew, a queue went out of service or a plan were applied: loads, what is
    full first, findings, and how long contacts wait.

    QUEUE is a name or id, or a glob. Needs no network, except with --live. Nothing is written.
    """
    terminal = pick_terminal(options)
    loads = options.pop("loads")
    everywhere = [factor for queue, factor in loads if not queue]
    if len(everywhere) > 1:
        raise click.UsageError("There are two loads of all queues: give one.")
    options["load"] = everywhere[0] if everywhere else None
    options["loads"] = tuple(each for each in loads if each[0])
    if not all(queue for queue, _ in options["capacities"]):
        raise click.UsageError("A capacity is that of a queue: --capacity QUEUE=NUMBER.")
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    wanted = pick(SimulateOptions, options)
    return present("simulate", terminal, lambda: simulate(source, wanted, target, session=terminal.session))
