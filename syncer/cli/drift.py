"""``sync drift``: where live and the policies differ."""

from pathlib import Path
from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    Wish,
    output_options,
    pick,
    source_options,
    state_option,
    target_options,
    watching_options,
    writing_back_options,
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
@writing_back_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when something drifted.")
def command(detailed_exitcode: bool, state_dir: Path, **options: Any) -> int:
    """Show where live and the policies differ: what live has more, what it has less, what differs."""
    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    wish, watch = pick(Wish, options), pick_watch(options)
    watch.warnings.extend(unfinished(state_dir))
    return present("drift", output, lambda: drift(source, target, watch, detailed_exitcode, wish), watch)


def drift(source: Source, target: Target, watch: Watch, detailed_exitcode: bool, wish: Wish) -> Report:
    """Read, list, compare, check."""
    from syncer.cli.live import client_for, fresh_plan
    from syncer.planning.drift import drift_of
    from syncer.planning.gather import read_disk

    disk = read_disk(source.policies, source.paths, source.env)
    if not disk.readable:
        return Report("drift", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    with client_for(target, disk.settings, write=False) as client:
        watch.calls = client.calls
        fresh = fresh_plan(disk, client, target)
    made = fresh.plan
    found = drift_of(made)
    code = 2 if detailed_exitcode and found.rules else 0
    if not made.applicable:
        code = PoliciesInvalid.exit_code
    places = {str(queue.queue): queue.position for queue in disk.policies.queues if queue.position}
    report = Report("drift", code, Drifted(found, places), made.findings, disk.sources)
    if not wish.open_mr:
        return report
    from syncer.cli.writing_back import written_back

    return written_back(report, wish, disk, fresh, found)
