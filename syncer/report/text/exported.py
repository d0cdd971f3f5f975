"""An export as text: the files, and the queues that policies can't manage as they are."""

from syncer.report.text.paint import Paint, counted
from syncer.report.views import Exported


def exported_lines(view: Exported, paint: Paint) -> list[str]:
    """A line a file, a line a queue that was skipped, and the sum."""
    lines = [f"  {paint(file.path)}  {counted(file.queues, 'queue')}" for file in view.files]
    lines += [
        f"  {paint('not managed:', 'yellow')} {paint(each.name, bold=True)}: {paint(each.reason)}"
        for each in view.skipped
    ]
    queues = counted(sum(file.queues for file in view.files), "queue")
    done = paint("exported:", "green", bold=True)
    return [
        *lines,
        f"{done} {queues} into {counted(len(view.files), 'file')}",
        f"fill in the capacities, then {paint.program.call} plan: it has no changes",
    ]
