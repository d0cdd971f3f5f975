"""The network around a change: the drawing, what its signs mean, and what the script needs to know of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.model.finding import Finding
from syncer.model.plan import QueueState
from syncer.report.escape import plain
from syncer.report.html.findings import caused
from syncer.report.html.legend import OF_NETWORK, OF_PLAN, Legend
from syncer.report.html.markup import section
from syncer.report.html.names import NETWORK, Names
from syncer.report.picture.links import BECAME
from syncer.report.picture.model import Badge, Box, Link, Picture
from syncer.report.picture.svg import Drawn, drawn, view_box
from syncer.report.text.findings import by_danger
from syncer.report.text.paint import counted

MOST_QUEUES: Final = 2_000
"""Of a larger network only the rules around the change are in the page."""

LABELED: Final = 40
"""With more links than these, only those that change are labeled."""


def network(whole: Picture, part: Picture, names: Names, legend: Legend = OF_PLAN) -> Iterator[str]:
    """The drawing with its controls; nothing where there is nothing to draw."""
    if not part.boxes:
        return
    ids = {key: names.ids[key] for key in part.by_key}
    drawing = drawn(part, ids, labels=len(part.links) <= LABELED)
    legend = legend if part.changes else OF_NETWORK
    yield from section(NETWORK, legend.heading, _body(whole, part, drawing, legend))


def _body(whole: Picture, part: Picture, drawing: Drawn, legend: Legend) -> Iterator[str]:
    yield f'<p class="scope">{_scope(whole, part, legend)}</p>'
    yield from _controls(part, legend)
    yield '<div class="stage"><div id="view" class="view" role="region" tabindex="0" aria-label="Drawing">'
    size = f'width="{drawing.width:.0f}" height="{drawing.height:.0f}"'
    yield f'<svg id="net" class="net" {size} {view_box(drawing)} role="group" aria-label="Queues and rules">'
    yield drawing.body
    yield "</svg></div>"
    yield '<div id="panel" class="panel" hidden></div></div>'
    yield from legend.as_html()
    yield from _prints(part, drawing)


def _scope(whole: Picture, part: Picture, legend: Legend) -> str:
    number = counted(len(part.boxes), "queue")
    whose = f"{legend.loads}, in" if legend.loads else "Loads are"
    known = part.interval and any(box.before or box.after for box in part.boxes)
    interval = f" {whose} contacts per {part.interval}." if known else ""
    left = len(whole.boxes) - len(part.boxes)
    rest = (
        f" {counted(left, 'other queue')} with rules {'is' if left == 1 else 'are'} not drawn."
        if left
        else ""
    )
    watch = "watches" if part.watches == 1 else "watch"
    watches = (
        f" {counted(part.watches, 'rule')} that only {watch} a queue {'is' if part.watches == 1 else 'are'}"
        " not drawn."
        if part.watches
        else ""
    )
    drawn_part = (
        f"{number}: queues at risk, queues that change, and their neighbors."
        if left
        else "The only queue."
        if len(part.boxes) == 1
        else f"All {number}."
    )
    return f"{drawn_part}{rest}{watches}{interval}"


def _controls(part: Picture, legend: Legend) -> Iterator[str]:
    yield '<div class="controls" data-script hidden>'
    if part.changes:
        yield '<fieldset class="moments"><legend class="hidden">What is shown</legend>'
        for value, words in zip(("before", "change", "after"), legend.moments, strict=True):
            checked = " checked" if value == "change" else ""
            yield f'<label><input type="radio" name="moment" value="{value}"{checked}> {words}</label>'
        yield "</fieldset>"
    for id_, words, name in (
        ("out", "−", "Smaller"),
        ("fit", "Fit", "Fit to the window"),
        ("full", "100 %", "Full size, 100 %"),
        ("in", "+", "Larger"),
    ):
        yield f'<button type="button" id="zoom-{id_}" aria-label="{name}">{words}</button>'
    yield '<button type="button" id="next" hidden>Next problem</button></div>'


def _prints(part: Picture, drawing: Drawn) -> Iterator[str]:
    """On paper each component with a problem or a change is a block of its own."""
    wanted = {box.key for box in part.boxes if box.changed or (box.badge and box.caused)}
    for number, area in enumerate(drawing.areas):
        if wanted & set(area.keys):
            size = f'width="{area.width:.0f}" height="{area.height:.0f}" {view_box(drawing, area)}'
            yield f'<svg class="net paper" {size} aria-hidden="true" focusable="false">'
            yield f'<use href="#part{number}"/></svg>'


def data(whole: Picture, part: Picture, findings: Sequence[Finding], names: Names) -> dict[str, Any]:
    """What the script knows: queues in the order of their ids, links between them, and the problems: what
    was not done, then what the change causes."""
    near = {box.key for box in whole.boxes if box.before or box.after} | set(part.by_key)
    cut = len(whole.boxes) > MOST_QUEUES
    links = [link for link in whole.links if not cut or link.source in near or link.target in near]
    number = {key: int(id_[1:]) for key, id_ in names.ids.items()}
    undone = [box.key for box in part.boxes if box.undone]
    found = [key for each in by_danger(caused(findings)) for key in _keys(each) if key in part.by_key]
    return {
        "queues": [_queue(box, part) for box in whole.boxes],
        "links": [_link(link, number) for link in links],
        "problems": [number[key] for key in dict.fromkeys([*undone, *found])],
        "cut": cut,
    }


def _keys(finding: Finding) -> tuple[str, ...]:
    return tuple(key for key, _ in finding.loop.queues[:1]) if finding.loop else (finding.queue_id,)


def _queue(box: Box, part: Picture) -> list[Any]:
    """Name, what is said of it, whether it is drawn, and its figures before and after."""
    changes = box.status or ("changes" if box.changed else "")
    said = ["" if box.managed else "not managed", changes, _mark(box)]
    words = ", ".join(filter(None, said))
    return [plain(box.name), words, int(box.key in part.by_key), _state(box.before), _state(box.after)]


def _mark(box: Box) -> str:
    words: Mapping[Badge, str] = {Badge.LOOP: "in a loop", Badge.ERROR: "error", Badge.WARNING: "warning"}
    return f"{words[box.badge]}{'' if box.caused else ' (there before)'}" if box.badge else ""


def _state(state: QueueState | None) -> list[float | None] | None:
    """What it keeps and takes in, and its capacity; None where that is not part of what was looked at."""
    if state is None:
        return None
    load = state.load
    return (
        [round(load.kept, 2), round(load.inflow, 2), state.capacity] if load else [None, None, state.capacity]
    )


def _link(link: Link, number: Mapping[str, int]) -> list[Any]:
    action = link.action.value if link.action else ("" if link.enabled else "off")
    after = f"{link.after or 'nothing'} ({BECAME[link.became]})" if link.became else link.after
    return [number[link.source], number[link.target], link.before, after, link.moves, action]
