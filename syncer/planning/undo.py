"""A plan that undoes a run, from the images that its audit holds.

Each rule that the run changed must still be what the run made of it; anyone who changed it since is not
overwritten. Everything else of live stays, so other rules of the same queues do too. Fields that the settings
ignore may have been tuned since: such a value stays. What a stop forbids stays off, whatever was before.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from syncer.audit.exceptions import exceptions_at
from syncer.model.change import Reason, Untouched
from syncer.model.finding import Finding, Severity
from syncer.model.network import Network, edges_of
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation
from syncer.net.timing import from_rfc3339
from syncer.planning.audit_images import Image
from syncer.planning.build import Inputs, plan_towards, transfers_of
from syncer.planning.exceptions import hold_stops
from syncer.planning.ownership import OTHER, check_owners
from syncer.planning.restore import CONFLICT, way_back
from syncer.planning.standing import StandingRun
from syncer.resolving.reference_findings import partial_view
from syncer.resolving.resolve import Desired, Resolved, resolve_live

NEWER = "rollback.newer-run"


def no_newer() -> Iterable[StandingRun]:
    """No newer run is known."""
    return ()


@dataclass(frozen=True, slots=True)
class AboutConflicts:
    """``newer`` gives the runs that came later and still stand, newest first: a conflict with one of them is
    called that. With ``skip`` a queue in conflict is left as it is, with a warning; so is one that a stop
    changed which is still in force (``stops``: the runs of these)."""

    newer: Callable[[], Iterable[StandingRun]] = no_newer
    skip: bool = False
    stops: frozenset[str] = frozenset()


ALL_REFUSE = AboutConflicts()


def left_in_conflict(plan: Plan) -> frozenset[str]:
    """The ids of the queues that are left as they are, as they are in conflict."""
    return frozenset(
        finding.queue_id
        for finding in plan.findings
        if finding.id in (CONFLICT, NEWER) and not finding.refuses
    )


def undo_plan(
    images: Sequence[Image], inputs: Inputs, created_at: str, conflicts: AboutConflicts = ALL_REFUSE
) -> Plan:
    """The plan back to the rules before the run, checked like every plan.

    A rule that is no longer what the run made of it is a finding ``rollback.conflict``, an error, or
    ``rollback.newer-run`` where a newer run made it what it is; one that can't be brought back stays as it
    is, with a warning ``rollback.kept``: so do second rules with one target where they alone would be errors.
    """
    exact = plan_back(images, inputs, created_at, conflicts, seconds=True)
    if exact.applicable:
        return exact
    first_rules = plan_back(images, inputs, created_at, conflicts, seconds=False)
    return first_rules if first_rules.applicable else exact


def tolerant(plan: Plan, *, ignore_owners: bool = False) -> Plan:
    """The same plan, which the files of today don't refuse: only loops and what others made of the rules do.

    All other errors, such as those of capacities, are warnings. Another owner's mark stays an error, unless
    ``ignore_owners``.
    """
    stay = {CONFLICT, NEWER, *(() if ignore_owners else (OTHER,))}
    findings = (
        replace(finding, severity=Severity.WARNING)
        if finding.refuses and not finding.loop and finding.id not in stay
        else finding
        for finding in plan.findings
    )
    return replace(plan, findings=tuple(findings))


def plan_back(
    images: Sequence[Image],
    inputs: Inputs,
    created_at: str,
    conflicts: AboutConflicts = ALL_REFUSE,
    *,
    seconds: bool,
) -> Plan:
    """The plan back with all that the run took away, or without the second rules with one target."""
    resolved = resolve_live(inputs.policies, inputs.live, inputs.dialect, inputs.groups)
    whole = replace(resolved.network, transfers=transfers_of(inputs)[0])
    live = {queue.id: queue for queue in inputs.live}
    names = {queue.id: queue.name for queue in inputs.live}
    desired: dict[str, Desired] = {}
    findings = []
    for queue_id in dict.fromkeys(image.queue for image in images):
        own = [image for image in images if image.queue == queue_id]
        ignores = inputs.settings.ignore
        back, found = way_back(own, live.get(queue_id), names, ignores, seconds=seconds)
        if back is None:
            found = _told(own, found, live.get(queue_id), names, inputs, conflicts)
        else:
            desired[queue_id] = back
        findings.extend(found)
    network = _network(whole, inputs.live, desired)
    here = exceptions_at(inputs.exceptions, ApiLocation(inputs.api, inputs.organization))
    back_to, held = hold_stops(Resolved(network, desired, ()), inputs.live, here, from_rfc3339(created_at))
    findings.extend(check_owners(back_to, inputs.live, inputs.settings.ownership, whole=False))
    plan = plan_towards(
        back_to, inputs, (*inputs.findings, *partial_view(inputs.view), *findings), created_at
    )
    undone = {image.queue for image in images}
    return replace(plan, untouched=tuple(_apart(each, undone) for each in plan.untouched), held=held)


def plan_of_rules(desired: Mapping[str, Desired], inputs: Inputs, created_at: str) -> Plan:
    """The plan that gives queues the rules ``desired``, whatever policies say; nothing is checked."""
    resolved = resolve_live(inputs.policies, inputs.live, inputs.dialect, inputs.groups)
    network = _network(replace(resolved.network, transfers=inputs.flows.transfers), inputs.live, desired)
    plan = plan_towards(Resolved(network, desired, ()), inputs, (), created_at)
    return replace(plan, findings=(), solved=())


def _told(
    own: Sequence[Image],
    found: Sequence[Finding],
    queue: LiveQueue | None,
    names: Mapping[str, str],
    inputs: Inputs,
    conflicts: AboutConflicts,
) -> list[Finding]:
    """The conflicts of a queue: with whom, and whether they refuse."""
    run = _made_by(own, queue, names, inputs, conflicts)
    if run:
        found = [
            Finding(
                NEWER,
                Severity.ERROR,
                f"{own[0].queue_name}: run {run} changed it since",
                tip=f"Undo that first: syncer rollback {run}"
                if run not in conflicts.stops
                else f"It is a stop: run the rollback again once it is lifted (syncer stop {run} --lift)",
                queue=own[0].queue_name,
            )
        ]
    if not (conflicts.skip or run in conflicts.stops):
        return list(found)
    return [
        replace(
            each,
            severity=Severity.WARNING,
            message=f"{each.message}; it is left as it is",
            queue_id=own[0].queue,
        )
        for each in found
    ]


def _made_by(
    own: Sequence[Image],
    queue: LiveQueue | None,
    names: Mapping[str, str],
    inputs: Inputs,
    conflicts: AboutConflicts,
) -> str:
    """The newest run that changed the same rules since, if the organization is what that one left; or
    empty."""
    for newer in conflicts.newer() if queue else ():
        images = [image for image in newer.images if queue and image.queue == queue.id]
        if any(image.is_of(each.rule) for image in images for each in own):
            back, _ = way_back(images, queue, names, inputs.settings.ignore)
            return newer.run if back is not None else ""
    return ""


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
    return Network(network.nodes, tuple(edges), network.transfers)
