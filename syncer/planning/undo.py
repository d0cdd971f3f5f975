"""A plan that undoes a run, from the images that its audit holds.

Each rule that the run changed must still be what the run made of it; whoever changed it since is not
overwritten. Everything else of live stays, so other rules of the same queues do too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syncer.errors import AuditError
from syncer.model.finding import Finding, Severity
from syncer.model.network import Edge, Network
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.rule import Kind, Rule, Rules
from syncer.planning.build import Inputs, plan_towards
from syncer.planning.diff import SECOND
from syncer.planning.document import rules_of
from syncer.policy.resolve import Resolved, resolve_live


@dataclass(frozen=True, slots=True)
class Image:
    """One rule before and after a run; None where there was none.

    ``second``: it was a second rule with its target, which the run took away; it is not brought back.
    """

    queue: str
    queue_name: str
    before: Rule | None
    after: Rule | None
    second: bool = False

    @property
    def key(self) -> tuple[Kind, str]:
        """What tells its rule from the others of its queue."""
        rule = self.after or self.before
        return (rule.kind, rule.key) if rule else (Kind.OVERFLOW, "")


def images_of(entries: Iterable[Mapping[str, Any]], run: str) -> tuple[Image, ...]:
    """What ``run`` changed, as its audit entries say. Raises AuditError where there is no such run."""
    own = [entry for entry in entries if entry.get("run") == run]
    if not own:
        raise AuditError(f"the audit trail knows no run {run}", hint="List all with: sync audit show")
    return tuple(_image(entry) for entry in own if entry.get("kind") == "change" and _changed(entry))


def _changed(entry: Mapping[str, Any]) -> bool:
    """Whether the run itself made this change."""
    return entry.get("status") in ("applied", "merged")


def _image(entry: Mapping[str, Any]) -> Image:
    try:
        before, after = entry["before"], entry["after"]
        return Image(
            entry["queueId"],
            entry["queueName"],
            rules_of([before])[0] if before else None,
            rules_of([after])[0] if after else None,
            second=entry.get("note") == SECOND,
        )
    except (KeyError, TypeError) as error:
        raise AuditError(f"audit entry {entry.get('n')} holds no image of its rule") from error


def undo_plan(images: Sequence[Image], inputs: Inputs, created_at: str) -> Plan:
    """The plan back to the rules before the run, checked like every plan.

    A rule that is no longer what the run made of it is a finding ``rollback.conflict``, an error.
    """
    resolved = resolve_live(inputs.policies, inputs.live)
    live = {queue.id: queue for queue in inputs.live}
    desired: dict[str, tuple[OverflowRule, ...]] = {}
    findings = []
    for queue_id in dict.fromkeys(image.queue for image in images):
        own = [image for image in images if image.queue == queue_id]
        conflicts = _conflicts(own, live.get(queue_id))
        findings.extend(conflicts)
        if not conflicts:
            desired[queue_id] = _before(live[queue_id].rules, own)
    network = _network(resolved.network, inputs.live, desired)
    back = Resolved(network, desired, ())
    return plan_towards(back, inputs, (*inputs.findings, *findings), created_at)


def _conflicts(images: Sequence[Image], queue: LiveQueue | None) -> list[Finding]:
    if queue is None:
        name = images[0].queue_name
        return [_conflict(name, f"{name} is gone from live")]
    found = []
    for image in images:
        now = next((rule for rule in queue.rules if rule.target == image.target), None)
        if not image.second and now not in (image.after, image.before):
            left, right = (_one(image.after, image.target), _one(now, image.target))
            found.append(_conflict(queue.name, f"{queue.name}: the run left {left}, live has {right}"))
    return found


def _one(rule: OverflowRule | None, target: str) -> str:
    return in_words((rule,), {}) if rule else f"no rule to {target}"


def _conflict(name: str, message: str) -> Finding:
    return Finding(
        "rollback.conflict",
        Severity.ERROR,
        message,
        tip="Somebody changed it since: look at it, and mend it by a change of the policies",
        queue=name,
    )


def _before(rules: Sequence[OverflowRule], images: Sequence[Image]) -> tuple[OverflowRule, ...]:
    """The rules of a queue with each changed one as it was before."""
    back = {image.target: image.before for image in images if not image.second}
    kept = [back.pop(rule.target, rule) for rule in rules]
    return tuple(rule for rule in (*kept, *back.values()) if rule is not None)


def _network(
    network: Network, live: Iterable[LiveQueue], desired: Mapping[str, tuple[OverflowRule, ...]]
) -> Network:
    """Live as it is, but for the queues that go back; these count as managed."""
    edges = [
        Edge(
            queue.id,
            rule.target,
            rule.threshold,
            rule.delay,
            rule.enabled,
            new=rule.enabled and rule.target not in {each.target for each in queue.rules if each.enabled},
        )
        for queue in live
        for rule in desired.get(queue.id, queue.rules)
    ]
    nodes = tuple(replace(node, managed=node.managed or node.key in desired) for node in network.nodes)
    return Network(nodes, tuple(edges))
