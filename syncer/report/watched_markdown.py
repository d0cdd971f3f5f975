"""Watched queues, as Markdown."""

from collections.abc import Iterator

from syncer.model.observation import Watched
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, table
from syncer.report.watched import WORSE, figures, headline, history, verdict


def watched_markdown(watched: Watched) -> Iterator[str]:
    """The verdict, a row a queue, and what could not be seen."""
    words = headline(watched)
    yield from [f"**{words[0].upper()}{words[1:]}**", ""]
    rows = []
    for queue in watched.queues:
        word = verdict(queue)
        state = f"**{word}**" if word == WORSE else word
        rows.append(
            [code_cell(queue.name), "; ".join(filter(None, (state, history(queue)))), *figures(queue)]
        )
    yield from table(["Target", "Than before the run", "Waiting", "Longest wait", "Agents on queue"], rows)
    yield from (f"- {code(note, LONGEST_MESSAGE)}" for note in watched.notes)
    yield ""
