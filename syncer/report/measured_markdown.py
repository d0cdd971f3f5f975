"""What was measured, as Markdown."""

from collections.abc import Iterator

from syncer.report.measured_words import (
    HANDLING,
    HEADINGS,
    figures_in_words,
    over_in_words,
    shares_in_words,
    way_in_words,
)
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, fenced, shortened, table
from syncer.report.sights import Measured
from syncer.report.text.paint import counted


def measured_lines(view: Measured) -> Iterator[str]:
    """The figures of each queue, what is left out and why, where the model is off, and what was written."""
    done = "would be written" if view.check else "written"
    files = ", ".join(map(code, view.files)) or "no file"
    number = counted(view.changed, "queue")
    yield from [f"**{number} of {len(view.queues):,} with other figures**; {files} {done}.", ""]
    yield from [f"Measured {code(over_in_words(view.over), LONGEST_MESSAGE)}.", ""]
    rows = [
        [code_cell(each.figures.name), *figures_in_words(each, handling=view.handling)]
        for each in view.queues
    ]
    yield from table([*HEADINGS, *([HANDLING] if view.handling else [])], rows)
    left = [f"{each.figures.name}: {words}" for each in view.queues for words in each.left]
    said = [("Left as it is", words) for words in left]
    said += [("The model is off", f"{way_in_words(way, view)}: {way.cause}") for way in view.off]
    said += [("A flow transfers", words) for words in shares_in_words(view)]
    said += [("Not known", words) for words in view.unknown]
    yield from (f"- **{what}:** {code(words, LONGEST_MESSAGE)}" for what, words in said)
    yield ""
    if view.diff:
        yield from fenced("diff", [shortened(line, LONGEST_MESSAGE) for line in view.diff])
