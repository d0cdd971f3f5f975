"""The steps of a run that stops overflow, or restores it: what is read from disk, sent, and read again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncer.errors import ConfigError, LiveError, Refused, SyncerError, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.app.options import StopOptions
    from syncer.app.places import LiveTarget, PolicySource
    from syncer.app.run import LockedRun
    from syncer.app.session import Session
    from syncer.applying.apply import Result
    from syncer.audit.exceptions import Exemption
    from syncer.live.client import Client
    from syncer.model.plan import Plan
    from syncer.model.queue import LiveQueue
    from syncer.model.settings import Settings
    from syncer.net.timing import ListingTime
    from syncer.planning.disk import OnDisk
    from syncer.planning.gather import Live
    from syncer.planning.stop import LiveEdge

FLOWS = "flows of Architect that transfer contacts: they are not read"

_NO_POLICIES = frozenset({"files.missing", "files.no-policies"})


@dataclass(frozen=True, slots=True)
class Listed:
    """The live state, and when it was listed."""

    live: Live
    at: ListingTime

    @property
    def queues(self) -> dict[str, LiveQueue]:
        """The live queues by id."""
        return {queue.id: queue for queue in self.live.queues}


def disk_as_far(source: PolicySource, target: LiveTarget, session: Session) -> OnDisk:
    """Policies and settings as far as they can be read: without them no capacity is known, and settings are
    defaults. Raises ConfigError if only broken settings would name the organization.

    If broken settings lack the environment, its name counts: the record is kept by it.
    """
    from syncer.live.region import is_named
    from syncer.model.finding import has_errors
    from syncer.model.policy import PolicySet
    from syncer.planning.disk import OnDisk, environment_of, read_disk
    from syncer.policy.load import load_settings

    settings = load_settings(source.folder)
    if has_errors(settings.findings):
        if not (target.region or target.api_url or is_named(session.environ)):
            raise ConfigError(
                f"the settings in {source.folder} can't be read, so the organization is not known",
                hint="Name it: --region REGION or --api-url URL, or GENESYSCLOUD_REGION or SYNCER_API_URL.",
            )
        session.warnings.append(f"the settings in {source.folder} can't be read: defaults are used")
        return OnDisk(PolicySet(), _named(settings.settings, source.environment), (), (), {})
    disk = read_disk(source.folder) if source.folder.exists() else None
    known = settings.settings
    if source.environment:
        known = environment_of(settings.environments, source.environment)
    if disk is not None and disk.readable and source.environment:
        disk = read_disk(source.folder, (), source.environment)
    if disk is None or not disk.readable:
        errors = [each for each in disk.findings if each.refuses] if disk else []
        if any(each.id not in _NO_POLICIES for each in errors):
            session.warnings.append(f"the policies in {source.folder} can't be read: no capacity is known")
        return OnDisk(PolicySet(), known, (), (), {})
    return disk


def _named(settings: Settings, name: str) -> Settings:
    """The settings for the environment with this name, of which nothing else is known."""
    return replace(settings, environment=replace(settings.environment, name=name))


def list_live(disk: OnDisk, client: Client, target: LiveTarget) -> Listed:
    """List the live queues once; groups are not read."""
    from syncer.app.connection import listed_live
    from syncer.model.policy import PolicySet

    return Listed(*listed_live(replace(disk, policies=PolicySet()), client, target, with_groups=False))


def flows_into(
    locked: LockedRun, listed: Listed, target: str, sources: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The in-queue flows that transfer to ``target``, as text: a stop can't end that; and what of flows isn't
    known. ``sources`` are ids of queues, empty: all. They are read after everything else is done."""
    from syncer.app.connection import with_flows

    try:
        live = with_flows(listed.live, locked.reading_flows, off=FLOWS)
    except SyncerError as error:  # it is done by now
        return (), (f"what in-queue flows send there: they are not read ({error.message})",)
    found = [
        f"the in-queue flow {each.flow} of {live.names[each.source]}, which transfers there"
        for each in live.flows.transfers
        if each.target == target != each.source and (not sources or each.source in sources)
    ]
    return tuple(dict.fromkeys(found)), live.flows.not_known


def with_loads(plan: Plan, disk: OnDisk, live: Live, off: frozenset[tuple[str, str]]) -> Plan:
    """Return the plan that removes the edges in ``off``, with the effect on loads as far as the policies
    state capacities: a warning for each queue that fills up."""
    from syncer.planning.stop_load import affected_by, filled_up
    from syncer.resolving.resolve import resolve_live

    network = resolve_live(disk.policies, live.queues, live.dialect, live.groups).network
    return replace(
        plan,
        findings=filled_up(network.nodes, live.queues, off),
        queues=affected_by(network.nodes, live.queues, off, plan.changes),
    )


def refuse_unsaid(options: StopOptions) -> None:
    """Raise WrongUsage without a reason: what is held for hours has to be explained."""
    if not options.reason.strip():
        raise WrongUsage("a stop needs a reason", hint='Give one: --reason "INC-4711: Tier 2 is flooded"')


def ask(locked: LockedRun, plan: Plan) -> None:
    """Show the plan, and continue only if somebody approves, or nobody needs to be asked. Raises Refused."""
    from syncer.planning.document import plan_document
    from syncer.report.views import Planned, ReportOf

    report = ReportOf("plan", 0, Planned(plan, plan_document(plan)), plan.findings)
    locked.session.planned(report)
    if not (locked.options.auto_approve or locked.session.approve(report)):
        raise Refused("you did not approve, so nothing was sent", reason="declined")


def send(locked: LockedRun, plan: Plan, listed: Listed) -> Result:
    """Write the changes of ``plan``, locked, journaled and audited like every write."""
    from syncer.app.session import interruptible
    from syncer.applying.apply import ApplyContext, apply_plan
    from syncer.applying.engine import Stop
    from syncer.net.timing import REAL_TIME

    stop = Stop()
    locked.session.started(locked.run, plan)
    context = ApplyContext(
        api=locked.client,
        chain=locked.chain,
        journals=locked.options.state_dir / "journal",
        settings=locked.disk.settings,
        now=locked.session.now,
        timing=REAL_TIME,
        stop=stop,
        parallel=locked.options.parallel,
        seen=locked.session.progress,
        listed=listed.at if locked.options.auto_approve else None,
        clock_offset=locked.client.clock_offset,
        witness=locked.attempt.witness,
    )
    locked.kept.begin(locked.run, plan)
    with interruptible(stop, locked.session.interrupting):
        result = apply_plan(plan, listed.queues, locked.run, context)
        locked.attempt.recorded.add(locked.run.id)
        locked.kept.note(locked.run)
    return result


def still_open(
    locked: LockedRun, exemption: Exemption, plan: Plan, result: Result, before: Listed
) -> list[LiveEdge]:
    """Return the live edges that are still in force, read again.

    For queues that were written, a response from a cache is not trusted. A queue of the plan that is missing
    in the list now is read by itself; if it doesn't respond and was not written, it is as before. Raises
    LiveError if the queues can't be listed.
    """
    from syncer.live.wire import read_queue
    from syncer.planning.stop import live_edges

    done = {outcome.change.queue for outcome in result.outcomes if outcome.done}
    listed = locked.client.list_queues(read_queue)
    edges = [edge for edge in live_edges(listed) if exemption.stops(*edge.pair)]
    doubtful = {edge.queue.id for edge in edges} & done
    left = [edge for edge in edges if edge.queue.id not in doubtful]
    missing = {change.queue for change in plan.changes} - {queue.id for queue in listed}
    for queue in sorted(doubtful | missing):
        try:
            left += _read_again(locked, exemption, queue)
        except LiveError:
            known = [] if queue in done else [before.queues[queue]]
            left += (edge for edge in live_edges(known) if exemption.stops(*edge.pair))
    return left


def _read_again(locked: LockedRun, exemption: Exemption, queue: str) -> Iterator[LiveEdge]:
    from syncer.applying.reading import queue_in, read_settled
    from syncer.net.timing import REAL_TIME
    from syncer.planning.stop import live_edges

    def is_open(read: LiveQueue) -> bool:
        return any(exemption.stops(*edge.pair) for edge in live_edges([read]))

    settle = locked.disk.settings.retries.settle
    read, _ = read_settled(
        lambda: queue_in(locked.client.get_queue(queue), queue, ()), settle, REAL_TIME, is_open
    )
    return (edge for edge in live_edges([read]) if exemption.stops(*edge.pair))
