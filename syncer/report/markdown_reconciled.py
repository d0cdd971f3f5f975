"""A trail compared with the audit of the organization, as Markdown."""

from collections.abc import Iterable, Iterator

from syncer.audit.sent_puts import SentPut
from syncer.model.audited import AuditedEdit
from syncer.net.timing import rfc3339
from syncer.report.edited import moved_in_words
from syncer.report.note.markup import LONGEST_MESSAGE, code, code_cell, table
from syncer.report.reconciled import Reconciled
from syncer.report.text.reconciled import (
    matched_in_words,
    members_in_words,
    missing_in_words,
    others_in_words,
    pending_in_words,
    stray_in_words,
)


def reconciled_lines(view: Reconciled) -> Iterator[str]:
    """What was compared, how many writes match, and a table for each kind that doesn't."""
    found = view.found
    yield f"{_span(view.where)}, from {_span(view.since)} to {_span(view.until)}."
    yield f"Client {', '.join(map(_span, view.clients))}."
    yield ""
    yield from [f"**{matched_in_words(view)}.**", ""]
    if found.stray:
        yield from [f"**Error: {stray_in_words(len(found.stray))}**", ""]
        yield from _edits(view, found.stray)
    if found.missing:
        yield from [f"**Error: {missing_in_words(len(found.missing))}**", ""]
        yield from _puts(view, found.missing)
    if found.pending:
        yield from [f"**{pending_in_words(len(found.pending))}**", ""]
        yield from _puts(view, found.pending)
    yield from [f"**{others_in_words(len(found.others), view.queues)}**", ""]
    yield from _edits(view, found.others)
    if found.members:
        yield from [f"{members_in_words(found.members)}.", ""]
    yield from (f"- **Not known:** {_span(words)}" for words in view.unknown)


def _edits(view: Reconciled, edits: Iterable[AuditedEdit]) -> list[str]:
    rows = [
        [
            _cell(edit.at),
            _cell(view.queue_of(edit)),
            _cell(edit.by),
            _cell(edit.client),
            _cell(", ".join(edit.addresses)),
            "<br>".join(_cell(moved_in_words(change, view.names)) for change in edit.changes)
            or _cell(edit.action),
        ]
        for edit in edits
    ]
    return table(["When", "Queue", "By", "Client", "Address", "What moved"], rows)


def _puts(view: Reconciled, puts: Iterable[SentPut]) -> list[str]:
    rows = [
        [
            _cell(rfc3339(put.at)),
            _cell(view.name_of(put)),
            _cell(put.run),
            _cell(put.user),
            _cell(put.status),
        ]
        for put in puts
    ]
    return table(["About when", "Queue", "Run", "By", "Status"], rows)


def _span(text: str) -> str:
    """A text as code; nothing where there is none."""
    return code(text, LONGEST_MESSAGE) if text else ""


def _cell(text: str) -> str:
    """The same in a table."""
    return code_cell(text, LONGEST_MESSAGE) if text else ""
