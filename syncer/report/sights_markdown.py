"""What is going on, in Markdown: of ``status``, ``into``, ``measure``, ``audit show --upstream``, …"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.planning.live_loops import LiveLoop
from syncer.report.markdown_reconciled import reconciled_lines
from syncer.report.measured_markdown import measured_lines
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, table
from syncer.report.reconciled import Reconciled
from syncer.report.sights import Flowing, Measured, Simulated, Situation, Upstream
from syncer.report.simulated_markdown import simulated_lines
from syncer.report.text.flowing import contacts_in_words, held_in_words, load_in_words
from syncer.report.text.paint import counted
from syncer.report.text.situation import (
    NOT_SEEN,
    active_in_words,
    exception_in_words,
    left_in_words,
    recent_in_words,
    undo_in_words,
)
from syncer.report.text.upstream import added_in_words


def _span(text: str) -> str:
    """A text as code; nothing where there is none."""
    return code(text, LONGEST_MESSAGE) if text else ""


def _cell(text: str) -> str:
    """The same in a table."""
    return code_cell(text, LONGEST_MESSAGE) if text else ""


def loop_lines(loops: Sequence[LiveLoop]) -> list[str]:
    """A line for each live loop; nothing where there is none."""
    return [*(f"- **Live loop:** {_span(loop.in_words())}" for loop in loops), *([""] if loops else [])]


def _situation(view: Situation) -> Iterator[str]:
    yield from loop_lines(view.loops or ())
    yield from (f"- **Live loop by a flow:** {_span(words)}" for words in view.flow_loops)
    if view.flow_loops:
        yield ""
    elif view.loops == ():
        yield from [f"**No live loop:** {counted(view.queues, 'queue')} of {_span(view.where)}.", ""]
    said = [("Held", exception_in_words(each, view)) for each in view.exceptions]
    said += [("Frozen" if each.now else "Freeze ahead", each.words) for each in view.freezes]
    said += [("Running", active_in_words(view.active))] if view.active else []
    said += [(each.how.capitalize(), left_in_words(each)) for each in view.left]
    said += [("Not known", words) for words in view.unknown]
    yield from (f"- **{what}:** {_span(words)}" for what, words in said)
    yield ""
    rows = [
        [_cell(run.at), _cell(recent_in_words(run)), _cell(undo_in_words(run, "syncer"))]
        for run in view.recent
    ]
    yield from table(["When", "What ran", "How it is undone"], rows)
    yield f"{NOT_SEEN[0].upper()}{NOT_SEEN[1:]} {_span(view.state)}."


def _flowing(view: Flowing) -> Iterator[str]:
    for flowing in view.queues:
        yield from [f"**{_span(flowing.name)}:** {load_in_words(flowing)}.", ""]
        rows = [
            [
                str(each.depth),
                _cell(each.source_name),
                _cell(each.target_name),
                _cell(f"{each.share} after {each.delay} s"),
                contacts_in_words(each),
            ]
            for each in flowing.feeders
        ]
        yield from table(["Away", "From", "To", "Share", "Contacts"], rows)
    yield from (f"- **Held:** {_span(held_in_words(each, view, 'syncer'))}" for each in view.held)
    yield from (f"- **By a flow:** {_span(words)}" for words in view.transfers)
    if view.loads:
        yield from [f"Contacts per {_span(view.interval)}, by the loads of {view.loads}.", ""]
    yield from (f"- **Not known:** {_span(words)}" for words in view.unknown)


def _upstream(view: Upstream) -> Iterator[str]:
    yield from [
        f"**Upstream of {_span(view.name)},** {_span(view.period)}: {counted(len(view.causes), 'change')}.",
        "",
    ]
    rows = [
        [added_in_words(each), _cell(each.at), _cell(each.words), _cell(each.run), _cell(each.user)]
        for each in view.causes
    ]
    yield from table(["Contacts", "When", "What changed", "Run", "By"], rows)
    yield from (f"- **Not known:** {_span(words)}" for words in view.unknown)


VIEWS: Final[Mapping[type, Callable[[Any], Iterable[str]]]] = {
    Situation: _situation,
    Flowing: _flowing,
    Upstream: _upstream,
    Reconciled: reconciled_lines,
    Measured: measured_lines,
    Simulated: simulated_lines,
}
