"""``sync doctor``: check that everything needed is in place."""

from pathlib import Path
from typing import Any

import click

from syncer.app import LiveTarget, PolicySource, doctor
from syncer.cli.options import pick, policies_option, state_option, target_options, telemetry_options
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="doctor")
@policies_option
@target_options
@state_option
@output_options
@telemetry_options
def command(state_dir: Path, **options: Any) -> int:
    """Check the setup: Python, packages, policies, network, credentials, organization, state folder.

    Each line shows what was found and, if there is a problem, what to do. It changes
    nothing.
    """
    terminal = pick_terminal(options)
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    return present("doctor", terminal, lambda: doctor(source, target, state_dir, session=terminal.session))
