"""Watched queues, as text."""

from collections.abc import Iterator

from syncer.model.observation import Watched
from syncer.report.text.paint import Paint, padded, width_of
from syncer.report.watched import NOT_WORSE, RECOVERED, WORSE, figures, headline, history, verdict

_COLORS = {WORSE: "yellow", RECOVERED: "cyan", NOT_WORSE: "green"}
_WIDTH = max(map(len, _COLORS))


def watched_lines(watched: Watched, paint: Paint) -> Iterator[str]:
    """The verdict; then a line a queue, its figures before the run, at their worst and at the end; notes."""
    yield ""
    yield paint(headline(watched), bold=True)
    width = width_of([queue.name for queue in watched.queues])
    for queue in watched.queues:
        waiting, longest, agents = figures(queue)
        word = verdict(queue)
        state = paint(padded(word, _WIDTH), _COLORS[word])
        now = f"waiting {waiting}, longest wait {longest}, agents {agents}"
        yield f"  {state}  {padded(queue.name, width)}  {now}"
        if words := history(queue):
            yield f"{' ' * (_WIDTH + 4)}{paint(words, dim=True)}"
    yield from (f"  {paint(note, dim=True)}" for note in watched.notes)
