"""A plan that undoes a run, from the images that its audit holds.

Each rule that the run changed must still be what the run made of it; whoever changed it since is not
overwritten. Everything else of live stays, so other rules of the same queues do too. Fields that the settings
ignore may have been tuned since: such a value stays.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace

from syncer.model.change import Reason, Untouched
from syncer.model.network import Network, edges_of, watch_edges
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.planning.build import Inputs, plan_towards
from syncer.planning.ownership import check_owners
from syncer.planning.restore import way_back
from syncer.planning.standing import Image
from syncer.resolving.resolve import Desired, Resolved, resolve_live


def undo_plan(images: Sequence[Image], inputs: Inputs, created_at: str) -> Plan:
    """The plan back to the rules before the run, checked like every plan.

    A rule that is no longer what the run made of it is a finding ``rollback.conflict``, an error; one that
    can't be brought back stays as it is, with a warning ``rollback.kept``: so do second rules with one target
    where they alone would be errors.
    """
    exact = plan_back(images, inputs, created_at, seconds=True)
    if exact.applicable:
        return exact
    first_rules = plan_back(images, inputs, created_at, seconds=False)
    return first_rules if first_rules.applicable else exact


def plan_back(images: Sequence[Image], inputs: Inputs, created_at: str, *, seconds: bool) -> Plan:
    """The plan back with all that the run took away, or without the second rules with one target."""
    resolved = resolve_live(inputs.policies, inputs.live, inputs.dialect, inputs.groups)
    live = {queue.id: queue for queue in inputs.live}
    names = {queue.id: queue.name for queue in inputs.live}
    desired: dict[str, Desired] = {}
    findings = []
    for queue_id in dict.fromkeys(image.queue for image in images):
        own = [image for image in images if image.queue == queue_id]
        ignores = inputs.settings.ignore
        back, found = way_back(own, live.get(queue_id), names, ignores, seconds=seconds)
        findings.extend(found)
        if back is not None:
            desired[queue_id] = back
    network = _network(resolved.network, inputs.live, desired)
    back_to = Resolved(network, desired, ())
    findings.extend(check_owners(back_to, inputs.live, inputs.settings.ownership, whole=False))
    plan = plan_towards(back_to, inputs, (*inputs.findings, *findings), created_at)
    undone = {image.queue for image in images}
    return replace(plan, untouched=tuple(_apart(each, undone) for each in plan.untouched))


def _apart(untouched: Untouched, undone: Container[str]) -> Untouched:
    """A queue that the run did not change is no part of what is undone; it isn't left out."""
    if untouched.reason is Reason.LEFT_OUT and untouched.queue not in undone:
        return replace(untouched, reason=Reason.NOT_SELECTED)
    return untouched


def _network(network: Network, live: Iterable[LiveQueue], desired: Mapping[str, Desired]) -> Network:
    """Live as it is, but for the queues that go back."""
    edges = []
    for queue in live:
        in_force = {(rule.kind, rule.target) for rule in queue.rules if rule.enabled}
        back = desired.get(queue.id, Desired((), ()))
        stay = [rule for rule in queue.rules if rule.kind not in back.kinds]
        edges += [
            edge
            for rule in (*back.rules, *stay)
            for edge in edges_of(
                queue.id, rule, new=rule.enabled and (rule.kind, rule.target) not in in_force
            )
        ]
        edges += watch_edges(queue)
    return Network(network.nodes, tuple(edges))
