"""``sync init``: the first files of a policy repository."""

from pathlib import Path

import click

from syncer.app import init
from syncer.cli.output import started
from syncer.report.escape import plain

NEXT = """Next{there}:
  1. {call} validate   # the files alone; needs no network
  2. {call} doctor     # network, credentials, live: each line says what to do
  3. {call} plan       # what would change live; only reads
In .gitlab-ci.yml set where syncer is, and your region; README.md says more."""


@click.command(name="init")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
def command(folder: Path) -> int:
    """Start a policy repository in DIR (the current folder): an example, settings, a pipeline.

    Nothing is ever overwritten: where a file is there already, nothing is written at all.
    """
    written = init(folder)
    for path in written:
        click.echo(f"  {plain(path.as_posix())}")
    click.echo(f"written: {len(written)} files")
    there = "" if folder == Path() else f", in {plain(folder.as_posix())}"
    click.echo(NEXT.format(there=there, call=started().call))
    return 0
