"""What is on disk, policies and settings, and the checks of them alone."""

import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from syncer.checks import check_network, weigh
from syncer.checks.capacity import missing_capacities
from syncer.checks.constructs import check_constructs
from syncer.checks.loads import bounds, headroom
from syncer.checks.references import check_references
from syncer.checks.since import MISSING
from syncer.errors import ConfigError, WrongUsage
from syncer.model.finding import Finding, has_errors, in_order
from syncer.model.network import Headroom
from syncer.model.policy import PolicyFile, PolicySet
from syncer.model.settings import Settings
from syncer.policy.files import AS_THEY_ARE, Files, show
from syncer.policy.load import load_policies, load_settings
from syncer.resolving.ignore import without_ignored
from syncer.resolving.only import unknown_environments
from syncer.resolving.overrides import override
from syncer.resolving.resolve import resolve_offline
from syncer.resolving.unmatched import unmatched

if TYPE_CHECKING:
    from syncer.planning.saved_plan import SavedPlan


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


def read_disk(
    folder: Path,
    paths: Sequence[Path] = (),
    environment: str = "",
    root: Path | None = None,
    files: Files = AS_THEY_ARE,
) -> OnDisk:
    """Read the policies in and below ``paths``, else ``folder``, and the settings in ``folder``.

    ``root`` is read in place of the current folder; ``files`` finds and reads them.
    Bad content is a finding. Raises WrongUsage where the settings could be read and know no ``environment``
    of this name.
    """

    def at(path: Path) -> Path:
        return root / os.path.relpath(path) if root else path

    settings = load_settings(at(folder), root, files)
    loaded = load_policies([at(path) for path in paths or (folder,)], root, files)
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


def other_folder(saved: "SavedPlan", disk: OnDisk, folder: Path) -> str:
    """The folder that all policies of a saved plan lie in, where none of them lies in ``folder`` or was read
    from there; empty otherwise, and where its files were named one by one."""
    then, now = ({file.path for file in files} for files in (saved.files, disk.files))
    own = PurePath(show(folder, Path.cwd()))
    if saved.paths or then & now or not then or any(PurePath(path).is_relative_to(own) for path in then):
        return ""
    return PurePath(os.path.commonpath([PurePath(path).parent for path in then])).as_posix()


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
    from syncer.model.lookup import did_you_mean

    known = ", ".join(environments)
    hint = (
        f"They have {known}.{did_you_mean(name, environments)}"
        if known
        else "Name it under 'environments:' in settings.yaml, or omit it."
    )
    raise WrongUsage(f"the settings have no environment {name!r}", hint=hint)


def read_base(folder: Path, revision: str, environment: str = "", *, folders: bool = True) -> PolicySet:
    """The policies of ``folder`` as a revision of its Git repository has them, or as another folder does.

    Without ``folders`` only Git is asked: a change could bring a folder of that name.
    Raises ConfigError where they can't be read: then nothing is known of what was before.
    """
    from syncer.policy.revision import folder_at

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


def all_environments(disk: OnDisk) -> tuple[str, ...]:
    """The environments that are all checked: none where one was chosen, or a file can't be read."""
    return () if disk.settings.environment.name or not disk.readable else tuple(disk.environments)


def check_everywhere(disk: OnDisk) -> tuple[tuple[Finding, ...], Headroom]:
    """What ``check_offline`` finds in the environment that was chosen, or else in each that there is.

    A finding that not every environment has says which one has it; the headroom is the least of all.
    """
    names = all_environments(disk)
    if not names:
        return check_offline(disk)
    found = {name: check_offline(in_environment(disk, name)) for name in names}
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


def lacking_capacities(disk: OnDisk) -> int | None:
    """How many queues of the policies need a capacity and have none; None if a file can't be read."""
    if not disk.readable:
        return None
    policies = without_ignored(disk.policies, disk.settings.ignore)
    network, _ = resolve_offline(policies)
    return len({each.queue_id for each in _but_of_unknown(missing_capacities(network), policies)})


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
