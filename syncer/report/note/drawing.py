"""The neighborhood of a change as one Mermaid flowchart: what changes is thick, what goes is crossed.

Only what a person can read is drawn: at most ``MOST_QUEUES`` boxes, and what GitLab draws.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syncer.kinds.registry import ROUTING_KINDS
from syncer.model.change import Action, QueueChange, RuleChange
from syncer.model.plan import Plan
from syncer.report.note.markup import shortened
from syncer.report.picture import labels

LONGEST_DIAGRAM = 2000
"""GitLab draws no larger one; it counts in UTF-16 code units."""

MOST_QUEUES = 16
LONGEST_LABEL = 40

CLASSES = "classDef changed stroke-width:3px"


@dataclass(frozen=True, slots=True)
class Arrow:
    """A rule between two queues, by their ids: its label, and how it is drawn."""

    source: str
    target: str
    label: str
    line: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The lines of a flowchart; ``alone``: the rules beside those that change are left out."""

    lines: list[str]
    alone: bool = False


def draw(plan: Plan, names: Mapping[str, str]) -> Drawing | None:
    """The rules that change and those beside them, else the former alone.

    None where no rule that moves contacts changes, or where even those are too many to read.
    """
    changed = list(_changed(plan.changes))
    ends = {end for arrow in changed for end in (arrow.source, arrow.target)}
    beside = [*_beside(plan, ends), *_by_flows(plan, ends)]
    for arrows in ([*changed, *beside], changed):
        lines = _diagram(arrows, {change.queue for change in plan.changes}, names)
        if lines:
            return Drawing(lines, alone=len(arrows) < len(changed) + len(beside))
    return None


def _changed(changes: Iterable[QueueChange]) -> Iterator[Arrow]:
    for change in changes:
        for rule in change.rules:
            if rule.kind in ROUTING_KINDS and rule.target:
                yield Arrow(change.queue, rule.target, labels.step(rule), _line(rule))


def _line(rule: RuleChange) -> str:
    if rule.action is Action.DELETE:
        return "-.-x"
    return "==>" if rule.rule.enabled else "-.->"


def _beside(plan: Plan, ends: set[str]) -> Iterator[Arrow]:
    """The rules that stay, from or to a queue at the end of a rule that changes."""
    changes = {change.queue: change for change in plan.changes}
    for queue in plan.live:
        change = changes.get(queue.queue)
        touched = {(rule.kind, rule.target) for rule in change.rules} if change else set()
        for rule in queue.rules:
            near = queue.queue in ends or rule.target in ends
            if (
                near
                and rule.target
                and rule.kind in ROUTING_KINDS
                and (rule.kind, rule.target) not in touched
            ):
                yield Arrow(queue.queue, rule.target, labels.share(rule), "-->" if rule.enabled else "-.->")


def _by_flows(plan: Plan, ends: set[str]) -> Iterator[Arrow]:
    """What in-queue flows transfer, from or to a queue at the end of a rule that changes; once for a pair."""
    pairs = {(each.source, each.target): each for each in reversed(plan.transfers)}
    for each in pairs.values():
        if each.source in ends or each.target in ends:
            yield Arrow(each.source, each.target, label(labels.transfer(each)), "-->")


def _diagram(arrows: Sequence[Arrow], changed: set[str], names: Mapping[str, str]) -> list[str]:
    """The flowchart; nothing where there are no arrows, or more than can be read or drawn."""
    queues = {end for arrow in arrows for end in (arrow.source, arrow.target)}
    if not 0 < len(queues) <= MOST_QUEUES:
        return []
    in_order = sorted(queues, key=lambda queue: (names.get(queue, queue), queue))
    ids = {queue: f"n{number}" for number, queue in enumerate(in_order, 1)}
    nodes = [f'{node}["{label(names.get(queue) or queue)}"]' for queue, node in ids.items()]
    edges = [
        f'{ids[arrow.source]} {arrow.line}|"{arrow.label}"| {ids[arrow.target]}'
        for arrow in sorted(arrows, key=lambda arrow: in_order.index(arrow.source))
    ]
    marked = ",".join(ids[queue] for queue in in_order if queue in changed)
    lines = ["flowchart LR", *nodes, *edges, *([CLASSES, f"class {marked} changed"] if marked else [])]
    return lines if len("\n".join(lines).encode("utf-16-le")) // 2 <= LONGEST_DIAGRAM else []


def label(name: str) -> str:
    """A name as Mermaid shows it: all but letters, digits and spaces as ``#35;``, which is never syntax."""
    return "".join(
        character if character.isalnum() or character == " " else f"#{ord(character)};"
        for character in shortened(name, LONGEST_LABEL)
    )
