"""The files of a policy repository: its beginning, its environments, the schemas that its editors use."""

from pathlib import Path

from syncer.errors import PoliciesInvalid, WrongUsage
from syncer.report.views import Environments, ReportOf


def init(folder: Path) -> tuple[Path, ...]:
    """Write the first files of a policy repository: an example, settings, a pipeline. Returns their paths.

    Raises Refused where one is there already, and SyncerError where one can't be written: then there is none.
    """
    from syncer.policy.schema import POLICY, SETTINGS, schema_text
    from syncer.starter.start import start, starting_files

    return start(folder, starting_files({name: schema_text(name) for name in (POLICY, SETTINGS)}))


def environments(folder: Path) -> ReportOf[Environments]:
    """The environments that the settings in ``folder`` know: an ``Environments``.

    The exit code is 3 where the settings can't be read. Raises ConfigError for a region or URL that leads
    nowhere; it is not shown, as it may hold a password.
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
    """The text of a schema; ``name`` may leave ``.schema.json`` out. Raises WrongUsage for any other."""
    from syncer.policy.schema import schema_text

    names = schemas()
    found = [known for known in names if name in (known, known.removesuffix(".schema.json"))]
    if not found:
        raise WrongUsage(f"there is no schema {name}", hint=f"There are: {', '.join(names)}")
    return schema_text(found[0])
