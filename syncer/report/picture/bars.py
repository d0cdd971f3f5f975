"""The two bars in a box: what a queue keeps and what overflows into it, each of its capacity."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from syncer.checks.capacity import number
from syncer.model.finding import Limit
from syncer.model.network import Load
from syncer.model.plan import QueueState

TICK: Final = 3 / 4
"""Where the capacity is in a bar, so that it shows by how much a queue is over."""

TIGHT: Final = 0.85
ROOM: Final = 100
VERBS: Final = {Limit.KEPT: "keeps", Limit.INFLOW: "in"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its words, how much of it is filled (0 to 1), and ``level``: ``ok``, ``tight`` or ``over``.

    ``before`` is where it stood before the change, None where that isn't known or is the same.
    """

    words: str
    filled: float = 0.0
    level: str = "ok"
    before: float | None = None
    known: bool = True


def bars(
    state: QueueState | None, other: QueueState | None = None, *, at_most: bool = False
) -> Iterator[Bar]:
    """The bars of a queue, what it keeps first; ``other`` is its state before. ``at_most``: bounds."""
    mark = "≤ " if at_most else ""
    if state is None:
        yield Bar("load not looked at", known=False)
    elif state.load is None:
        yield Bar("load not known: loop", known=False)
        if other and other.load:
            yield Bar(f"before: keeps {_of(other.load.kept, other.capacity)}", known=False)
    elif not state.load.offered and not (other and other.load and other.load.offered):
        yield Bar("no load is stated", known=False)
        yield Bar(
            f"capacity {number(state.capacity, 1)}" if state.capacity else "no capacity known", known=False
        )
    elif not state.capacity:
        loads = (state.load.kept, state.load.inflow)
        kept, inflow = (f"{mark if amount else ''}{number(amount, 1)}" for amount in loads)
        yield Bar(f"keeps {kept}, takes in {inflow}", known=False)
        yield Bar("no capacity known", known=False)
    else:
        for limit in (Limit.KEPT, Limit.INFLOW):
            yield _bar(limit, state.load, state.capacity, other, mark)


def _bar(limit: Limit, load: Load, capacity: float, other: QueueState | None, mark: str) -> Bar:
    amount = load.of(limit)
    before = None
    if other and other.load and other.capacity:
        was = other.load.of(limit) / other.capacity
        before = _filled(was) if number(was, 3) != number(amount / capacity, 3) else None
    level = "over" if amount > capacity else "tight" if amount > TIGHT * capacity else "ok"
    return Bar(
        f"{VERBS[limit]} {mark if amount else ''}{_of(amount, capacity)}",
        _filled(amount / capacity),
        level,
        before,
    )


def _filled(share: float) -> float:
    return min(1.0, share * TICK)


def _of(amount: float, capacity: float | None) -> str:
    """``92/100``."""
    return f"{_short(amount)}/{_short(capacity)}" if capacity else _short(amount)


def _short(amount: float) -> str:
    """An amount with a digit after the point where there is room for it."""
    return number(amount, 1) if amount < ROOM else f"{amount:.0f}"
