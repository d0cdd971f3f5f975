"""A trail compared with the audit of the organization, as text."""

from collections.abc import Iterator, Sequence
from typing import Final

from syncer.audit.sent_puts import SentPut
from syncer.model.audited import AuditedEdit
from syncer.net.timing import rfc3339
from syncer.report.edited import edit_in_words
from syncer.report.reconciled import Reconciled
from syncer.report.text.paint import Paint, counted

_MOST: Final = 40
"""Writes of one kind that are shown without --verbose."""


def reconciled_lines(view: Reconciled, paint: Paint, *, verbose: bool) -> Iterator[str]:
    """What was compared, how many writes match, then what doesn't, the worst first, and edits by others."""
    found = view.found
    yield paint(f"{view.where}, from {view.since} to {view.until}", bold=True)
    yield paint(f"client {', '.join(view.clients)}", dim=True)
    yield matched_in_words(view)
    yield from _edits(view, stray_in_words(len(found.stray)), found.stray, paint, "red", verbose)
    yield from _puts(view, missing_in_words(len(found.missing)), found.missing, paint, "red", verbose)
    yield from _puts(view, pending_in_words(len(found.pending)), found.pending, paint, "yellow", verbose)
    others = others_in_words(len(found.others), view.queues)
    yield from _edits(view, others, found.others, paint, "", verbose)
    if not found.others:
        yield paint(others)
    if found.members:
        yield paint(members_in_words(found.members), dim=True)
    for words in view.unknown:
        yield f"{paint('not known:', 'yellow')} {paint(words)}"


def matched_in_words(view: Reconciled) -> str:
    """How many writes stand in both, and of how many the audit names nobody."""
    unnamed = (
        f"; the audit names no author for {view.found.nameless:,} of them" if view.found.nameless else ""
    )
    return f"{counted(len(view.found.matched), 'write')} by our client in both{unnamed}"


def stray_in_words(number: int) -> str:
    """Writes of ours without an entry."""
    return f"{counted(number, 'write')} by our client, not in the trail"


def missing_in_words(number: int) -> str:
    """PUTs of the trail without an event."""
    return f"{counted(number, 'write')} of the trail, not in the organization's audit"


def pending_in_words(number: int) -> str:
    """PUTs whose event needn't be there yet."""
    return f"{counted(number, 'write')} of the trail not yet known to the organization's audit"


def others_in_words(number: int, queues: int) -> str:
    """Edits by anybody else."""
    return f"{counted(number, 'edit')} of {counted(queues, 'queue')} by others"


def members_in_words(number: int) -> str:
    """What isn't listed."""
    return f"{counted(number, 'event')} of members who came, left or joined: not listed"


def put_in_words(put: SentPut) -> str:
    """When, by which run, and who ran it."""
    by = f" by {put.user}" if put.user else ""
    return f"at about {rfc3339(put.at)}, run {put.run}{by} ({put.status})"


def _puts(
    view: Reconciled, head: str, puts: Sequence[SentPut], paint: Paint, color: str, verbose: bool
) -> Iterator[str]:
    yield from _listed(head, [(view.name_of(put), put_in_words(put)) for put in puts], paint, color, verbose)


def _edits(
    view: Reconciled, head: str, edits: Sequence[AuditedEdit], paint: Paint, color: str, verbose: bool
) -> Iterator[str]:
    shown = [(view.queue_of(edit), edit_in_words(edit, view.names)) for edit in edits]
    yield from _listed(head, shown, paint, color, verbose)


def _listed(
    head: str, listed: Sequence[tuple[str, str]], paint: Paint, color: str, verbose: bool
) -> Iterator[str]:
    if not listed:
        return
    yield paint(head, color)
    shown = listed if verbose else listed[:_MOST]
    for name, words in shown:
        yield f"  {paint(name, bold=True)}: {paint(words)}"
    if len(listed) > len(shown):
        yield f"  and {len(listed) - len(shown):,} more (--verbose shows all)"
