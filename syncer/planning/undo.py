"""A plan that undoes a run, from the images that its audit holds.

Each rule that the run changed must still be what the run made of it; whoever changed it since is not
overwritten. Everything else of live stays, so other rules of the same queues do too.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syncer.errors import AuditError
from syncer.model.finding import Finding, Severity
from syncer.model.network import Edge, Network
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue, OverflowRule, in_words
from syncer.planning.build import Inputs, plan_towards
from syncer.planning.document import rules_of
from syncer.policy.resolve import Resolved, resolve_live

CONFLICT = "rollback.conflict"


@dataclass(frozen=True, slots=True)
class Image:
    """One rule before and after a run; None where there was none.

    ``note``: why the rule before can't be brought back, if it can't: it was a second rule with its target,
    or held values that could not be read.
    """

    queue: str
    queue_name: str
    target: str
    before: OverflowRule | None
    after: OverflowRule | None
    note: str = ""


def images_of(entries: Iterable[Mapping[str, Any]], run: str) -> tuple[Image, ...]:
    """What ``run`` changed, as its audit entries say. Raises AuditError where there is no such run."""
    own = [entry for entry in entries if entry.get("run") == run]
    if not own:
        raise AuditError(f"the audit trail knows no run {run}", hint="List all with: sync audit show")
    return tuple(_image(entry) for entry in own if entry.get("kind") == "change" and _changed(entry))


def _changed(entry: Mapping[str, Any]) -> bool:
    """Whether the run itself made this change, or may have."""
    return entry.get("status") in ("applied", "merged", "unknown")


def _image(entry: Mapping[str, Any]) -> Image:
    try:
        before, after = entry["before"], entry["after"]
        return Image(
            entry["queueId"],
            entry["queueName"],
            entry["targetQueue"],
            rules_of([before])[0] if before else None,
            rules_of([after])[0] if after else None,
            note=str(entry.get("note") or ""),
        )
    except (KeyError, TypeError) as error:
        raise AuditError(f"audit entry {entry.get('n')} holds no image of its rule") from error


def undo_plan(images: Sequence[Image], inputs: Inputs, created_at: str) -> Plan:
    """The plan back to the rules before the run, checked like every plan.

    A rule that is no longer what the run made of it is a finding ``rollback.conflict``, an error; one that
    can't be brought back stays as it is, with a warning ``rollback.kept``.
    """
    resolved = resolve_live(inputs.policies, inputs.live)
    live = {queue.id: queue for queue in inputs.live}
    desired: dict[str, tuple[OverflowRule, ...]] = {}
    findings = []
    for queue_id in dict.fromkeys(image.queue for image in images):
        own = [image for image in images if image.queue == queue_id]
        conflicts = _conflicts(own, live.get(queue_id), live.keys())
        findings.extend(conflicts or _kept(own))
        if not conflicts:
            desired[queue_id] = _before(live[queue_id].rules, own)
    network = _network(resolved.network, inputs.live, desired)
    back = Resolved(network, desired, ())
    return plan_towards(back, inputs, (*inputs.findings, *findings), created_at)


def _conflicts(images: Sequence[Image], queue: LiveQueue | None, queues: Container[str]) -> list[Finding]:
    if queue is None:
        name = images[0].queue_name
        return [_conflict(name, f"{name} is gone from live")]
    if queue.problems:
        problem = next(iter(queue.problems.values()))
        return [_conflict(queue.name, f"{queue.name} has a rule in live that can't be read: {problem}")]
    return [
        _conflict(queue.name, f"{queue.name}: {why}")
        for image in images
        if not image.note and (why := _in_the_way(image, queue, queues))
    ]


def _in_the_way(image: Image, queue: LiveQueue, queues: Container[str]) -> str:
    """Why a rule can't go back to what it was, or nothing."""
    now = next((rule for rule in queue.rules if rule.target == image.target), None)
    if now not in (image.after, image.before):
        return f"the run left {_one(image.after, image.target)}, live has {_one(now, image.target)}"
    if image.before and image.target not in queues:
        return f"the target {image.target} is gone from live"
    return ""


def _kept(images: Sequence[Image]) -> list[Finding]:
    return [
        Finding(
            "rollback.kept",
            Severity.WARNING,
            f"{image.queue_name}: the rule to {image.target or 'nobody'} does not come back: {image.note}",
            tip="The rules to this target stay as they are: look at them",
            queue=image.queue_name,
        )
        for image in images
        if image.note
    ]


def _one(rule: OverflowRule | None, target: str) -> str:
    return in_words((rule,), {}) if rule else f"no rule to {target}"


def _conflict(name: str, message: str) -> Finding:
    return Finding(
        CONFLICT,
        Severity.ERROR,
        message,
        tip="Somebody changed it since: look at it, and mend it by a change of the policies",
        queue=name,
    )


def _before(rules: Sequence[OverflowRule], images: Sequence[Image]) -> tuple[OverflowRule, ...]:
    """The rules of a queue, one a target, with each changed one as it was before."""
    wanted: dict[str, OverflowRule | None] = {}
    for rule in rules:
        wanted.setdefault(rule.target, rule)
    wanted.update({image.target: image.before for image in images if not image.note})
    return tuple(rule for rule in wanted.values() if rule is not None)


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
