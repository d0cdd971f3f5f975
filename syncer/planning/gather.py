"""Gather what a plan is made of: what the organization has, beside what is on disk."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from syncer.kinds.registry import DIALECTS, OVERFLOW_RULES, ask_groups
from syncer.live.flows import NO_FLOWS, FlowsRead
from syncer.live.view import WHOLE, View
from syncer.live.wire import dialect_of, read_group, read_queue, shown_dialects
from syncer.model.policy import PolicySet
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM, Group, LiveQueue, known_groups
from syncer.model.rule import Dialect
from syncer.model.settings import UNKNOWN, Organization
from syncer.planning.build import Inputs
from syncer.planning.disk import OnDisk

AUTO = "auto"

T = TypeVar("T")


class LiveReader(Protocol):
    """What a plan needs of the organization; the client of the live API has it."""

    @property
    def api(self) -> str:
        """The URL of the API."""

    @property
    def usual_dialect(self) -> Dialect:
        """The dialect of such an API, where its queues don't tell."""

    def organization(self) -> Organization:
        """The organization that answers, where it is known."""

    def view(self) -> View:
        """Whether all queues are seen, or those of some divisions."""

    def list_groups(self, types: Collection[str]) -> list[dict[str, Any]]:
        """The JSON of all groups of agents of these types."""

    def list_queues(self, read: Callable[[dict[str, Any]], T]) -> list[T]:
        """What ``read`` makes of the JSON of each queue, as its page arrives."""


@dataclass(frozen=True, slots=True)
class Live:
    """What was read from the organization: its queues by name and id, whatever order they came in.

    ``lock`` is ``etag`` where every queue has one, else ``compare``; ``groups`` are those that
    queues tell of and, where they were asked for, all ordinary ones; ``view`` tells whether there are queues
    that the client does not see; ``flows`` is what was read of in-queue flows.
    """

    api: str
    queues: tuple[LiveQueue, ...]
    lock: str
    dialect: Dialect
    groups: tuple[Group, ...]
    organization: Organization = UNKNOWN
    view: View = WHOLE
    flows: FlowsRead = NO_FLOWS

    @property
    def names(self) -> dict[str, str]:
        """The name of each queue and group by its id."""
        groups = {group.id: group.label for group in self.groups}
        return groups | {queue.id: queue.name for queue in self.queues}


def read_live(
    api: LiveReader, policies: PolicySet, dialect: str = AUTO, *, with_groups: bool = False
) -> Live:
    """List live once: its queues, and its ordinary groups where policies mention groups or ``with_groups``;
    teams and skill groups where policies name one that no queue tells of.

    ``dialect`` is a name, or ``auto``. Groups are never asked for where the organization can't hold rules
    about them, nor is the view of a gateway that knows overflow rules alone, and no divisions.
    """
    organization = api.organization()
    found = api.list_queues(lambda raw: (read_queue(raw), shown_dialects(raw)))
    queues = tuple(sorted((queue for queue, _ in found), key=lambda queue: (queue.name, queue.id)))
    shown = (shown for _, shown in found)
    spoken = dialect_of(shown, api.usual_dialect) if dialect == AUTO else DIALECTS[dialect]
    types = _types_to_ask(policies, queues, with_groups=with_groups) if ask_groups(spoken.holds) else ()
    listed = tuple(read_group(raw) for raw in api.list_groups(types)) if types else ()
    return Live(
        api=api.api,
        queues=queues,
        lock="etag" if all(queue.etag for queue in queues) else "compare",
        dialect=spoken,
        groups=known_groups(listed, tuple(group for queue in queues for group in queue.groups)),
        organization=organization,
        view=WHOLE if spoken is OVERFLOW_RULES else api.view(),
    )


def _types_to_ask(policies: PolicySet, queues: Sequence[LiveQueue], *, with_groups: bool) -> tuple[str, ...]:
    """The types of groups whose names and ids have to be asked for."""
    managed = [policy for policy in policies.queues if policy.managed]
    ordinary = with_groups or any(ask_groups(policy.stated) for policy in managed)
    told = {(group.type, group.name) for queue in queues for group in queue.groups}
    named = {
        group.type
        for policy in managed
        for rules in policy.stated.values()
        for rule in rules or ()
        for group in rule.groups
        if group.name and (group.type, group.name) not in told
    }
    return (*((GROUP,) if ordinary else ()), *(type_ for type_ in (TEAM, SKILL_GROUP) if type_ in named))


def inputs_of(disk: OnDisk, live: Live) -> Inputs:
    """Put both sides together."""
    return Inputs(
        policies=disk.policies,
        live=live.queues,
        api=live.api,
        organization=live.organization,
        view=live.view,
        flows=live.flows,
        environment=disk.settings.environment.name,
        lock=live.lock,
        dialect=live.dialect,
        groups=live.groups,
        settings=disk.settings,
        files=disk.files,
        findings=disk.findings,
        paths=disk.paths,
    )
