"""``sync drift``: where somebody changed live, and what waits to be applied."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    unmanaged_option,
    watching_options,
    writing_back_options,
)
from syncer.cli.present import present
from syncer.cli.unfinished import unfinished
from syncer.cli.watch import Watch, pick_watch
from syncer.errors import PoliciesInvalid
from syncer.report.views import Drifted, Report

if TYPE_CHECKING:
    from syncer.cli.live import Fresh
    from syncer.planning.gather import OnDisk


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where drift is remembered; ``alert_after`` counts detections in a row, None: as the settings say."""

    state_dir: Path = Path(".syncer")
    alert_after: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for beside the drift itself."""

    detailed_exitcode: bool = False
    unmanaged: bool = False


@click.command(name="drift")
@source_options
@target_options
@state_option
@output_options
@watching_options
@click.option(
    "--alert-after",
    type=click.IntRange(1, 1000),
    help="Tell the webhook of a drift found this many times in a row (2, or as the settings say).",
)
@unmanaged_option
@writing_back_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when something drifted.")
def command(**options: Any) -> int:
    """Show where live and the policies differ: what live has more, what it has less, what differs.

    What the policies changed and live didn't is pending, and no drift. Each drift is remembered; the webhook
    is told of those that stay, once, and once when they are gone.
    """
    source, target, output = pick(Source, options), pick(Target, options), pick(Output, options)
    asked, keeping, wish = pick(Asked, options), pick(Keeping, options), pick(Wish, options)
    watch = pick_watch(options)
    watch.warnings.extend(unfinished(keeping.state_dir))

    def work() -> Report:
        return drift(source, target, asked, keeping, wish, watch)

    return present("drift", output, work, watch)


def drift(source: Source, target: Target, asked: Asked, keeping: Keeping, wish: Wish, watch: Watch) -> Report:
    """Read, list, compare, check, remember, and write back where that is wished."""
    from syncer.cli.live import client_for, fresh_plan
    from syncer.drift.nothing import nothing_compared
    from syncer.model.finding import has_errors
    from syncer.model.times import rfc3339
    from syncer.planning.gather import read_disk

    disk = read_disk(source.policies, source.paths, source.env)
    if not disk.readable:
        return Report("drift", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    begun = rfc3339(watch.now())
    with client_for(target, disk.settings, write=False) as client:
        watch.calls = client.calls
        fresh = fresh_plan(disk, client, target, with_groups=asked.unmanaged)
    view = _seen(disk, fresh, begun, asked, keeping, watch)
    nothing = nothing_compared(view.drift, disk.policies.queues, len(fresh.live))
    findings = (*fresh.plan.findings, *nothing)
    code = 2 if asked.detailed_exitcode and view.drift.rules else 0
    if has_errors(findings):
        code = PoliciesInvalid.exit_code
    report = Report("drift", code, view, findings, disk.sources)
    if not wish.open_mr:
        return report
    from syncer.cli.writing_back import written_back

    return written_back(report, wish, disk, fresh, view.drift, watch.say)


def _seen(
    disk: "OnDisk", fresh: "Fresh", begun: str, asked: Asked, keeping: Keeping, watch: Watch
) -> Drifted:
    """What drifted, with what is remembered of it; policies with errors, or a run that could compare nothing,
    leave the memory alone."""
    from syncer.audit.origin import origin
    from syncer.cli.remembering import Memory, trail_in
    from syncer.drift.alerts import Around
    from syncer.drift.episodes import Step
    from syncer.drift.found import drift_of
    from syncer.drift.three_way import Comparison
    from syncer.live.edited import last_edit

    edits = {queue.id: last_edit(queue.raw) for queue in fresh.live.values()}
    drift, step = drift_of(fresh.plan, edits), Step()
    trail = trail_in(keeping.state_dir, watch.warnings.append)
    comparison = Comparison(drift, fresh.live, begun, trail, disk.settings.ignore)
    places = {str(queue.queue): queue.position for queue in disk.policies.queues if queue.position}
    alert_after = keeping.alert_after or disk.settings.drift.alert_after
    memory = Memory(keeping.state_dir, alert_after, disk.settings.webhook, watch)
    if fresh.plan.applicable and drift.compared:
        around = Around(watch.run, origin(os.environ), places, edits)
        drift, step = memory.remember(comparison, around)
    else:
        drift = memory.told_apart(comparison)
    return Drifted(drift, places, step.resolved, fresh.unmanaged(asked.unmanaged))
