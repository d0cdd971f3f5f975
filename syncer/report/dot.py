"""A network in the language of Graphviz, for drawing it with other tools."""

from collections.abc import Iterator, Mapping
from typing import Final

from syncer.report.escape import plain
from syncer.report.picture.bars import bars
from syncer.report.picture.model import SIGNS, Box, Link, Picture
from syncer.report.picture.palette import LIGHT
from syncer.report.sights import Graphed
from syncer.report.views import Report

COLORS: Final = {"create": LIGHT["created"], "update": LIGHT["updated"], "delete": LIGHT["deleted"]}


def render(report: Report, *, color: bool) -> str:
    """The graph, or nothing where there is none; ``color`` means nothing here."""
    del color
    return (
        "".join(f"{line}\n" for line in _lines(report.view.picture))
        if isinstance(report.view, Graphed)
        else ""
    )


def quoted(text: str) -> str:
    """Text as a string of the language: nothing in it ends the string, is an escape or a line of its own."""
    return '"' + plain(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _lines(picture: Picture) -> Iterator[str]:
    yield "digraph overflow {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, style=rounded, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif"];'
    for box in picture.boxes:
        yield f"  {quoted(box.key)} [{_listed(_box(box))}];"
    for link in sorted(picture.links, key=lambda link: link.key):
        yield f"  {quoted(link.source)} -> {quoted(link.target)} [{_listed(_link(picture, link))}];"
    yield "}"


def _listed(attributes: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in attributes.items())


def _box(box: Box) -> dict[str, str]:
    sign = f" {SIGNS[box.badge]}" if box.badge and box.caused else ""
    lines = [f"{box.name}{sign}", *(bar.words for bar in bars(box.after, at_most=box.at_most))]
    label = quoted(lines[0])[:-1] + "".join(f"\\n{quoted(line)[1:-1]}" for line in lines[1:]) + '"'
    found = {"label": label}
    if not box.managed:
        found["style"] = '"rounded,dashed"'
    if box.badge and box.caused:
        found |= {"color": quoted(LIGHT["bad"]), "penwidth": "3"}
    elif box.changed:
        found |= {"color": quoted(LIGHT["updated"]), "penwidth": "2"}
    return found


def _link(picture: Picture, link: Link) -> dict[str, str]:
    found = {"label": quoted(link.label)}
    if link.action:
        found |= {"color": quoted(COLORS[link.action.value]), "penwidth": "3"}
    if link.key in picture.looped:
        loop = f"{LIGHT['loop']}:{LIGHT['background']}:{LIGHT['loop']}"
        found |= {"color": quoted(loop), "penwidth": "2"}
    if not link.enabled or (link.action and link.action.value == "delete"):
        found["style"] = "dashed" if link.enabled else "dotted"
    return found
