"""The chart of the benchmarks: ``python -m tests.bench.chart bench.json docs/performance.svg``.

Seconds of all processors against queues, both in powers of ten, for policies in a hundred files.
"""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 20, 48
SHAPE: Final = "100 files"
SERIES: Final = {
    "yaml_seconds": ("#57606a", "5 4", "CSafeLoader alone"),
    "validate_seconds": ("#0a5fd0", "", "syncer validate"),
    "plan_seconds": ("#a8480a", "9 5", "syncer plan"),
}
"""Color, dashes and words of each line: no two are told apart by color alone."""


def main() -> None:
    """Draw what the first argument holds into the second."""
    source, target = map(Path, sys.argv[1:3])
    target.write_text(chart(json.loads(source.read_text("utf-8"))["rows"]), encoding="utf-8")


def chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """The SVG, the same for the same rows."""
    rows = [row for row in rows if row["shape"] == SHAPE]
    return "\n".join((*_head(), *_grid(rows), *_lines(rows), *_names(rows), "</svg>")) + "\n"


def _head() -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" role="img">'
    )
    yield "<title>Seconds against queues, in powers of ten</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'


def _grid(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for power in range(math.floor(_low(rows)), math.ceil(_high(rows)) + 1):
        value, y = 10.0**power, _y(10.0**power, rows)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#d0d7de"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#57606a">{value:g} s</text>'
    for row in rows:
        x = _x(row["queues"], rows)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#d0d7de"/>'
        yield (
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#57606a">'
            f"{row['queues']:,}</text>"
        )
    yield f'<text x="{LEFT}" y="{HEIGHT - 8}" fill="#57606a">queues, three rules each, in {SHAPE}</text>'


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for name, (color, dashes, _) in SERIES.items():
        points = [(_x(row["queues"], rows), _y(row[name], rows)) for row in rows]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield (
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2.5" '
            f'stroke-dasharray="{dashes}"/>'
        )


def _names(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The words at the ends of the lines, from top to bottom, none on another."""
    x, free = _x(rows[-1]["queues"], rows), 0.0
    for name in sorted(SERIES, key=lambda name: _y(rows[-1][name], rows)):
        color, _, words = SERIES[name]
        y = max(free, _y(rows[-1][name], rows) + 4)
        free = y + 15
        yield f'<text x="{x + 8:.1f}" y="{y:.1f}" fill="{color}">{words}</text>'


def _x(queues: int, rows: Sequence[Mapping[str, Any]]) -> float:
    least, most = (math.log10(pick(row["queues"] for row in rows)) for pick in (min, max))
    part = (math.log10(queues) - least) / ((most - least) or 1.0)
    return LEFT + (WIDTH - LEFT - RIGHT) * part


def _y(seconds: float, rows: Sequence[Mapping[str, Any]]) -> float:
    least, most = math.floor(_low(rows)), math.ceil(_high(rows))
    part = (math.log10(seconds) - least) / ((most - least) or 1)
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part


def _low(rows: Sequence[Mapping[str, Any]]) -> float:
    return math.log10(min(row[name] for row in rows for name in SERIES))


def _high(rows: Sequence[Mapping[str, Any]]) -> float:
    return math.log10(max(row[name] for row in rows for name in SERIES))


if __name__ == "__main__":
    main()
