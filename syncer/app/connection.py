"""Connect to the organization and make a plan: the steps that plan, apply, rollback, drift, export and doctor
share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from syncer.app.places import LiveTarget
from syncer.app.planned_source import source_of
from syncer.app.session import Session
from syncer.audit.exceptions import Exemption
from syncer.errors import WrongUsage
from syncer.kinds.registry import OVERFLOW_RULES
from syncer.live.client import Client, connect
from syncer.live.flows import NO_FLOWS, FlowsRead, ReadFlows
from syncer.live.region import Endpoints, credentials, endpoints
from syncer.model.change import Unmanaged
from syncer.model.plan import Plan
from syncer.model.queue import LiveQueue
from syncer.model.settings import ApiLocation, Settings
from syncer.net.timing import ListingTime, rfc3339
from syncer.net.transport import LIMITS, Limits
from syncer.planning.before import NO_BASE, Base
from syncer.planning.build import Inputs, build_plan
from syncer.planning.disk import OnDisk
from syncer.planning.document import plan_document
from syncer.planning.gather import AUTO, Live, inputs_of, read_live
from syncer.planning.held import NOTHING_HELD, Held, Hold, held_now, named_holds, with_held
from syncer.planning.ownership import unmanaged_in
from syncer.resolving.known_names import NO_NAMES, KnownNames


@dataclass(frozen=True)
class FreshPlan:
    """A plan that was just made, the live state that was ``read`` for it, the time when that was ``listed``,
    what is ``held`` back, the names that were last applied, and the exceptions in force anywhere."""

    plan: Plan
    read: Live
    listed: ListingTime
    held: Held = NOTHING_HELD
    names_before: KnownNames = NO_NAMES
    exceptions: tuple[Exemption, ...] = ()

    @cached_property
    def queues(self) -> Mapping[str, LiveQueue]:
        """The live queues by id."""
        return {queue.id: queue for queue in self.read.queues}

    @cached_property
    def document(self) -> dict[str, Any]:
        """The plan as it is saved."""
        return plan_document(self.plan)

    def unmanaged(self, asked_for: bool) -> tuple[Unmanaged, ...] | None:
        """The queues that no policy describes, if they are asked for."""
        return unmanaged_in(self.plan, self.read.queues, self.read.names) if asked_for else None


def endpoints_for(target: LiveTarget, settings: Settings, environ: Mapping[str, str]) -> Endpoints:
    """Return the address of the API from options, variables and settings.

    Raises WrongUsage if the settings have several environments and none was chosen.
    """
    own = settings.environment
    if settings.environments and not own.name:
        raise WrongUsage(
            f"the settings have environments, and none was chosen: {', '.join(settings.environments)}",
            hint="Choose one with --env or SYNCER_ENV.",
        )
    return endpoints(environ, region=target.region, api_url=target.api_url, environment=own)


def client_for(
    target: LiveTarget,
    settings: Settings,
    session: Session,
    *,
    write: bool = False,
    parallel: int = 1,
    limits: Limits = LIMITS,
) -> Client:
    """Return a client for the organization that options, variables and settings name; close it after use.

    It keeps ``parallel`` connections; its calls count for the session.
    """
    where = endpoints_for(target, settings, session.environ)
    own = credentials(session.environ, settings.environment.variables)
    client = connect(
        *(where, own),
        write=write,
        settings=settings,
        workers=parallel,
        timing=session.waits.timing,
        limits=limits,
    )
    session.calls = client.calls
    return client


def dialect_of(target: LiveTarget, settings: Settings) -> str:
    """Return the dialect from option, variable or settings, or ``auto``."""
    return settings.dialect if target.dialect == AUTO else target.dialect


def fresh_plan(
    disk: OnDisk,
    client: Client,
    target: LiveTarget,
    session: Session,
    *,
    selected: tuple[str, ...] = (),
    with_groups: bool = False,
    base: Callable[[Inputs], Base] = lambda _: NO_BASE,
    exceptions: tuple[Exemption, ...] = (),
    holds: Callable[[ApiLocation], Sequence[Hold]] = lambda _: (),
    names: Callable[[ApiLocation, str], KnownNames] = lambda _place, _environment: NO_NAMES,
    flows: ReadFlows | None = None,
    causes: Callable[[Plan, Live], Plan] = lambda plan, _: plan,
) -> FreshPlan:
    """List the live queues once and plan those that are ``selected``, all by default.

    ``with_groups`` always reads the names of groups. ``base`` has the facts before the change, for a plan of
    such inputs; ``exceptions`` are those from the policies, ``holds`` those of rollbacks at a place,
    ``names`` what was last applied there, in an environment; ``flows`` reads in-queue flows; ``causes`` adds
    the cause to each change.
    """
    live, listed = listed_live(disk, client, target, with_groups=with_groups, flows=flows)
    place = ApiLocation(live.api, live.organization)
    inputs = inputs_of(disk, live)
    source = session.source or source_of(session.environ)
    inputs = replace(inputs, selected=selected, source=source, exceptions=exceptions)
    inputs = replace(inputs, names_before=names(place, inputs.environment))
    held = held_now(inputs, holds(place))
    inputs = with_held(inputs, held)
    now = session.now()
    plan = causes(build_plan(replace(inputs, base=base(inputs)), rfc3339(now)), live)
    stops = (replace(each, ending=each.id in held.ended) for each in plan.held)
    plan = replace(plan, held=(*stops, *named_holds(held, inputs.names, now)))
    return FreshPlan(plan, live, listed, held, inputs.names_before, exceptions)


def plan_on_its_own(disk: OnDisk, fresh: FreshPlan) -> Plan:
    """Return the same plan, made from the policies and the live queues alone."""
    selected, names = fresh.plan.selected, fresh.names_before
    inputs = inputs_of(disk, fresh.read)
    inputs = replace(inputs, selected=selected, names_before=names, exceptions=fresh.exceptions)
    inputs = with_held(inputs, fresh.held)
    return build_plan(inputs, fresh.plan.created_at)


def listed_live(
    disk: OnDisk,
    client: Client,
    target: LiveTarget,
    *,
    with_groups: bool,
    flows: ReadFlows | None = None,
) -> tuple[Live, ListingTime]:
    """Return the live state, and when it was listed; in-queue flows are read after that."""
    begun = client.clock()
    live = read_live(client, disk.policies, dialect_of(target, disk.settings), with_groups=with_groups)
    ended = client.clock()
    return with_flows(live, flows), ListingTime(ended, ended - begun)


def with_flows(live: Live, flows: ReadFlows | None, *, off: str = "") -> Live:
    """Return the live state with its in-queue flows; if they are not read, ``off`` names what is not known
    then. A gateway with overflow rules alone need not have any."""
    if flows is None:
        return replace(live, flows=FlowsRead(unread=(off,)) if off else NO_FLOWS)
    found = flows(live.queues)
    own_form = live.dialect is OVERFLOW_RULES
    return replace(live, flows=FlowsRead(served=False) if own_form and not found.served else found)
