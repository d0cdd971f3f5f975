"""A plan that undoes a run, from the images that its audit holds.

Each rule that the run changed must still be what the run made of it; whoever changed it since is not
overwritten. Everything else of live stays, so other rules of the same queues do too.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from syncer.audit.entries import place_of
from syncer.errors import AuditError
from syncer.model.environment import Place
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, edge_of
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.rule import GroupRule, Kind, Rule, of_kinds
from syncer.model.rule_document import rules_of
from syncer.planning.build import Inputs, plan_towards
from syncer.policy.resolve import Desired, Resolved, resolve_live

CONFLICT = "rollback.conflict"

LAST = "last"


@dataclass(frozen=True, slots=True)
class Image:
    """One rule before and after a run; None where there was none.

    ``note``: why the rule before can't be brought back, if it can't: it was a second rule with its target,
    or held values that could not be read.
    """

    queue: str
    queue_name: str
    target_name: str
    before: Rule | None
    after: Rule | None
    note: str = ""

    @property
    def rule(self) -> Rule:
        """The rule as it was last known: one of both images is there."""
        rule = self.after or self.before
        if rule is None:
            raise AuditError(f"the audit holds no image of a rule of {self.queue_name}")
        return rule

    def is_of(self, rule: Rule) -> bool:
        """Whether it is the image of the rule in this place."""
        return (self.rule.kind, self.rule.key) == (rule.kind, rule.key)


def images_of(entries: Iterable[Mapping[str, Any]], run: str, here: Place | None = None) -> tuple[Image, ...]:
    """What ``run`` changed, as its audit entries say; ``last`` is the newest run that changed something.

    Raises AuditError where there is no such run ``here``: a run can't be undone at another place.
    """
    everything = [entry for entry in entries if here is None or place_of(entry).is_as(here)]
    changes = [entry for entry in everything if entry.get("kind") == "change" and _changed(entry)]
    if run == LAST:
        run = str(changes[-1].get("run")) if changes else run
    if not any(entry.get("run") == run for entry in everything):
        raise AuditError(
            f"the audit trail knows no run {run}{f' at {here}' if here else ''}",
            hint="List all with: sync audit show",
        )
    return tuple(_image(entry) for entry in changes if entry.get("run") == run)


def _changed(entry: Mapping[str, Any]) -> bool:
    """Whether the run itself made this change, or may have."""
    return entry.get("status") in ("applied", "merged", "unknown")


def _image(entry: Mapping[str, Any]) -> Image:
    try:
        before, after = entry["before"], entry["after"]
        return Image(
            entry["queueId"],
            entry["queueName"],
            str(entry.get("targetName") or ""),
            rules_of([before])[0] if before else None,
            rules_of([after])[0] if after else None,
            note=str(entry.get("note") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AuditError(f"audit entry {entry.get('n')} holds no image of its rule") from error


def undo_plan(images: Sequence[Image], inputs: Inputs, created_at: str) -> Plan:
    """The plan back to the rules before the run, checked like every plan.

    A rule that is no longer what the run made of it is a finding ``rollback.conflict``, an error; one that
    can't be brought back stays as it is, with a warning ``rollback.kept``.
    """
    resolved = resolve_live(inputs.policies, inputs.live, inputs.dialect, inputs.groups)
    live = {queue.id: queue for queue in inputs.live}
    desired: dict[str, Desired] = {}
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
    back = _before(queue.rules, images)
    if unread := queue.problems_of(back.kinds):
        return [_conflict(queue.name, f"{queue.name} has a rule in live that can't be read: {unread[0]}")]
    in_the_way = [
        _conflict(queue.name, f"{queue.name}: {why}")
        for image in images
        if not image.note and (why := _in_the_way(image, queue, queues))
    ]
    if not in_the_way and _has_gaps(back):
        why = "live has conditional groups behind those that would go"
        return [_conflict(queue.name, f"{queue.name}: {why}")]
    return in_the_way


def _has_gaps(back: Desired) -> bool:
    """Whether the numbered rules are not those from 1 on: somebody added one behind those of the run."""
    places = sorted(rule.place for rule in back.rules if isinstance(rule, GroupRule))
    return places != list(range(1, len(places) + 1))


def _in_the_way(image: Image, queue: LiveQueue, queues: Container[str]) -> str:
    """Why a rule can't go back to what it was, or nothing."""
    now = next((rule for rule in queue.rules if image.is_of(rule)), None)
    if now not in (image.after, image.before):
        return f"the run left {_one(image.after, image)}, live has {_one(now, image)}"
    if image.before and image.before.target and image.before.target not in queues:
        return f"the target {image.before.target} is gone from live"
    return ""


def _kept(images: Sequence[Image]) -> list[Finding]:
    return [
        Finding(
            "rollback.kept",
            Severity.WARNING,
            f"{image.queue_name}: the rule to {image.target_name or 'nobody'} does not come back: "
            f"{image.note}",
            tip="The rules to this target stay as they are: look at them",
            queue=image.queue_name,
        )
        for image in images
        if image.note
    ]


def _one(rule: Rule | None, image: Image) -> str:
    known = {image.rule.target: image.target_name or image.rule.target}
    return rule.in_words(known) if rule else f"no rule to {known[image.rule.target] or 'nobody'}"


def _conflict(name: str, message: str) -> Finding:
    return Finding(
        CONFLICT,
        Severity.ERROR,
        message,
        tip="Somebody changed it since: look at it, and mend it by a change of the policies",
        queue=name,
    )


def _before(rules: Sequence[Rule], images: Sequence[Image]) -> Desired:
    """The rules of a queue, of the kinds that the run changed, with each changed one as it was before."""
    kinds = tuple(kind for kind in Kind if any(image.rule.kind is kind for image in images))
    wanted: dict[tuple[Kind, str], Rule | None] = {}
    for rule in of_kinds(rules, kinds):
        wanted.setdefault((rule.kind, rule.key), rule)
    for image in images:
        if not image.note:
            wanted[image.rule.kind, image.rule.key] = image.before
    return Desired(tuple(rule for rule in wanted.values() if rule is not None), kinds)


def _network(network: Network, live: Iterable[LiveQueue], desired: Mapping[str, Desired]) -> Network:
    """Live as it is, but for the queues that go back."""
    edges = []
    for queue in live:
        in_force = {(rule.kind, rule.target) for rule in queue.rules if rule.enabled}
        back = desired.get(queue.id, Desired((), ()))
        stay = [rule for rule in queue.rules if rule.kind not in back.kinds]
        edges += [
            edge_of(queue.id, rule, new=rule.enabled and (rule.kind, rule.target) not in in_force)
            for rule in (*back.rules, *stay)
            if rule.target
        ]
    return Network(network.nodes, tuple(edges))
