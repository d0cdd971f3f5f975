"""Pieces of HTML that sections are made of. What goes in is plain text, unless its name says HTML."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from syncer.model.finding import Position, Severity
from syncer.report.escape import html
from syncer.report.picture.bars import TICK
from syncer.report.text.paint import counted

SIGNS: Final = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}
GOOD: Final = "✓"

FIRST_ROWS: Final = 60
"""So many rows of a long table are seen at once."""


def section(id_: str, heading: str, lines: Iterable[str]) -> Iterator[str]:
    """A section with a heading that links may lead to."""
    yield f'<section id="{id_}" aria-labelledby="{id_}-h">'
    yield f'<h2 id="{id_}-h">{html(heading)}</h2>'
    yield from lines
    yield "</section>"


def folded(summary: str, lines: Iterable[str], id_: str = "") -> Iterator[str]:
    """What shows once opened."""
    named = f' id="{id_}"' if id_ else ""
    yield f"<details{named}><summary>{html(summary)}</summary>"
    yield from lines
    yield "</details>"


def listed(items_html: Iterable[str], kind: str = "") -> Iterator[str]:
    """A list, or nothing."""
    items = [f"<li>{item}</li>" for item in items_html]
    if items:
        yield f'<ul class="{kind}">' if kind else "<ul>"
        yield from items
        yield "</ul>"


def facts(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names and values, the values as HTML; those without a value are left out."""
    shown = [(name, value) for name, value in pairs if value]
    if shown:
        yield "<dl>"
        yield from (f"<dt>{html(name)}</dt><dd>{value}</dd>" for name, value in shown)
        yield "</dl>"


def table(
    caption: str, head: Sequence[str], rows_html: Iterable[Sequence[str]], id_: str = ""
) -> Iterator[str]:
    """A table of cells that are HTML; on a phone each cell says the head of its column. Nothing without rows.

    Its region can be scrolled with the keyboard.
    """
    rows = list(rows_html)
    if not rows:
        return
    named = f' id="{id_}"' if id_ else ""
    yield f'<div class="scroll" role="region" tabindex="0" aria-label="{html(caption)}"><table{named}>'
    yield f'<caption class="hidden">{html(caption)}</caption>'
    heads = "".join(f'<th scope="col">{html(name)}</th>' for name in head)
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for row in rows:
        cells = "".join(
            f'<td data-head="{html(name)}">{cell}</td>' for name, cell in zip(head, row, strict=True)
        )
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"


def long_table(
    caption: str, head: Sequence[str], rows_html: Sequence[Sequence[str]], noun: str
) -> Iterator[str]:
    """The same of many rows: the first ones, and the rest folded."""
    yield from table(caption, head, rows_html[:FIRST_ROWS])
    if left := rows_html[FIRST_ROWS:]:
        yield from folded(f"{counted(len(left), f'more {noun}')}", table(f"{caption}, the rest", head, left))


def and_more(left: int, noun: str) -> Iterator[str]:
    """How many more there are than are shown; nothing where all are."""
    if left > 0:
        yield f'<p class="more">… and {counted(left, f"more {noun}")}.</p>'


def code(text: str) -> str:
    """Code; nothing for no text."""
    return f"<code>{html(text)}</code>" if text else ""


def place(position: Position | None) -> str:
    """``policies/sales.yaml:12`` as code."""
    return code(f"{position.file}:{position.line}") if position else ""


def chip(words: str, kind: str = "") -> str:
    """A word in a frame."""
    return f'<span class="chip {kind}">{html(words)}</span>'


def bar(amount: float, capacity: float) -> str:
    """A small bar of an amount, with a tick at the capacity."""
    filled = min(1.0, amount / capacity * TICK) * 100 if capacity > 0 else 100.0
    level = "over" if amount > capacity else "ok"
    return filled_bar(f"{filled:.1f}", level, '<path class="limit" d="M75 0v10"/>')


def filled_bar(width: str, level: str, more_svg: str = "") -> str:
    """A small bar that is filled to a ``width`` of 100."""
    return (
        '<svg class="bar" viewBox="0 0 100 10" width="100" height="10" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="10"/>'
        f'<rect class="fill {level}" width="{width}" height="10"/>{more_svg}</svg>'
    )
