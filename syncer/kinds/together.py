"""Parts of a queue that may conflict with its rules: other methods of routing, and divisions.

These are warnings: that the Genesys Cloud Platform API itself refuses them is not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from syncer.kinds.field import doubt
from syncer.kinds.overflow import is_overflow
from syncer.model.finding import Finding, Position
from syncer.model.json_values import id_in, items, mapping
from syncer.model.queue import LiveQueue
from syncer.model.rule import Rule

_BACKUP: Final = "backup"
_GROUPS: Final = "conditional_groups"


def methods_together(queue: LiveQueue, placed: Sequence[tuple[Rule, Position | None]]) -> Iterator[Finding]:
    """Conditional groups and another method of routing, unless the live queue has both already.

    ``placed`` are the desired rules of the queue, of all kinds that its policy states.
    """
    position = next((position for rule, position in placed if rule.kind == _GROUPS), None)
    wanted = {rule.kind for rule, _ in placed}
    if _GROUPS not in wanted:
        return
    there = _methods(queue.raw)
    new = [] if _BACKUP not in wanted or "direct routing" in there else ["direct routing"]
    accepted = items(mapping(queue.raw.get("conditionalGroupRouting")).get("rules"))
    if found := [*new, *([] if accepted else there)]:
        yield doubt(
            "dialect.routing-method",
            f"{queue.name} has {' and '.join(found)}, which can't be combined with conditional groups",
            position,
            "use one of the two, or check in the admin pages whether the queue accepts both",
            queue.name,
        )


def last_agent_routing(raw: Mapping[str, Any]) -> bool:
    """Whether a queue sends contacts to the agent they had last."""
    return raw.get("lastAgentRoutingMode") not in (None, "", "Disabled")


def _rings(raw: Mapping[str, Any]) -> int:
    return len(items(mapping(raw.get("bullseye")).get("rings")))


def _methods(raw: Mapping[str, Any]) -> list[str]:
    """Methods of routing that a queue uses, except those that can be combined with conditional groups."""
    found = {
        "direct routing": mapping(raw.get("directRouting")).get("backupQueueId") not in (None, ""),
        "bullseye rings": bool(_rings(raw)),
        "last-agent routing": last_agent_routing(raw),
    }
    return [name for name, used in found.items() if used]


def within_queue(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Unmanaged routing within a queue, in words: bullseye rings widen the search for an agent of the queue,
    preferred-agent rules wait for one."""
    preferred = sum(not is_overflow(rule) for rule in items(raw.get("routingRules")))
    found = {"bullseye ring": _rings(raw), "preferred-agent rule": preferred}
    return tuple(f"{number} {what}{'s' if number > 1 else ''}" for what, number in found.items() if number)


def are_apart(queue: LiveQueue, other: LiveQueue) -> bool:
    """Whether two queues are in different divisions, if the divisions of both are known."""
    own, apart = (id_in(each.raw.get("division")) for each in (queue, other))
    return bool(own and apart and own != apart)


def division_apart(
    queue: LiveQueue, other: LiveQueue, what: str, position: Position | None
) -> Iterator[Finding]:
    """A queue that is in another division; none if a division is not known."""
    if are_apart(queue, other):
        yield doubt(
            "dialect.division",
            f"{queue.name} and {what} {other.name} are in different divisions",
            position,
            "choose a queue of the same division, if Genesys Cloud refuses this one",
            queue.name,
        )
