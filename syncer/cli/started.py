"""The name that a command was started with."""

import click

from syncer.program_name import NEUTRAL, ProgramName


def started() -> ProgramName:
    """As ``main.run`` was told; neutral outside of a command."""
    context = click.get_current_context(silent=True)
    return (context and context.find_object(ProgramName)) or NEUTRAL
