"""``sync explain``: what a finding means, and what to do about it."""

from typing import Any

import click

from syncer.app import explain
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal


@click.command(name="explain")
@click.argument("finding", metavar="[ID]", required=False, default="")
@output_options
def command(finding: str, **options: Any) -> int:
    """Explain the finding ID, such as capacity.exceeded: what it means and what to do. Needs no network.

    A part such as capacity, or a glob, explains all findings that match. Without ID, all are listed.
    """
    return present("explain", pick_terminal(options), lambda: explain(finding))
