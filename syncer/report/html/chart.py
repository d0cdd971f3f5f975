"""Charts of a page, as SVG: bars in the cells of tables, and steps over a growing load.

Each says in words beside it what it shows; widths and heights are in pixels.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from syncer.report.escape import html
from syncer.report.picture.bars import TICK, TIGHT

WIDTH: Final = 720
HEIGHT: Final = 260
MOST_NAMED: Final = 6

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 34, 12, 44
_LINE: Final = 18
_BAR: Final = 100
_TICKS: Final = 6
_ROOM_FOR_NAME: Final = 190


def use_bar(share: float, before: float | None = None) -> str:
    """How much of a capacity is used, with a tick at all of it and a mark at what was ``before``."""
    level = "over" if share > 1 else "tight" if share > TIGHT else "ok"
    return _bar(min(1.0, share * TICK), level, None if before is None else min(1.0, before * TICK), TICK)


def part_bar(part: float, before: float | None = None) -> str:
    """A part of a whole (0 to 1), with a mark at what was ``before``."""
    return _bar(min(1.0, part), "ok", None if before is None else min(1.0, before), None)


def _bar(filled: float, level: str, before: float | None, limit: float | None) -> str:
    marks = ""
    if limit is not None:
        marks += f'<path class="limit" d="M{limit * _BAR:.0f} 4v10"/>'
    if before is not None and abs(before - filled) >= 1 / _BAR:
        marks += f'<path class="mark" d="M{before * _BAR:.1f} 5l-4 -5h8z"/>'
    return (
        f'<svg class="bar" viewBox="-4 0 {_BAR + 8} 14" width="{_BAR + 8}" height="14" aria-hidden="true" '
        f'focusable="false"><rect class="track" y="4" width="{_BAR}" height="10"/>'
        f'<rect class="fill {level}" y="4" width="{filled * _BAR:.1f}" height="10"/>{marks}</svg>'
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A queue that is full from this ``factor`` of the load on."""

    factor: float
    name: str


def steps(found: Sequence[Step], now: float) -> Iterator[str]:
    """How many queues are full at which factor of the load, drawn as a stair; ``now`` is the factor that is
    looked at. ``found`` are in the order of their factors; nothing where there are none."""
    if not found:
        return
    most = _far(found, now)
    shown = [step for step in found if step.factor <= most]
    scale = _Scale(most, max(1, len(shown)))
    said = f"{len(shown):,} of {len(found):,} queues are full by {most:g} times the load"
    yield '<div class="scroll" role="region" tabindex="0" aria-label="Chart of queues that become full">'
    yield (
        f'<svg class="chart" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{html(said)}">'
    )
    yield from _axes(scale)
    yield f'<path class="now" d="M{scale.x(now):.1f} {_TOP}V{HEIGHT - _BOTTOM}"/>'
    yield f'<path class="stair" d="{_stair(shown, scale)}"/>'
    yield from _named(shown, scale)
    yield "</svg></div>"


def _far(found: Sequence[Step], now: float) -> float:
    """Where the axis ends: behind what is looked at and the first queues to be full."""
    last = found[min(len(found), MOST_NAMED) - 1].factor
    return _round_up(max(now, found[0].factor, min(last, 3 * max(now, found[0].factor))) * 1.15)


def _round_up(value: float) -> float:
    unit = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * unit for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if value <= step * unit * 1.0001)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Places of factors up to ``most``, and of counts up to ``count``."""

    most: float
    count: int

    def x(self, factor: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * min(1.0, factor / self.most)

    def y(self, number: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * number / (self.count + 1)


def _axes(scale: _Scale) -> Iterator[str]:
    floor = HEIGHT - _BOTTOM
    yield f'<path class="axis" d="M{_LEFT} {_TOP}V{floor}H{WIDTH - _RIGHT}"/>'
    for number in range(_TICKS + 1):
        factor, y = scale.most * number / _TICKS, floor + _LINE
        yield f'<text class="label middle" x="{scale.x(factor):.1f}" y="{y}">{factor:.2f} ×</text>'
    every = max(1, math.ceil(scale.count / 5))
    for number in range(0, scale.count + 1, every):
        yield f'<text class="label end" x="{_LEFT - 8}" y="{scale.y(number) + 4:.1f}">{number:,}</text>'
    yield (
        f'<text class="label" x="{_LEFT}" y="{HEIGHT - 6}">queues that are full, by the factor of the load; '
        "the dashed line is what is looked at</text>"
    )


def _stair(shown: Sequence[Step], scale: _Scale) -> str:
    path = f"M{_LEFT} {scale.y(0):.1f}"
    for number, step in enumerate(shown):
        path += f"H{scale.x(step.factor):.1f}V{scale.y(number + 1):.1f}"
    return f"{path}H{WIDTH - _RIGHT}"


def _named(shown: Sequence[Step], scale: _Scale) -> Iterator[str]:
    """The names of the first queues, each at its step, on the side where there is room."""
    for number, step in enumerate(shown[:MOST_NAMED]):
        x, y = scale.x(step.factor), scale.y(number + 1)
        left = x > WIDTH - _RIGHT - _ROOM_FOR_NAME
        kind, at = ("label end", x - 6) if left else ("label", x + 6)
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        yield f'<text class="{kind} halo" x="{at:.1f}" y="{y + 14:.1f}">{html(_short(step.name))}</text>'


def _short(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25]}…"
