"""Links of a drawing as SVG: a curve with its tip, a label at its source. ``drawing.css`` has the looks."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final

from syncer.graph.layout import Layout, Point
from syncer.model.change import Action
from syncer.report.escape import html, plain
from syncer.report.picture.fit import cut, width_of
from syncer.report.picture.model import Became, Link, Picture

TIP: Final = 9
LEAST_ROOM: Final = 60
"""Pixels that a label has at least, even where columns are nearer to each other."""

SPOTS: Final = (0.3, 0.5, 0.7)
"""Where on its curve a label may stand."""

BECAME: Final = {
    Became.DONE: "done",
    Became.FAILED: "failed",
    Became.CONFLICT: "in conflict",
    Became.WAITING: "waits",
    Became.BACK: "taken back",
}
"""The result of the change of a rule, in words."""


def spots_of(links: Iterable[Link], layout: Layout) -> dict[str, float]:
    """Where on the first curve of its path each label stands: near the source, and in turn further away where
    a queue has many."""
    by_source: dict[str, list[Link]] = {}
    for link in sorted(links, key=lambda link: (layout.paths[link.key][0][1], link.key)):
        by_source.setdefault(link.source, []).append(link)
    return {
        link.key: SPOTS[place % len(SPOTS)] if len(own) > len(SPOTS) else SPOTS[0]
        for own in by_source.values()
        for place, link in enumerate(own)
    }


def link_drawn(
    picture: Picture,
    link: Link,
    path: tuple[Point, ...],
    ids: Mapping[str, str],
    spots: Mapping[str, float],
) -> str:
    names = picture.by_key
    moved = f"; moves {link.moves} contacts" if link.moves else ""
    became = f"; {BECAME[link.became]}" if link.became else ""
    head = f"{names[link.source].name} → {names[link.target].name}: {_change_in_words(link)}{became}{moved}"
    place = f"; {link.position}" if link.position else ""
    towards = -1 if path[-1][0] < path[-2][0] else 1
    curve = _curve((*path[:-1], (path[-1][0] - towards * (TIP - 1), path[-1][1])))
    x, y = path[-1]
    tip = f"M{coordinate(x)} {coordinate(y)}l{-towards * TIP} -5v10z"
    label = _pill(link, path, spots[link.key]) if link.key in spots else ""
    core = f'<path class="core" d="{curve}"/>' if link.key in picture.looped | picture.looped_before else ""
    ends = f'data-s="{ids[link.source]}" data-t="{ids[link.target]}"'
    return (
        f'<g class="{" ".join(_kinds(picture, link))}" {ends}>'
        f"<title>{html(head + place)}</title>"
        f'<path class="line" d="{curve}"/>{core}<path class="tip" d="{tip}"/>{label}</g>'
    )


def _change_in_words(link: Link) -> str:
    match link.action:
        case None:
            return link.after if link.enabled else f"{link.after}, disabled"
        case Action.CREATE:
            return f"created, {link.after}"
        case Action.DELETE:
            return f"deleted, was {link.before}"
        case _:
            return f"{link.before} becomes {link.after}"


def _kinds(picture: Picture, link: Link) -> Iterator[str]:
    yield "link"
    if link.action:
        yield link.action.value
    if link.became:
        yield link.became.value
    if not link.enabled:
        yield "off"
    if link.before:
        yield "had"
    if link.held:
        yield "has"
    if link.key in picture.looped:
        yield "loop"
    if link.key in picture.looped_before:
        yield "looped"


def _curve(path: tuple[Point, ...]) -> str:
    def at(point: Point) -> str:
        return f"{coordinate(point[0])} {coordinate(point[1])}"

    curves = (f"C{at(path[n])} {at(path[n + 1])} {at(path[n + 2])}" for n in range(1, len(path), 3))
    return f"M{at(path[0])}{''.join(curves)}"


def _pill(link: Link, path: tuple[Point, ...], spot: float) -> str:
    """The label, on its own line between the columns."""
    start, end = sorted((path[0][0], path[3][0]))
    words = cut(plain(link.label), 12, max(LEAST_ROOM, end - start - TIP - 18))
    width = width_of(words, 12) + 14
    x, y = _on(path, spot)
    if end - start > width:
        x = min(max(x, start + width / 2 + 4), end - width / 2 - TIP)
    kind = "pill" if link.action else "pill plain"
    left, top = coordinate(x - width / 2), coordinate(y - 10)
    return (
        f'<g class="{kind}"><rect x="{left}" y="{top}" width="{coordinate(width)}" height="20" rx="10"/>'
        f'<text x="{coordinate(x)}" y="{coordinate(y + 4)}">{escape(words)}</text></g>'
    )


def _on(path: tuple[Point, ...], t: float) -> Point:
    """A point on the first curve of a path."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    points = list(zip(weights, path[:4], strict=True))
    return sum(w * p[0] for w, p in points), sum(w * p[1] for w, p in points)


def coordinate(value: float) -> str:
    """A length with one decimal at most."""
    return (
        f"{value:.1f}".removesuffix(".0").replace("-0", "0")
        if abs(value) < 0.05
        else f"{value:.1f}".removesuffix(".0")
    )
