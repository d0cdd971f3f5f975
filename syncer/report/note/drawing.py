"""The overflow network before and after a plan, as two Mermaid flowcharts over the same queues."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncer.kinds.registry import ROUTING_KINDS
from syncer.model.change import QueueChange
from syncer.model.rule import Rule
from syncer.report.note.markup import shortened

LONGEST_DIAGRAM = 2000
"""GitLab draws no larger one; it counts in UTF-16 code units."""

LONGEST_LABEL = 40
SHORTEST_ARROW = 17
"""Characters of ``n1 -->|"5 %"| n2`` with its line break."""

CLASSES = "classDef changed stroke-width:3px"

RulesOfQueues = Mapping[str, Sequence[Rule]]
Arrow = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Both diagrams line by line.

    They show the ``whole`` network, or ``drawn`` of the ``changed`` arrows alone.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    whole: bool
    drawn: int
    changed: int

    @property
    def fits(self) -> bool:
        """Whether GitLab draws both."""
        return _fits(self.before) and _fits(self.after)


def draw(live: RulesOfQueues, changes: Sequence[QueueChange], names: Mapping[str, str]) -> Drawing | None:
    """Draw the whole network, else its changed rules alone, else the first of those: as much as GitLab draws.

    ``live`` holds the rules of every queue of the network by its id. None where nothing is to be drawn.
    """
    before = {queue: _flows(rules) for queue, rules in live.items()}
    after = {**before, **{change.queue: _after(change, live) for change in changes}}
    changed = list(
        dict.fromkeys(
            (change.queue, rule.target)
            for change in changes
            for rule in change.rules
            if rule.kind in ROUTING_KINDS
        )
    )
    every = {(queue, rule.target) for side in (before, after) for queue in side for rule in side[queue]}

    def drawing(shown: set[Arrow], whole: bool = False) -> Drawing:
        ids = _ids(shown, names)
        then, now = (tuple(_diagram(side, shown, set(changed), ids, names)) for side in (before, after))
        return Drawing(then, now, whole, len(shown), len(changed))

    most = LONGEST_DIAGRAM // SHORTEST_ARROW
    if len(every) <= most and (network := drawing(every, whole=True)).fits:
        return network if every else None
    count = bisect_left(
        range(min(len(changed), most)), True, key=lambda place: not drawing({*changed[: place + 1]}).fits
    )
    return drawing({*changed[:count]}) if count else None


def _flows(rules: Sequence[Rule]) -> list[Rule]:
    """The rules that move contacts; the others are no arrows."""
    return [rule for rule in rules if rule.kind in ROUTING_KINDS]


def _after(change: QueueChange, live: RulesOfQueues) -> list[Rule]:
    """The rules of a changed queue: those of the managed kinds, and the others as they are."""
    stay = [rule for rule in live.get(change.queue, ()) if rule.kind not in change.kinds]
    return _flows([*change.after, *stay])


def _ids(shown: set[Arrow], names: Mapping[str, str]) -> dict[str, str]:
    """``n1``, ``n2`` … in the order of names."""
    queues = sorted(
        {queue for edge in shown for queue in edge}, key=lambda queue: (names.get(queue, queue), queue)
    )
    return {queue: f"n{number}" for number, queue in enumerate(queues, 1)}


def _diagram(
    rules: RulesOfQueues,
    shown: set[Arrow],
    changed: set[Arrow],
    ids: Mapping[str, str],
    names: Mapping[str, str],
) -> list[str]:
    nodes = [f'{node}["{label(names.get(queue) or queue)}"]' for queue, node in ids.items()]
    edges = [
        f'{ids[queue]} {_arrow(rule, changed, queue)}|"{_share(rule)}"| {ids[rule.target]}'
        for queue in ids
        for rule in rules.get(queue, ())
        if (queue, rule.target) in shown
    ]
    marked = ",".join(ids[queue] for queue in sorted({queue for queue, _ in changed}) if queue in ids)
    classes = [CLASSES, f"class {marked} changed"] if marked else []
    return ["flowchart LR", *nodes, *edges, *classes]


def _share(rule: Rule) -> str:
    if rule.role and rule.role.arrow:
        return rule.role.arrow
    return f"{rule.percent} %"


def _arrow(rule: Rule, changed: set[Arrow], queue: str) -> str:
    if not rule.enabled:
        return "-.->"
    return "==>" if (queue, rule.target) in changed else "-->"


def label(name: str) -> str:
    """A name as Mermaid shows it: all but letters, digits and spaces as ``#35;``, which is never syntax."""
    return "".join(
        character if character.isalnum() or character == " " else f"#{ord(character)};"
        for character in shortened(name, LONGEST_LABEL)
    )


def _fits(lines: Sequence[str]) -> bool:
    return len("\n".join(lines).encode("utf-16-le")) // 2 <= LONGEST_DIAGRAM
