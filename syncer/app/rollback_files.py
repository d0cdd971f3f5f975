"""What a rollback reads of the current files: settings and capacities, if they can be read.

A run is undone from the trail: a broken policy file, or a missing folder, doesn't refuse it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncer.model.finding import has_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncer.app.places import PolicySource
    from syncer.model.finding import Finding
    from syncer.planning.disk import OnDisk
    from syncer.policy.load import LoadedSettings


@dataclass(frozen=True, slots=True)
class FilesForUndo:
    """The files on disk, without errors; ``warnings`` name what could not be read."""

    disk: OnDisk
    warnings: tuple[str, ...] = ()


def files_for_undo(source: PolicySource) -> FilesForUndo:
    """Read what can be read.

    Raises WrongUsage if the settings could be read and have no such environment.
    """
    from syncer.planning.disk import OnDisk, environment_of
    from syncer.policy.load import load_policies
    from syncer.resolving.overrides import override

    loaded_settings = _settings(source)
    readable = not has_errors(loaded_settings.findings)
    settings = loaded_settings.settings
    known, name = loaded_settings.environments, source.environment
    if name in known or (name and readable and source.folder.is_dir()):
        settings = environment_of(known, name)
    elif name:
        settings = replace(settings, environment=replace(settings.environment, name=name))
    if not readable:  # nobody knows whether it is production
        settings = replace(settings, environment=replace(settings.environment, production=True))
    loaded = load_policies(source.paths or (source.folder,))
    own = override(loaded.policies, settings.environment, whole=False)
    disk = OnDisk(
        policies=own.policies,
        settings=settings,
        files=(*loaded.policies.files, *loaded_settings.files),
        findings=(),
        sources={**loaded_settings.sources, **loaded.sources},
        paths=tuple(path.as_posix() for path in source.paths),
        environments=loaded_settings.environments,
    )
    found = (*_about("settings", loaded_settings.findings), *_about("policies", loaded.findings))
    return FilesForUndo(disk, found)


def _settings(source: PolicySource) -> LoadedSettings:
    from syncer.policy.load import load_settings

    return load_settings(source.folder)


_THEN = {
    "settings": "defaults are used, and which queues are protected is not known",
    "policies": "the capacities and loads in them are not known",
}


def _about(what: str, findings: Sequence[Finding]) -> Iterator[str]:
    """One warning for everything that was wrong with the settings, or the policies."""
    errors = [finding for finding in findings if finding.refuses]
    if errors:
        first, more = errors[0], f" (and {len(errors) - 1:,} more)" if len(errors) > 1 else ""
        at = f"{first.position.file}:{first.position.line}: " if first.position else ""
        yield f"the {what} can't be read: {at}{first.message}{more}. The rollback continues: {_THEN[what]}"
