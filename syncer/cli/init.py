"""``sync init``: the first files of a policy repository."""

import sys
from pathlib import Path

import click

from syncer.app import init
from syncer.cli.choice import Choice
from syncer.cli.output import started
from syncer.report.escape import plain

DIALECTS = ("genesys-cloud", "overflow-rules")
"""Dialects with an example; the first is that of Genesys Cloud itself."""

WHICH = """What does your organization use?
  genesys-cloud    Genesys Cloud itself: backup queues and conditional groups
  overflow-rules   a gateway with overflow rules in percent, and etags
Dialect"""

NEXT = """Next{there}:
  1. {call} validate   # the files alone; needs no network
  2. {call} doctor     # network, credentials, organization; shows what to fix
  3. {call} plan       # shows what would change; only reads
In .gitlab-ci.yml, set where syncer is and your region. If the tool is a comment in requirements.txt, set it
and its hash there. README.md explains more."""


@click.command(name="init")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--dialect",
    type=Choice(DIALECTS),
    help="Dialect of the example. At a terminal you are asked; otherwise it is genesys-cloud.",
)
def command(folder: Path, dialect: str | None) -> int:
    """Start a policy repository in DIR (the current folder): an example, settings, a pipeline.

    Nothing is ever overwritten: if one of the files already exists, nothing is written at all.
    """
    written = init(folder, dialect or _asked())
    for path in written:
        click.echo(f"  {plain(path.as_posix())}")
    click.echo(f"written: {len(written)} files")
    there = "" if folder == Path() else f", in {plain(folder.as_posix())}"
    click.echo(NEXT.format(there=there, call=started().call))
    return 0


def _asked() -> str:
    """Ask for the dialect at a terminal; without a terminal, return the first."""
    if not sys.stdin.isatty():
        return DIALECTS[0]
    one = Choice(DIALECTS)
    answer: str = click.prompt(WHICH, type=one, default=DIALECTS[0], show_choices=False, err=True)
    return answer
