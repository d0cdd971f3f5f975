"""What a plan leaves alone, as text: what the settings ignore, and queues that no policy describes."""

from collections.abc import Sequence

from syncer.model.change import Ignored, Unmanaged
from syncer.report.text.paint import Paint, counted


def ignored_lines(ignored: Sequence[Ignored], paint: Paint, *, verbose: bool) -> list[str]:
    """How much live keeps because the settings say so; ``verbose`` says what, with their reason."""
    if not ignored:
        return []
    queues = counted(len({each.queue for each in ignored}), "queue")
    lines = [f"ignored: {counted(len(ignored), 'difference')} in {queues}, as the settings say"]
    for each in ignored if verbose else ():
        reason = f"  # {each.reason}" if each.reason else ""
        lines.append(paint(f"  ignored: {each.name}: {each.what}{reason}"))
    return lines


def unmanaged_lines(queues: Sequence[Unmanaged] | None, paint: Paint) -> list[str]:
    """The queues that no policy describes, each with its rules; nothing where they weren't asked for."""
    if queues is None:
        return []
    rules = sum(len(queue.rules) for queue in queues)
    sum_of_all = f"{counted(len(queues), 'queue')} that no policy describes, with {counted(rules, 'rule')}"
    lines = [f"{paint('unmanaged:', bold=True)} {sum_of_all}"]
    for queue in queues:
        lines.append(f"  {paint(queue.name, bold=True)} {paint(f'({queue.queue})', dim=True)}")
        marked = [f"managed by {queue.owner}"] if queue.owner else []
        lines += [f"    {paint(rule)}" for rule in [*queue.rules, *marked]]
    return lines
