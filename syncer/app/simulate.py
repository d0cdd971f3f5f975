"""Simulate: what happens if loads grow, a queue fails, or a plan is applied."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.app.options import SimulateOptions
from syncer.app.places import LiveTarget, PolicySource
from syncer.app.session import Session, begun
from syncer.errors import ConfigError, PoliciesInvalid, WrongUsage
from syncer.report.sights import Simulated
from syncer.report.views import ReportOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from syncer.checks.since import Touched
    from syncer.model.finding import Finding
    from syncer.model.network import Network
    from syncer.model.policy import PolicyFile
    from syncer.model.scenario import Scenario
    from syncer.planning.disk import OnDisk
    from syncer.planning.simulation import Simulation


def simulate(
    source: PolicySource,
    options: SimulateOptions = SimulateOptions(),
    target: LiveTarget = LiveTarget(),
    *,
    session: Session | None = None,
) -> ReportOf[Simulated]:
    """Compare the assumptions in ``options`` with today; with a plan, the network after it with that before.

    The network is that of the policies, and no call is made, except with ``live``. A plan needs the policies
    that it was made from. The view is a ``Simulated``; it is None, and the exit code 3, if a file can't be
    read, or a name doesn't exist. The findings are those that the checks would report then. Raises WrongUsage
    for a queue or scenario that doesn't exist, ConfigError if the policies are not those of the plan,
    BadPlan, Refused, AuthError, LiveError.
    """
    session = begun(session)
    return session.ended(_simulate(source, options, target, session))


def _simulate(
    source: PolicySource, options: SimulateOptions, target: LiveTarget, session: Session
) -> ReportOf[Simulated]:
    from syncer.planning.disk import read_disk
    from syncer.planning.simulation import Side, simulated

    if options.plan:
        disk, asked = _planned(source, options.plan, session)
    else:
        disk = read_disk(source.folder, source.paths, source.environment)
        asked = _Asked("") if not disk.readable else _of_policies(disk, options, target, session)
    if not disk.readable or asked.after is None:
        findings = (*disk.findings, *asked.findings)
        return ReportOf("simulate", PoliciesInvalid.exit_code, None, findings, disk.sources)
    scenario = _scenario(disk, options, asked.after)
    before = Side.of(asked.before, scenario) if asked.before else Side.of(asked.after)
    found = simulated(
        before,
        Side.of(asked.after, scenario, changes=asked.before is not None),
        disk.settings,
        touched=asked.touched,
        until_full=options.until_full,
        together=asked.before is not None,
        within=options.answer_within,
    )
    view = Simulated(
        of=asked.of,
        interval=disk.settings.interval,
        simulation=found,
        assumed=tuple(_in_words(scenario, asked.after)),
        planned=asked.before is not None,
        until_full=options.until_full,
        within=options.answer_within,
        unknown=(*asked.unknown, *_overridden(disk), *_lost(scenario, asked.after), *_unknown(found)),
    )
    return ReportOf("simulate", 0, view, (*asked.findings, *found.findings), disk.sources)


@dataclass(frozen=True)
class _Asked:
    """The network to simulate, and its description; with a plan also that ``before`` it."""

    of: str
    after: Network | None = None
    before: Network | None = None
    touched: Touched | None = None
    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()


def _of_policies(disk: OnDisk, options: SimulateOptions, target: LiveTarget, session: Session) -> _Asked:
    from syncer.checks import weigh
    from syncer.checks.references import check_references, undescribed_targets
    from syncer.model.finding import has_errors
    from syncer.model.held import listed
    from syncer.resolving.ignore import without_ignored
    from syncer.resolving.resolve import resolve_offline

    if not options.live:
        policies = without_ignored(disk.policies, disk.settings.ignore)
        references = weigh(check_references(policies), disk.settings)
        if has_errors(references):
            return _Asked("the policies alone", findings=references)
        network, _ = resolve_offline(policies)
        lost = undescribed_targets(policies)
        unknown = (f"what happens in {listed(lost)}: no policy describes {_it(lost)}",) if lost else ()
        return _Asked("the policies alone", network, findings=references, unknown=unknown)
    return _of_live(disk, options, target, session)


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _of_live(disk: OnDisk, options: SimulateOptions, target: LiveTarget, session: Session) -> _Asked:
    """The policies applied to the live queues."""
    from syncer.app.connection import client_for, listed_live
    from syncer.app.flows import reading_flows
    from syncer.checks import weigh
    from syncer.model.finding import has_errors
    from syncer.model.settings import ApiLocation
    from syncer.planning.build import resolved_of
    from syncer.planning.gather import inputs_of

    with client_for(target, disk.settings, session) as client:
        flows = reading_flows(client, disk.settings, options.state_dir)
        live, _ = listed_live(disk, client, target, with_groups=False, flows=flows)
    resolved = resolved_of(inputs_of(disk, live))
    of = f"the policies on top of {ApiLocation(live.api, live.organization)}"
    findings = weigh(resolved.findings, disk.settings)
    if has_errors(findings):
        return _Asked(of, findings=findings)
    return _Asked(
        of,
        resolved.network,
        findings=findings,
        unknown=(*live.view.unseen, *live.flows.not_known),
    )


def _planned(source: PolicySource, path: Path, session: Session) -> tuple[OnDisk, _Asked]:
    """The networks of a saved plan, with the policies that it was made from. Raises ConfigError if they have
    changed."""
    from syncer.planning.before import touched_by
    from syncer.planning.disk import other_folder, read_disk
    from syncer.planning.planned_network import planned_networks
    from syncer.planning.saved_plan import load_plan

    plan = load_plan(path, session.environ.get("SYNCER_PLAN_KEY", ""))
    paths = source.paths or tuple(map(Path, plan.paths))
    environment = source.environment or plan.environment
    if environment != plan.environment:
        raise WrongUsage(
            f"{path} is a plan for the environment {plan.environment or '(none)'}, and not {environment}",
            hint="Leave out --env.",
        )
    disk = read_disk(source.folder, paths, environment)
    if not source.paths and (made_from := other_folder(plan, disk, source.folder)):
        raise ConfigError(
            f"{path} was made from {made_from}, not from {source.folder}",
            hint=f"Give --policies {shlex.quote(made_from)}.",
        )
    _refuse_moved(path, plan.files, disk.files)
    before, after = planned_networks(plan, disk.policies)
    return disk, _Asked(f"the plan {path}", after, before, touched_by(plan.changes))


def _refuse_moved(path: Path, then: Iterable[PolicyFile], now: Iterable[PolicyFile]) -> None:
    was, is_ = ({file.path: file.sha256 for file in files} for files in (then, now))
    moved = sorted(name for name in was.keys() | is_.keys() if was.get(name) != is_.get(name))
    if moved:
        raise ConfigError(
            f"{path} was made from other policies than these: {', '.join(moved[:5])}",
            hint="Check out the commit that it was made from, or make a new plan.",
        )


def _scenario(disk: OnDisk, options: SimulateOptions, network: Network) -> Scenario:
    """The assumptions: a scenario of the settings, with the options on top."""
    from syncer.model.lookup import did_you_mean, queues_meant
    from syncer.model.policy import QueueRef
    from syncer.model.scenario import TODAY, Assumed

    names = {node.key: node.name for node in network.nodes}

    def meant(wanted: str) -> list[QueueRef]:
        return [QueueRef(id=key) for key in queues_meant(wanted, names, "the network")]

    known = {scenario.name: scenario for scenario in disk.settings.scenarios}
    if options.scenario and options.scenario not in known:
        hint = f"They have {', '.join(known) or 'none'}.{did_you_mean(options.scenario, known)}"
        raise WrongUsage(f"the settings have no scenario {options.scenario!r}", hint=hint)
    base = known.get(options.scenario, TODAY)
    return replace(
        base,
        load=base.load if options.load is None else options.load,
        queues=(
            *base.queues,
            *(Assumed(ref, load=load) for wanted, load in options.loads for ref in meant(wanted)),
            *(Assumed(ref, capacity=most) for wanted, most in options.capacities for ref in meant(wanted)),
            *(Assumed(ref, out=True) for wanted in options.outage for ref in meant(wanted)),
        ),
    )


def _in_words(scenario: Scenario, network: Network) -> Iterator[str]:
    """Describe each assumption that differs from today."""
    from syncer.checks.capacity import number

    names = {node.key: node.name for node in network.nodes}
    if scenario.load != 1:
        yield f"{number(scenario.load)} × today's load"
    for each in scenario.queues:
        name = names.get(each.queue.id, str(each.queue))
        if each.out:
            yield f"{name} is out of service"
        if each.load is not None:
            yield f"{name} is offered {number(each.load)} × its base load"
        if each.capacity is not None:
            yield f"{name} can take {number(each.capacity)}"


def _overridden(disk: OnDisk) -> Iterator[str]:
    """A message that figures of environments don't count if none was chosen."""
    if not disk.settings.environment.name:
        only = {each.name for queue in disk.policies.queues for each in queue.only}
        own = (name for name, each in disk.environments.items() if each.environment.overrides)
        if others := sorted({*own, *only}):
            yield f"what differs in these environments: {', '.join(others)}; choose one with --env"


def _lost(scenario: Scenario, network: Network) -> Iterator[str]:
    """The queues in the scenario that are not in the network."""
    known = {node.key for node in network.nodes} | {node.name for node in network.nodes}
    lost = dict.fromkeys(str(each.queue) for each in scenario.queues if str(each.queue) not in known)
    if lost:
        yield f"settings of the scenario for queues that don't exist: {', '.join(lost)}"


def _unknown(found: Simulation) -> Iterator[str]:
    """What no figure covers."""
    from syncer.model.held import listed

    if not any(each.before.base_load or each.after.base_load for each in found.queues):
        yield "loads: no policy states a base load"
    blind = [
        each.name
        for each in found.queues
        if each.after.capacity is None and each.after.load and each.after.load.offered
    ]
    if blind:
        yield f"what {listed(blind)} can take: no capacity is stated"
    if lost := [each.name for each in found.queues if each.after.load is None]:
        yield f"the load in or downstream of a loop: {listed(lost)}"
