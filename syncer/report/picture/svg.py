"""A picture as SVG: boxes with bars, rules as curves. What its classes look like is in ``drawing.css``.

One layout holds what was and what will be, so that nothing moves between the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from syncer.graph.layout import Area, Arrow, Layout, Measures, Point, laid_out
from syncer.report.escape import html, plain
from syncer.report.picture.bars import Bar, bars
from syncer.report.picture.fit import two_lines, width_of
from syncer.report.picture.links import coordinate, link_drawn, spots_of
from syncer.report.picture.model import Badge, Box, Picture

SIZES: Final = Measures()
MARGIN: Final = 16
BAR: Final = (98, 126, 9)
"""Where a bar begins in its box, its width and its height."""

NAME_ROOM: Final = 196
TEXT_ROOM: Final = 80


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing: the ``body`` of an SVG of this ``width`` and ``height``, and its ``areas``, the components.

    ``ids`` are the ids of the elements of boxes by their keys.
    """

    body: str
    width: float
    height: float
    areas: tuple[Area, ...]
    ids: Mapping[str, str]
    boxes: Mapping[str, Point]


def css(color: Mapping[str, str]) -> str:
    """The classes of drawings; ``color`` gives what stands for the name of a color."""
    return Template(files("syncer.report.picture").joinpath("drawing.css").read_text("utf-8")).substitute(
        color
    )


def drawn(picture: Picture, ids: Mapping[str, str] | None = None, *, labels: bool) -> Drawn:
    """Lay out and draw. ``ids`` are those of the elements of boxes by their keys, in place of numbers. With
    ``labels``, rules that don't change have their share written at them too."""
    layout = layout_of(picture)
    ids = ids or {box.key: f"q{number}" for number, box in enumerate(picture.boxes)}
    home = {key: number for number, area in enumerate(layout.areas) for key in area.keys}
    parts: list[list[str]] = [[] for _ in layout.areas]
    spots = spots_of([link for link in picture.links if labels or link.action], layout)
    for link in sorted(picture.links, key=lambda link: (link.action is not None, link.key)):
        parts[home[link.source]].append(link_drawn(picture, link, layout.paths[link.key], ids, spots))
    for box in picture.boxes:
        parts[home[box.key]].append("".join(_box(box, layout.boxes[box.key], ids[box.key])))
    body = "\n".join(
        f'<g id="part{number}">\n' + "\n".join(part) + "\n</g>" for number, part in enumerate(parts)
    )
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    return Drawn(body, width, height, layout.areas, ids, layout.boxes)


def layout_of(picture: Picture) -> Layout:
    """Components with a loop first, then those with an error, with a change, and larger ones."""
    marked = {Badge.LOOP: 0, Badge.ERROR: 1, Badge.WARNING: 2}
    rank = {box.key: _rank(box, marked) for box in picture.boxes}
    arrows = [Arrow(link.key, link.source, link.target, link.fresh) for link in picture.links]
    return laid_out(rank, arrows, rank, SIZES)


def _rank(box: Box, marked: Mapping[Badge, int]) -> int:
    if box.undone:
        return 1
    own = marked[box.badge] if box.badge else 3 if box.changed else 4
    return own if box.caused or not box.badge else own + 5


def standalone(picture: Picture, light: Mapping[str, str], dark: Mapping[str, str] | None = None) -> str:
    """A whole file of SVG with its style; without ``dark`` it is light everywhere."""
    drawing = drawn(picture, labels=True)
    at_night = f"@media (prefers-color-scheme: dark) {{\n{_style(dark)}}}\n" if dark else ""
    size = f'width="{coordinate(drawing.width)}" height="{coordinate(drawing.height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view_box(drawing)} class="net">\n'
        f"<style>\n{_style(light)}{at_night}</style>\n"
        f"{drawing.body}\n</svg>\n"
    )


def _style(palette: Mapping[str, str]) -> str:
    fits = "max-width: 100%; height: auto"
    return f"svg {{ {fits}; background: {palette['background']}; }}\n{css(palette)}"


def view_box(drawing: Drawn, area: Area | None = None) -> str:
    """What of a drawing is seen: all of it, or one component."""
    x, y, width, height = (0.0, 0.0, drawing.width - 2 * MARGIN, drawing.height - 2 * MARGIN)
    if area:
        x, y, width, height = area.x, area.y, area.width, area.height
    edges = (x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN)
    return f'viewBox="{" ".join(map(coordinate, edges))}"'


def _box(box: Box, corner: Point, id_: str) -> Iterator[str]:
    x, y = map(coordinate, corner)
    yield f'<g id="{id_}" class="{" ".join(_classes(box))}" transform="translate({x} {y})">'
    yield f"<title>{html(_said(box))}</title>"
    yield f'<rect class="frame" width="{SIZES.width:g}" height="{SIZES.height:g}" rx="6"/>'
    if box.badge and box.caused and box.badge is not Badge.WARNING:
        yield f'<rect class="strip" width="6" height="{SIZES.height:g}" rx="3"/>'
    lines = two_lines(plain(box.name))
    for number, line in enumerate(lines):
        yield _fitted(line, "name", 12, (23 if len(lines) == 1 else 17) + 15 * number, 13, NAME_ROOM)
    if not box.managed:
        yield f'<text class="note foot" x="224" y="{SIZES.height + 14:g}">not managed</text>'
    if box.status:
        side = 'end" x="224' if box.managed else 'start" x="12'
        yield f'<text class="note foot status {side}" y="{SIZES.height + 14:g}">{html(box.status)}</text>'
    if box.sign:
        yield '<circle class="badge" cx="222" cy="14" r="9"/>'
        yield f'<text class="sign" x="222" y="18.5">{box.sign}</text>'
    same = box.before == box.after
    for side, state, other in (
        ("will", box.after, box.before),
        *([] if same else [("was", box.before, None)]),
    ):
        yield f'<g class="{"state" if same else side}">'
        for number, bar in enumerate(bars(state, other, at_most=box.at_most)):
            yield from _bar(bar, 41 + 17 * number)
        yield "</g>"
    yield "</g>"


def _classes(box: Box) -> Iterator[str]:
    yield "box"
    if box.changed:
        yield "changed"
    if not box.managed:
        yield "foreign"
    if box.badge and box.caused:
        yield "alert" if box.badge is Badge.WARNING else "danger"
    if box.became:
        yield box.became.value


def _said(box: Box) -> str:
    """What the box shows by color and sign, in words."""
    what = {Badge.LOOP: "in a loop", Badge.ERROR: "has an error", Badge.WARNING: "has a warning"}
    since = "" if box.caused else ", there before"
    parts = [
        box.name,
        "" if box.managed else "not managed",
        box.status or ("changes" if box.changed else ""),
        f"{what[box.badge]}{since}" if box.badge else "",
    ]
    return "; ".join(filter(None, parts))


def _fitted(words: str, kind: str, x: float, y: float, size: float, room: float) -> str:
    squeezed = (
        f' textLength="{room:g}" lengthAdjust="spacingAndGlyphs"' if width_of(words, size) > room else ""
    )
    return f'<text class="{kind}" x="{x:g}" y="{y:g}"{squeezed}>{escape(words)}</text>'


def _bar(bar: Bar, y: float) -> Iterator[str]:
    left, width, height = BAR
    if not bar.known:
        yield _fitted(bar.words, "note", 12, y + height, 11, 214)
        return
    filled = coordinate(bar.filled * width)
    yield _fitted(bar.words, f"figure {bar.level}", 12, y + height, 11, TEXT_ROOM)
    yield f'<rect class="track" x="{left}" y="{y:g}" width="{width}" height="{height}"/>'
    yield f'<rect class="fill {bar.level}" x="{left}" y="{y:g}" width="{filled}" height="{height}"/>'
    if bar.level == "over":
        strokes = "".join(
            f"M{left + at} {y + height:g}l{height} -{height}"
            for at in range(2, int(bar.filled * width) - height, 7)
        )
        yield f'<path class="hatch" d="{strokes}"/>'
    limit = left + width * 3 / 4
    yield f'<path class="limit" d="M{limit:g} {y - 2:g}v{height + 4}"/>'
    if bar.before is not None:
        at = coordinate(left + bar.before * width)
        yield f'<path class="mark" d="M{at} {y + 1:g}l-3.5 -5h7z"/>'
