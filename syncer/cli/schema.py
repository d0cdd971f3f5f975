"""``sync schema``: the schemas, for editors and other programs."""

import click

from syncer.app import schema, schemas


@click.command(name="schema")
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Print the schema NAME, or the names of all schemas."""
    click.echo("\n".join(schemas()) + "\n" if name is None else schema(name), nl=False)
    return 0
