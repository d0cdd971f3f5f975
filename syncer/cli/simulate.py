"""``sync simulate``: what would happen with other loads, an outage, or a plan."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, SimulateOptions, simulate
from syncer.cli.completion import complete_queues
from syncer.cli.options import pick, source_options, state_option, target_options
from syncer.cli.present import present
from syncer.cli.report_options import table_options
from syncer.cli.terminal import pick_terminal


def _number(text: str, ctx: click.Context, param: click.Parameter) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise click.BadParameter(f"{text!r} isn't a number.", ctx, param)
    return number


def _of_queues(
    ctx: click.Context, param: click.Parameter, values: Sequence[str]
) -> tuple[tuple[str, float], ...]:
    """Each ``QUEUE=NUMBER``; a number alone has an empty queue, and is for all queues."""
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
    help="Factor on today's load, for all queues or for one. May be repeated.",
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
    help="Capacity of this queue, in contacts per interval. May be repeated.",
)
@click.option(
    "--scenario", metavar="NAME", default="", help="Scenario from the settings; options override it."
)
@click.option("--until-full", is_flag=True, help="Increase the load until the first queue is full.")
@click.option(
    "--plan",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare before and after a saved plan. Needs the policies that it was made from.",
)
@click.option("--live", is_flag=True, help="Include the live queues that no policy describes.")
@click.option(
    "--answer-within",
    metavar="SECONDS",
    type=click.FloatRange(0, 1_000_000),
    default=20.0,
    show_default=True,
    help="Target time to answer, for queues whose agents are known.",
)
@target_options
@state_option
@table_options
def command(**options: Any) -> int:
    """Show what happens if loads grow, a queue fails or a plan is applied: loads, which queue is full first,
    findings, and how long contacts wait.

    QUEUE is a name, an id or a glob. Needs no network, except with --live. Nothing is written.
    """
    terminal = pick_terminal(options)
    loads = options.pop("loads")
    everywhere = [factor for queue, factor in loads if not queue]
    if len(everywhere) > 1:
        raise click.UsageError("There are two loads for all queues: use one.")
    options["load"] = everywhere[0] if everywhere else None
    options["loads"] = tuple(each for each in loads if each[0])
    if not all(queue for queue, _ in options["capacities"]):
        raise click.UsageError("A capacity needs a queue: --capacity QUEUE=NUMBER.")
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    wanted = pick(SimulateOptions, options)
    return present("simulate", terminal, lambda: simulate(source, wanted, target, session=terminal.session))
