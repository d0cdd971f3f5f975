"""``sync measure``: measure loads and capacities with analytics, and write them into the policies."""

from typing import Any

import click

from syncer.app import LiveTarget, MeasureOptions, PolicySource, measure
from syncer.app.options import MOST_WEEKS
from syncer.cli.options import pick, source_options, state_option, target_options, telemetry_options
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="measure")
@source_options
@click.option(
    "--weeks",
    type=click.IntRange(1, MOST_WEEKS),
    default=4,
    show_default=True,
    help="How many weeks back from now to measure.",
)
@click.option(
    "--busy",
    metavar="PERCENTILE",
    type=click.FloatRange(0, 100),
    default=95.0,
    show_default=True,
    help="An interval is busy if the total of all queues is at or above this percentile.",
)
@click.option("--check", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--write-capacity", is_flag=True, help="Write capacities as values, not as comments.")
@click.option("--agents", is_flag=True, help="Measure how long contacts take, too.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if a figure differs.")
@target_options
@state_option
@output_options
@telemetry_options
def command(**options: Any) -> int:
    """Measure the queues that the policies describe, and write base loads, transfers of flows and, as
    comments, capacities into the policies. It only reads the live queues.

    All figures are means over the same busy intervals: those with the most contacts in all queues together.
    """
    terminal = pick_terminal(options)
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    wanted = pick(MeasureOptions, options)
    return present("measure", terminal, lambda: measure(source, target, wanted, session=terminal.session))
