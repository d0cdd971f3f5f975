"""Charts of figures as SVG: bars of load and capacity, a share of all, and how load fills queues."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from syncer.checks.capacity import is_over, number
from syncer.report.escape import html
from syncer.report.html.markup import filled_bar
from syncer.report.picture.bars import TIGHT
from syncer.report.picture.links import coordinate

LEAST, MOST = 4 / 3, 3.0
"""The full length of a bar in parts of the capacity: at least, so that the tick is inside, and at most."""

WIDTH: Final = 200
SPACE: Final = (44, 12, 300, 180)
"""Where the lines of a curve are: left and top edge, width and height."""


@dataclass(frozen=True, slots=True)
class Level:
    """A load and the capacity that it is compared with, in contacts per interval; None: not known."""

    load: float | None
    capacity: float | None

    @property
    def part(self) -> float | None:
        """The load in parts of the capacity; None where one is not known or there is no capacity."""
        return self.load / self.capacity if self.load is not None and self.capacity else None

    @property
    def kind(self) -> str:
        """``ok``, ``tight`` or ``over``."""
        load, capacity = self.load or 0.0, self.capacity or 0.0
        return "over" if is_over(load, capacity) else "tight" if load > TIGHT * capacity else "ok"


def scale_of(levels: Sequence[Level]) -> float:
    """How many times its capacity the longest bar is: one scale for all, so that they can be compared."""
    return min(MOST, max([LEAST, *(level.part for level in levels if level.part is not None)]))


def two_bars(before: Level, after: Level, scale: float) -> str:
    """A thin bar of what was above a thick one of what is, with a tick at the capacity; ▸: it goes on."""
    if after.part is None:
        return "–"
    tick = coordinate(WIDTH / scale)
    return (
        f'<svg class="bars" viewBox="0 0 {WIDTH} 22" width="{WIDTH}" height="22" aria-hidden="true" '
        f'focusable="false"><rect class="track" y="8" width="{WIDTH}" height="12"/>'
        f"{_filled(before, scale, 1, 5)}{_filled(after, scale, 8, 12)}"
        f'<path class="limit" d="M{tick} 5v17"/></svg>'
    )


def _filled(level: Level, scale: float, top: int, height: int) -> str:
    if level.part is None:
        return ""
    width = min(1.0, level.part / scale) * WIDTH
    shape = f'<rect class="fill {level.kind}" y="{top}" width="{coordinate(width)}" height="{height}"/>'
    if level.kind == "over":
        end = int(width) - height
        strokes = "".join(f"M{at} {top + height}l{height} -{height}" for at in range(2, end, 8))
        shape += f'<path class="hatch" d="{strokes}"/>' if strokes else ""
    if level.part > scale:
        shape += f'<path class="beyond" d="M{WIDTH - 8} {top}l8 {height / 2:g}l-8 {height / 2:g}z"/>'
    return shape


def meter(share: float | None, kind: str = "ok") -> str:
    """A bar of a share of all, 0 to 1; nothing where it is not known."""
    if share is None:
        return ""
    return f"{filled_bar(coordinate(min(1.0, max(0.0, share)) * 100), kind)} "


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where factors and parts of capacity are: up to the factor ``right`` and the part ``high``."""

    right: float
    high: float

    def x(self, factor: float) -> str:
        """A factor on its axis."""
        return coordinate(SPACE[0] + factor / self.right * SPACE[2])

    def y(self, part: float) -> str:
        """A part of a capacity on its axis."""
        return coordinate(SPACE[1] + (1 - part / self.high) * SPACE[3])


def curve(full_at: Sequence[float], marks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """How full queues become as the load grows: a line a queue, out of the factors at which each is full,
    numbered from 1; ``marks`` are factors that have a word. Factors are above 0."""
    right = _round_up(max([full_at[0], *(at for at, _ in marks)]) * 1.25)
    axes = _Axes(right, max(1.25, min(2.0, right / full_at[0])))
    left, top, width, height = SPACE
    size = f"{left + width + 16} {top + height + 40}"
    yield f'<svg class="curve" viewBox="0 0 {size}" aria-hidden="true" focusable="false">'
    yield from _grid(axes)
    lines = list(enumerate(full_at, 1))
    yield from (_line(axes, place, full) for place, full in reversed(lines))
    yield from (f'<path class="mark" d="M{axes.x(at)} {top}v{height}"/>' for at, _ in marks)
    for place, full in reversed(lines):
        yield from _spot(axes, place, full)
    yield from _marks(axes, marks)
    yield f'<text class="middle" x="{left + width // 2}" y="{top + height + 34}">times the load</text></svg>'


def _grid(axes: _Axes) -> Iterator[str]:
    left, top, width, height = SPACE
    for half in range(int(axes.high * 2) + 1):
        y = axes.y(half / 2)
        yield f'<path class="{"limit" if half == 2 else "grid"}" d="M{left} {y}h{width}"/>'
        yield f'<text class="end" x="{left - 5}" y="{y}" dy="4">{half * 50} %</text>'
    for part in range(5):
        at = axes.right * part / 4
        yield f'<text class="middle" x="{axes.x(at)}" y="{top + height + 15}">{at:.4g} ×</text>'


def _marks(axes: _Axes, marks: Sequence[tuple[float, str]]) -> Iterator[str]:
    """The words stand at the bottom, where queues' lines are few, and over all lines."""
    _, top, _, height = SPACE
    for place, (at, words) in enumerate(marks):
        anchor, shift = ("end", -4) if at > axes.right / 2 else ("start", 4)
        spot = f'x="{axes.x(at)}" dx="{shift}" y="{top + height - 6 - 14 * place}"'
        yield f'<text class="{anchor} strong" {spot}>{html(words)}</text>'


def _line(axes: _Axes, place: int, full: float) -> str:
    """The line of a queue."""
    end = min(axes.right, axes.high * full)
    start = f"M{axes.x(0)} {axes.y(0)}"
    return f'<path class="line n{place}" d="{start}L{axes.x(end)} {axes.y(end / full)}"/>'


def _spot(axes: _Axes, place: int, full: float) -> Iterator[str]:
    """The number of a queue on its line: each further down, so that none hides another; over all lines."""
    spot = min(axes.right, axes.high * full) * (1.04 - 0.1 * place)
    yield f'<circle class="spot" cx="{axes.x(spot)}" cy="{axes.y(spot / full)}" r="7"/>'
    at = f'x="{axes.x(spot)}" y="{axes.y(spot / full)}" dy="4"'
    yield f'<text class="middle strong" {at}>{place}</text>'


def _round_up(value: float) -> float:
    """The next larger number that is easily read: 1, 1.2, 1.6, 2, 4 or 8 times a power of ten."""
    power = 1.0
    while power > value:
        power /= 10
    while power * 10 <= value:
        power *= 10
    return next((power * step for step in (1, 1.2, 1.6, 2, 4, 8) if power * step >= value), power * 10)


def of_capacity(level: Level) -> str:
    """``147 of 40``."""
    load = "?" if level.load is None else number(level.load)
    return f"{load} of {'?' if level.capacity is None else number(level.capacity)}"
