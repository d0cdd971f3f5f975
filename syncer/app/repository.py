"""The files of a policy repository: its initial files, its environments, and whether they are valid."""

from pathlib import Path
from typing import TYPE_CHECKING

from syncer import __version__
from syncer.app.places import PolicySource
from syncer.errors import PoliciesInvalid, WrongUsage
from syncer.report.views import Environments, ReportOf, Validated

if TYPE_CHECKING:
    from syncer.model.policy import PolicyFile
    from syncer.policy.files import Files


def init(folder: Path, dialect: str = "genesys-cloud") -> tuple[Path, ...]:
    """Write the initial files of a policy repository: an example, settings, a pipeline and its requirements.
    Returns their paths.

    ``dialect`` is how the API expresses overflow: ``genesys-cloud`` or ``overflow-rules``.

    Raises Refused if one already exists, and SyncerError if one can't be written: then none is left.
    """
    from syncer.policy.schema import POLICY, SETTINGS, schema_text
    from syncer.starter.requirements import installed_from, requirements
    from syncer.starter.start import start, starting_files

    schemas = {name: schema_text(name) for name in (POLICY, SETTINGS)}
    return start(folder, starting_files(schemas, dialect, requirements(__version__, installed_from)))


def environments(folder: Path) -> ReportOf[Environments]:
    """Return the environments of the settings in ``folder``: an ``Environments``.

    The exit code is 3 if the settings can't be read. Raises ConfigError for an invalid region or URL; it is
    not shown, since it may contain a password.
    """
    from syncer.live.region import refuse_nowhere
    from syncer.model.finding import has_errors
    from syncer.policy.load import load_settings

    loaded = load_settings(folder)
    code = PoliciesInvalid.exit_code if has_errors(loaded.findings) else 0
    known = tuple(settings.environment for settings in loaded.environments.values())
    for each in known:
        refuse_nowhere(each)
    return ReportOf("environments", code, Environments(known), loaded.findings, loaded.sources)


def schemas() -> tuple[str, ...]:
    """The names of the schemas."""
    from syncer.policy.schema import schema_names

    return tuple(schema_names())


def schema(name: str) -> str:
    """Return the text of a schema; ``name`` may omit ``.schema.json``. Raises WrongUsage for an unknown
    one."""
    from syncer.policy.schema import schema_text

    names = schemas()
    short = {known.removesuffix(".schema.json"): known for known in names}
    found = [known for stem, known in short.items() if name in (known, stem)]
    if not found:
        from syncer.model.lookup import did_you_mean

        near = did_you_mean(name.removesuffix(".schema.json"), short)
        raise WrongUsage(f"there is no schema {name}", hint=f"There are: {', '.join(names)}.{near}")
    return schema_text(found[0])


def validate(source: PolicySource, *, cache: Path | None = None) -> ReportOf[Validated]:
    """Check schema, references, loops and capacity over all policies. Needs no network.

    The view is a ``Validated``. If the settings have environments and the source names none, the policies are
    checked in each. The exit code is 3 if a finding is an error. ``cache`` is a folder for results: large
    policies that are unchanged are not checked again. Raises WrongUsage for an environment that the settings
    don't have.
    """
    from syncer.app.verdicts import Verdicts
    from syncer.model.garbage import without_collection
    from syncer.policy.files import files_once

    files = files_once()
    with without_collection():
        if cache is None:
            return _validated(source, files)[0]
        return Verdicts(cache, source).validated(files, lambda files: _validated(source, files))


def _validated(source: PolicySource, files: "Files") -> "tuple[ReportOf[Validated], tuple[PolicyFile, ...]]":
    from syncer.app.verdicts import report_on
    from syncer.checks.references import undescribed_targets
    from syncer.planning.disk import all_environments, check_everywhere, read_disk

    disk = read_disk(source.folder, source.paths, source.environment, files=files)
    findings, headroom = check_everywhere(disk)
    queues = disk.policies.queues
    view = Validated(
        files=len(disk.policies.files),
        queues=len(queues),
        rules=sum(len(queue.rules) for queue in queues if queue.managed),
        headroom=headroom,
        undescribed=undescribed_targets(disk.policies),
        environments=all_environments(disk),
    )
    checked = len(disk.policies.files)
    return report_on(view, findings, disk.sources), (*disk.files[checked:], *disk.files[:checked])
