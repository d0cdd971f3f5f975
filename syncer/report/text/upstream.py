"""What changed above a queue, as text."""

from collections.abc import Iterator

from syncer.checks.capacity import number
from syncer.planning.upstream import Cause
from syncer.report.sights import Upstream
from syncer.report.text.paint import Paint, counted, padded, width_of

_MOST = 40
"""Changes that are shown without --verbose."""


def upstream_lines(view: Upstream, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """How many changes there were, then each in two lines, what added most first."""
    runs = len({cause.run for cause in view.causes})
    head = f"{counted(len(view.causes), 'change')} by {counted(runs, 'run')} upstream of"
    yield f"{head} {paint(view.name, bold=True)} {paint(f'({view.queue})', dim=True)} {paint(view.period)}"
    shown = view.causes if verbose else view.causes[:_MOST]
    width = width_of([added_in_words(cause) for cause in shown])
    for cause in shown:
        added = paint(padded(added_in_words(cause), width), "red" if cause.weight > 0 else "")
        yield f"  {added}  {paint(cause.words)}"
        by = f" by {cause.user}" if cause.user else ""
        whence = f"{cause.at}, run {cause.run}{by}, {away_in_words(cause)}"
        yield f"  {' ' * width}  {paint(whence, dim=True)}"
    if len(view.causes) > len(shown):
        yield f"  and {counted(len(view.causes) - len(shown), 'change')} more (--verbose shows all)"
    for words in view.unknown:
        yield f"{paint('not known:', 'yellow')} {paint(words)}"


def added_in_words(cause: Cause) -> str:
    """``+40 contacts``, ``-12 contacts``, ``40 less capacity``, or that the load is not known."""
    if cause.room:
        return f"{number(cause.room)} less capacity"
    if cause.added is None:
        return "load not known"
    return f"{'+' if cause.added > 0 else ''}{number(cause.added) if cause.added else '0'} contacts"


def away_in_words(cause: Cause) -> str:
    """How far its queue is from the one that is asked about."""
    return f"{counted(cause.depth, 'rule')} away" if cause.depth else "of the queue itself"
