"""The steps of a rollback: what a run changed, whether that is still so, and the way back."""

from dataclasses import replace

from syncer.audit.verify import refuse_broken
from syncer.cli.live import Fresh, dialect_of, reading_since
from syncer.cli.options import Output, Source, Target
from syncer.cli.running import Running
from syncer.cli.watch import Watch
from syncer.cli.work import Work, working
from syncer.errors import PoliciesInvalid
from syncer.kinds.registry import ask_groups
from syncer.model.times import rfc3339, utc_now
from syncer.net.timing import REAL_TIME
from syncer.planning.gather import inputs_of, read_disk, read_live
from syncer.planning.standing import Standing, standing
from syncer.planning.undo import undo_plan
from syncer.report.views import Applied, CutOffRun, Report


def rollback(
    run: str, source: Source, target: Target, running: Running, output: Output, watch: Watch
) -> Report:
    """Undo ``run`` under the lock."""
    disk = read_disk(source.policies, source.paths, source.env)
    if not disk.readable:
        return Report("rollback", PoliciesInvalid.exit_code, None, disk.findings, disk.sources)
    with working("rollback", disk, target, running, output, watch) as work:
        recovered = work.recover()
        if recovered and running.on_cut_off == "stop":
            return work.stopped(recovered)
        refuse_broken(work.chain.path)
        return roll_back(work, run, recovered, ask=True)


def roll_back(work: Work, run: str, recovered: tuple[CutOffRun, ...] = (), *, ask: bool) -> Report:
    """Plan the way back from the audit's images and the queues as they are now, and go it.

    ``run`` is an id, or ``last``: the newest apply that changed something.
    """
    found = standing(work.chain.entries(), run, work.run.place)
    if not found.images:
        return Report("rollback", 0, Applied(None, None, recovered, found.words))
    work = replace(work, run=replace(work.run, undoes=found.run))
    with_groups = ask_groups({image.rule.kind for image in found.images})
    dialect = dialect_of(work.target, work.disk.settings)
    begun = REAL_TIME.clock()
    live = read_live(work.client, work.disk.policies, dialect, with_groups=with_groups)
    listed = reading_since(begun)
    plan = undo_plan(found.images, inputs_of(work.disk, live), rfc3339(utc_now()))
    fresh = Fresh(plan, {queue.id: queue for queue in live.queues}, live, listed)
    report = work.carry_out(fresh, recovered, lambda: None, ask=ask)
    return _with_words(report, found)


def _with_words(report: Report, found: Standing) -> Report:
    """The report with what the trail, or live alone, says of the run that was to be undone."""
    view = report.view
    if not isinstance(view, Applied):
        return report
    words = found.words
    if view.result is None:
        words = f"live is as it was before run {found.run}: nothing was sent"
    return replace(report, view=replace(view, message=words))
