"""``sync environments``: the organisations that the settings know."""

from pathlib import Path
from typing import Any

import click

from syncer.cli.options import Output, folder_option, output_options, pick
from syncer.cli.present import present
from syncer.errors import PoliciesInvalid
from syncer.report.views import Environments, Report


@click.command(name="environments")
@folder_option
@output_options
def command(policies: Path, **options: Any) -> int:
    """List the environments of the settings: for people, and for the matrix of a pipeline."""
    return present("environments", pick(Output, options), lambda: environments(policies))


def environments(policies: Path) -> Report:
    """Read the settings; the exit code is 3 where they can't be read.

    Raises ConfigError for a region or URL that leads nowhere; it is not shown, as it may hold a password.
    """
    from syncer.live.region import refuse_nowhere
    from syncer.model.finding import has_errors
    from syncer.policy.load import load_settings

    loaded = load_settings(policies)
    code = PoliciesInvalid.exit_code if has_errors(loaded.findings) else 0
    known = tuple(settings.environment for settings in loaded.environments.values())
    for each in known:
        refuse_nowhere(each)
    view = Environments(known)
    return Report("environments", code, view, loaded.findings, loaded.sources)
