"""Outcomes grouped by cause: of many queues that ended alike, three are shown and the rest counted."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from syncer.model.plan import Outcome, Status

SHOWN = 3


@dataclass(frozen=True, slots=True)
class More:
    """So many more ``outcomes`` have the status and the cause of the last one that was shown."""

    status: Status
    outcomes: int

    @property
    def words(self) -> str:
        """``and 27 more, for the same reason``."""
        return f"and {self.outcomes:,} more, for the same reason"


def by_cause(outcomes: Sequence[Outcome], *, verbose: bool) -> Iterator[Outcome | More]:
    """The outcomes in their order; of those that are not done for one reason only the first three, then how
    many more there are. ``verbose``: all of them."""
    totals, seen = Counter(map(_cause, outcomes)), Counter[tuple[Status, str]]()
    for outcome in outcomes:
        cause = _cause(outcome)
        seen[cause] += 1
        if verbose or outcome.done or seen[cause] <= SHOWN or totals[cause] == SHOWN + 1:
            yield outcome
        elif seen[cause] == SHOWN + 1:
            yield More(outcome.status, totals[cause] - SHOWN)


def outcome_rows(
    outcomes: Sequence[Outcome], cell: Callable[[str], str], *, verbose: bool
) -> list[list[str]]:
    """The rows of a table: queue, status, PUTs, detail."""
    return [
        ["", each.status.value, "", each.words]
        if isinstance(each, More)
        else [cell(each.change.name), each.status.value, str(each.attempts), cell(each.detail)]
        for each in by_cause(outcomes, verbose=verbose)
    ]


def _cause(outcome: Outcome) -> tuple[Status, str]:
    """What stood in the way, without what is of this queue alone."""
    return outcome.status, outcome.detail.replace(f"/{outcome.change.queue}", "/…")
