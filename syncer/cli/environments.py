"""``sync environments``: the environments of the settings, a pipeline for all of them, and its summary."""

import os
from pathlib import Path
from typing import Any

import click

from syncer.app import environments
from syncer.cli.options import folder_option
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal
from syncer.errors import WrongUsage


@click.command(name="environments")
@folder_option
@click.option("--pipeline", is_flag=True, help="Print a GitLab child pipeline for all of them.")
@click.option(
    "--include",
    metavar="REF",
    default="",
    help="Where the pipeline includes its jobs from: local:FILE, or the component with its version.",
)
@click.option(
    "--input",
    "inputs",
    metavar="NAME=VALUE",
    multiple=True,
    help="An input for the jobs of each environment. May be repeated.",
)
@click.option(
    "--summary",
    "kept",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Sum up each environment from the reports that the jobs of the pipeline left in DIR.",
)
@output_options
def command(
    folder: Path, pipeline: bool, include: str, inputs: tuple[str, ...], kept: Path | None, **options: Any
) -> int:
    """List the environments of the settings, for people and for the matrix of a pipeline."""
    if pipeline:
        return _pipeline(folder, include, inputs, kept)
    if include or inputs:
        raise WrongUsage("--include and --input need --pipeline", hint="Add --pipeline.")
    if kept is not None:
        from syncer.app.summary import summary

        wanted = kept
        return present("environments", pick_terminal(options), lambda: summary(folder, wanted))
    return present("environments", pick_terminal(options), lambda: environments(folder))


def _pipeline(folder: Path, include: str, inputs: tuple[str, ...], kept: Path | None) -> int:
    from syncer.app.child_pipeline import child_pipeline

    if kept is not None:
        raise WrongUsage("--pipeline and --summary don't go together", hint="Use one of them.")
    source = os.environ.get("CI_PIPELINE_SOURCE", "")
    click.echo(child_pipeline(folder, include, inputs, source=source), nl=False)
    return 0
