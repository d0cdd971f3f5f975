"""Many findings of one kind: the first few are shown one by one, the others as a number and their places."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from syncer.model.finding import Position

MANY: Final = 10
"""As many findings of one kind are shown one by one; of more only the first ``FEW``."""
FEW: Final = 3
PLACES: Final = 20

Found = TypeVar("Found")
Kind = TypeVar("Kind", bound=Hashable)


def fold(
    findings: Sequence[Found], kind: Callable[[Found], Kind]
) -> tuple[list[Found], Mapping[Kind, Sequence[Found]]]:
    """What is shown one by one, in its order, and the rest of each kind that has too many."""
    number = Counter(map(kind, findings))
    shown: list[Found] = []
    rest: dict[Kind, list[Found]] = {}
    seen: Counter[Kind] = Counter()
    for finding in findings:
        each = kind(finding)
        seen[each] += 1
        if number[each] > MANY and seen[each] > FEW:
            rest.setdefault(each, []).append(finding)
        else:
            shown.append(finding)
    return shown, rest


def rest_in_words(places: Iterable[tuple[Position | None, str]]) -> str:
    """``35 more: a.yaml:27, 34, …``; a place is a position, or the name of a queue where it has none."""
    found = list(places)
    shown: dict[str, list[str]] = {}
    for position, queue in found[:PLACES]:
        if position:
            shown.setdefault(f"{position.file}:", []).append(str(position.line))
        elif queue:
            shown.setdefault("", []).append(queue)
    told = "; ".join(f"{file}{', '.join(each)}" for file, each in shown.items())
    more = ", …" if told and len(found) > PLACES else ""
    return f"{len(found):,} more{f': {told}{more}' if told else ''}"
