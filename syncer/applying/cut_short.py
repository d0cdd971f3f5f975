"""The state of a run whose journal or audit can no longer be written, as its error reports it."""

from collections.abc import Iterator, Sequence

from syncer.errors import AuditError
from syncer.model.plan import SENT, Outcome, Status

_NAMED = 3
_AGAIN = (
    "Free some space, or fix the permissions of the folder, then run the same command again: it reads "
    "these queues to find out the result, and continues."
)


def cut_short(error: AuditError, outcomes: Sequence[Outcome], queues: int) -> AuditError:
    """The error with the results for the ``queues`` of the run. Unchanged if nothing was sent."""
    if not any(outcome.attempts for outcome in outcomes):
        return error
    said = "; ".join(_said(outcomes, queues))
    return AuditError(f"{error.message}; {said}; nothing more was sent", hint=_AGAIN)


def _said(outcomes: Sequence[Outcome], queues: int) -> Iterator[str]:
    last = {outcome.change.queue: outcome for outcome in outcomes}
    written = [each.change.name for each in last.values() if each.status in SENT]
    unknown = [each.change.name for each in last.values() if each.status is Status.UNKNOWN]
    yield f"before that {len(written):,} of {queues:,} queues were written{_named(written)}"
    if unknown:
        yield f"for {len(unknown):,} it is not known{_named(unknown)}"
    if left := queues - len(written) - len(unknown):
        yield f"{left:,} not"


def _named(names: Sequence[str]) -> str:
    """The first three by name, and how many more."""
    if not names:
        return ""
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f" ({', '.join(names[:_NAMED])}{more})"
