"""What would be, in Markdown."""

from collections.abc import Iterator

from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, table
from syncer.report.sights import Simulated
from syncer.report.simulated_words import (
    HEADINGS,
    SERVICE_HEADINGS,
    cells,
    headroom_in_words,
    of_interest,
    served,
    service_cells,
    service_in_words,
    turns,
    verdict_in_words,
)

_MOST_TURNS = 20


def simulated_lines(view: Simulated) -> Iterator[str]:
    """The verdict, the figures of each queue, which is full first, how fast contacts are answered."""
    said = verdict_in_words(view, code)
    yield from [f"**{said[0].upper()}{said[1:]}.**", ""]
    yield f"- **Of:** {code(view.of, LONGEST_MESSAGE)}, contacts per {code(view.interval)}"
    yield from (f"- **Assumed:** {code(words, LONGEST_MESSAGE)}" for words in view.assumed)
    if not view.until_full:
        yield f"- **Headroom:** {headroom_in_words(view, code)}"
    yield from (f"- **Not known:** {code(words, LONGEST_MESSAGE)}" for words in view.unknown)
    yield ""
    yield from table(HEADINGS, [[code_cell(each.name), *cells(each)] for each in of_interest(view)])
    first = turns(view)[:_MOST_TURNS]
    yield from table(["Full in turn", "Queue"], [[factor, code_cell(name)] for factor, name in first])
    if answered := served(view):
        rows = [[code_cell(each.name), *service_cells(each)] for each in answered]
        yield from [*table(SERVICE_HEADINGS, rows), f"{service_in_words(view)}.", ""]
