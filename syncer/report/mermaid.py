"""A network as a Mermaid flowchart, for tiny networks: GitLab and GitHub draw it in Markdown."""

from collections.abc import Iterator
from typing import Final

from syncer.model.change import Action
from syncer.report.note.drawing import label
from syncer.report.picture.bars import bars
from syncer.report.picture.model import Box, Link, Picture
from syncer.report.sights import Graphed
from syncer.report.views import Report

ARROWS: Final = {Action.CREATE: "==>", Action.UPDATE: "==>", Action.DELETE: "-.-x"}
CLASSES: Final = {
    "changed": "stroke-width:3px",
    "danger": "stroke:#a40e26,stroke-width:4px",
    "foreign": "stroke-dasharray:5 4",
}


def render(report: Report, *, color: bool) -> str:
    """The flowchart, or nothing where there is none; ``color`` means nothing here."""
    del color
    return (
        "".join(f"{line}\n" for line in _lines(report.view.picture))
        if isinstance(report.view, Graphed)
        else ""
    )


def _lines(picture: Picture) -> Iterator[str]:
    ids = {box.key: f"n{number}" for number, box in enumerate(picture.boxes, 1)}
    yield "flowchart LR"
    for box in picture.boxes:
        yield f'  {ids[box.key]}["{_words(box)}"]'
    for link in sorted(picture.links, key=lambda link: link.key):
        yield f'  {ids[link.source]} {_arrow(picture, link)}|"{_label(link)}"| {ids[link.target]}'
    members = {
        "changed": [box for box in picture.boxes if box.changed],
        "danger": [box for box in picture.boxes if box.badge and box.caused],
        "foreign": [box for box in picture.boxes if not box.managed],
    }
    for name, boxes in members.items():
        if boxes:
            yield f"  classDef {name} {CLASSES[name]}"
            yield f"  class {','.join(ids[box.key] for box in boxes)} {name}"


def _words(box: Box) -> str:
    """The name of a queue, and its loads where they are known."""
    known = box.after and box.after.load
    loads = (label(bar.words) for bar in bars(box.after, at_most=box.at_most)) if known else ()
    return "<br>".join([label(box.name), *loads])


def _arrow(picture: Picture, link: Link) -> str:
    if link.action:
        return ARROWS[link.action]
    if not link.enabled:
        return "-.->"
    return "==>" if link.key in picture.looped else "-->"


def _label(link: Link) -> str:
    """The label of an arrow; for flows it contains names from the organization."""
    return link.label if link.label.replace("%", "").isascii() and link.kind != "flow" else label(link.label)
