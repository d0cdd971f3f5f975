"""``sync drift``: where somebody changed live, and what waits to be applied."""

from typing import Any

import click

from syncer.app import DriftOptions, LiveTarget, PolicySource, drift
from syncer.cli.options import (
    merge_request_options,
    output_options,
    pick,
    policy_set_option,
    queue_option,
    record_option,
    source_options,
    state_option,
    target_options,
    telemetry_options,
    unmanaged_option,
)
from syncer.cli.present import present
from syncer.cli.terminal import pick_terminal


@click.command(name="drift")
@source_options
@policy_set_option
@queue_option
@target_options
@state_option
@record_option
@output_options
@telemetry_options
@click.option(
    "--alert-after",
    type=click.IntRange(1, 1000),
    help="Tell the webhook of a drift found this many times in a row (2, or as the settings say).",
)
@unmanaged_option
@merge_request_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when something drifted.")
def command(**options: Any) -> int:
    """Show where live and the policies differ: what live has more, what it has less, what differs.

    What the policies changed and live didn't is pending, and no drift. Each drift is remembered; the webhook
    is told of those that stay, once, and once when they are gone.
    """
    terminal = pick_terminal(options)
    source, target, wanted = (
        pick(PolicySource, options),
        pick(LiveTarget, options),
        pick(DriftOptions, options),
    )
    return present("drift", terminal, lambda: drift(source, target, wanted, session=terminal.session))
