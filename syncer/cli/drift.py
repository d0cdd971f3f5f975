"""``sync drift``: where live and the policies differ."""

from pathlib import Path
from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    output_options,
    pick,
    source_options,
    state_option,
    target_options,
    watching_options,
)
from syncer.cli.present import present
from syncer.cli.unfinished import unfinished
from syncer.cli.watch import Watch, pick_watch
from syncer.errors import PoliciesInvalid
from syncer.report.views import Drifted, Report


@click.command(name="drift")
@source_options
@target_options
@state_option
@output_options
@watching_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when something drifted.")
def command(detailed_exitcode: bool, state_dir: Path, **options: Any) -> int:
    """Show where live and the policies differ: what live has more, what it has less, what differs."""
    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    watch = pick_watch(options)
    watch.warnings.extend(unfinished(state_dir))
    return present("drift", output, lambda: drift(source, target, watch, detailed_exitcode), watch)


def drift(source: Source, target: Target, watch: Watch, detailed_exitcode: bool) -> Report:
    """Read, list, compare, check."""
    from syncer.cli.live import client_for, fresh_plan
    from syncer.planning.drift import drift_of
    from syncer.planning.gather import read_disk

    disk = read_disk(source.policies, source.paths, source.env)
    if not disk.readable:
        return Report("drift", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    with client_for(target, disk.settings, write=False) as client:
        watch.calls = client.calls
        made = fresh_plan(disk, client, target).plan
    found = drift_of(made)
    code = 2 if detailed_exitcode and found.rules else 0
    if not made.applicable:
        code = PoliciesInvalid.exit_code
    places = {str(queue.queue): queue.position for queue in disk.policies.queues if queue.position}
    return Report("drift", code, Drifted(found, places), made.findings, disk.sources)
