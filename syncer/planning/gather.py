"""Gather what a plan is made of, from disk and live; and check what is on disk alone."""

import math
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from syncer.checks import check_network, weigh
from syncer.checks.constructs import check_constructs
from syncer.checks.loads import bounds, headroom
from syncer.checks.references import check_references
from syncer.checks.since import MISSING
from syncer.errors import ConfigError, WrongUsage
from syncer.kinds.registry import DIALECTS, OVERFLOW_RULES, ask_groups
from syncer.live.flows import NO_FLOWS, FlowsRead
from syncer.live.view import WHOLE, View
from syncer.live.wire import lock_kind, read_group, read_queue, spoken_dialect
from syncer.model.finding import Finding, has_errors, in_order
from syncer.model.lookup import did_you_mean
from syncer.model.network import Headroom
from syncer.model.policy import PolicyFile, PolicySet
from syncer.model.queue import GROUP, SKILL_GROUP, TEAM, Group, LiveQueue, known_groups
from syncer.model.rule import Dialect
from syncer.model.settings import UNKNOWN, Organization, Settings
from syncer.planning.build import Inputs
from syncer.policy.load import load_policies, load_settings
from syncer.policy.revision import folder_at
from syncer.resolving.ignore import without_ignored
from syncer.resolving.only import unknown_environments
from syncer.resolving.overrides import override
from syncer.resolving.resolve import resolve_offline
from syncer.resolving.unmatched import unmatched

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class OnDisk:
    """What was read from disk, for one environment.

    ``sources`` are the lines of each file by its path as findings show it; ``environments`` are the settings
    of each environment by its name.
    """

    policies: PolicySet
    settings: Settings
    files: tuple[PolicyFile, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, Sequence[str]]
    paths: tuple[str, ...] = ()
    environments: Mapping[str, Settings] = field(default_factory=dict)

    @property
    def readable(self) -> bool:
        """Whether every file could be read as what it should be: only then is it known what is wanted."""
        return not has_errors(self.findings)


class LiveReader(Protocol):
    """What a plan needs of live; the client of the live API has it."""

    @property
    def api(self) -> str:
        """The URL of the API."""

    @property
    def usual_dialect(self) -> Dialect:
        """The dialect of such an API, where its queues don't tell."""

    def organization(self) -> Organization:
        """The organisation that answers, where it is known."""

    def view(self) -> View:
        """Whether all queues are seen, or those of some divisions."""

    def list_groups(self, types: Collection[str]) -> list[dict[str, Any]]:
        """The JSON of all groups of agents of these types."""

    def list_queues(self) -> list[dict[str, Any]]:
        """The JSON of all queues."""


def read_disk(
    folder: Path, paths: Sequence[Path] = (), environment: str = "", root: Path | None = None
) -> OnDisk:
    """Read the policies in and below ``paths``, else ``folder``, and the settings in ``folder``.

    ``root`` is read in place of the current folder.
    Bad content is a finding. Raises WrongUsage where the settings could be read and know no ``environment``
    of this name.
    """

    def at(path: Path) -> Path:
        return root / os.path.relpath(path) if root else path

    settings = load_settings(at(folder), root)
    loaded = load_policies([at(path) for path in paths or (folder,)], root)
    known = not has_errors(settings.findings)
    unknown = unknown_environments(loaded.policies, settings.environments) if known else ()
    disk = OnDisk(
        policies=loaded.policies,
        settings=settings.settings,
        files=(*loaded.policies.files, *settings.files),
        findings=in_order((*settings.findings, *loaded.findings, *unknown)),
        sources={**settings.sources, **loaded.sources},
        paths=tuple(path.as_posix() for path in paths),
        environments=settings.environments,
    )
    if not environment or not known:
        return disk
    return in_environment(disk, environment)


def in_environment(disk: OnDisk, name: str) -> OnDisk:
    """What was read, as the environment ``name`` has it. Raises WrongUsage where there is none."""
    settings = environment_of(disk.environments, name)
    own = override(disk.policies, settings.environment, whole=not disk.paths and disk.readable)
    findings = in_order((*disk.findings, *own.findings))
    return replace(disk, policies=own.policies, settings=settings, findings=findings)


def environment_of(environments: Mapping[str, Settings], name: str) -> Settings:
    """The settings of the environment ``name``. Raises WrongUsage where there is none."""
    if name in environments:
        return environments[name]
    known = ", ".join(environments)
    hint = (
        f"They have {known}.{did_you_mean(name, environments)}"
        if known
        else "Name it under 'environments:' in settings.yaml, or leave it out."
    )
    raise WrongUsage(f"the settings have no environment {name!r}", hint=hint)


def read_base(folder: Path, revision: str, environment: str = "", *, folders: bool = True) -> PolicySet:
    """The policies of ``folder`` as a revision of its Git repository has them, or as another folder does.

    Without ``folders`` only Git is asked: a change could bring a folder of that name.
    Raises ConfigError where they can't be read: then nothing is known of what was before.
    """
    with folder_at(revision, folder, folders=folders) as then:
        if not any(then.iterdir()):
            return PolicySet()  # the folder is new
        try:
            disk = read_disk(then, (), environment)
        except WrongUsage:
            return PolicySet()  # the environment is new
    if not disk.readable:
        first = next(finding for finding in disk.findings if finding.refuses)
        raise ConfigError(
            f"the policies of {revision} can't be read: {first.message}",
            hint="Name a revision whose policies are valid, or none.",
        )
    return disk.policies


@dataclass(frozen=True, slots=True)
class Live:
    """What was read from live: its queues by name and id, whatever order they came in.

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
    """List live once: its queues, and its ordinary groups where policies speak of groups or ``with_groups``;
    teams and skill groups where policies name one that no queue tells of.

    ``dialect`` is a name, or ``auto``. Groups are never asked for where live can't hold rules about them, nor
    is the view of a gateway that knows overflow rules alone, and no divisions.
    """
    organization = api.organization()
    raws = api.list_queues()
    queues = tuple(sorted((read_queue(raw) for raw in raws), key=lambda queue: (queue.name, queue.id)))
    spoken = spoken_dialect(raws, api.usual_dialect) if dialect == AUTO else DIALECTS[dialect]
    locks = {lock_kind(raw) for raw in raws}
    types = _types_to_ask(policies, queues, with_groups=with_groups) if ask_groups(spoken.holds) else ()
    listed = tuple(read_group(raw) for raw in api.list_groups(types)) if types else ()
    return Live(
        api=api.api,
        queues=queues,
        lock="compare" if "compare" in locks else "etag",
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


def check_everywhere(disk: OnDisk) -> tuple[tuple[Finding, ...], Headroom]:
    """What ``check_offline`` finds in the environment that was chosen, or else in each that there is.

    A finding that not every environment has says which one has it; the headroom is the least of all.
    """
    if disk.settings.environment.name or not disk.environments or not disk.readable:
        return check_offline(disk)
    found = {name: check_offline(in_environment(disk, name)) for name in disk.environments}
    times = Counter(finding for findings, _ in found.values() for finding in dict.fromkeys(findings))
    everywhere = [finding for finding, times in times.items() if times == len(found)]
    own = [
        replace(finding, message=f"in {name}: {finding.message}")
        for name, (findings, _) in found.items()
        for finding in findings
        if times[finding] < len(found)
    ]
    least = min((headroom for _, headroom in found.values()), key=_factor)
    return in_order((*everywhere, *own)), least


def _but_of_unknown(findings: Iterable[Finding], policies: PolicySet) -> Iterator[Finding]:
    """The findings but for capacities of names that no policy describes: perhaps there is no such queue."""
    described = {str(queue.queue) for queue in policies.queues}
    return (each for each in findings if each.id != MISSING or each.queue_id in described)


def _factor(headroom: Headroom) -> float:
    return math.inf if headroom.factor is None else headroom.factor


def check_offline(disk: OnDisk) -> tuple[tuple[Finding, ...], Headroom]:
    """All findings, and the headroom of the network as far as the policies tell it.

    Where a file can't be read, the network is not whole: then what was read wrong is all there is to say.
    """
    if not disk.readable:
        return weigh(disk.findings, disk.settings), Headroom()
    ignores = disk.settings.ignore
    policies = without_ignored(disk.policies, ignores)
    network, findings = resolve_offline(policies)
    found = (
        *disk.findings,
        *(() if disk.paths else unmatched(disk.policies, disk.settings)),
        *check_references(policies),
        *check_constructs(policies),
        *findings,
        *_but_of_unknown(check_network(network, loads := bounds(network), disk.settings.scenarios), policies),
    )
    return weigh(found, disk.settings), headroom(network, loads)
