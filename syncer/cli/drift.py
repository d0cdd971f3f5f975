"""``sync drift``: what somebody changed in the live queues, and what waits to be applied."""

from typing import Any

import click

from syncer.app import DriftOptions, LiveTarget, PolicySource, drift
from syncer.cli.options import (
    merge_request_options,
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
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal
from syncer.model.garbage import without_collection


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
    help="Notify the webhook of drift found this many times in a row (2, or as in the settings).",
)
@unmanaged_option
@merge_request_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if something drifted.")
def command(**options: Any) -> int:
    """Show where the live queues differ from the policies: rules that were added, removed or changed.

    A change that was made in the policies only is pending, not drift. Drift is remembered; the webhook is
    notified once if it persists, and once when it is gone.
    """
    terminal = pick_terminal(options)
    source, target, wanted = (
        pick(PolicySource, options),
        pick(LiveTarget, options),
        pick(DriftOptions, options),
    )
    with without_collection():
        return present("drift", terminal, lambda: drift(source, target, wanted, session=terminal.session))
