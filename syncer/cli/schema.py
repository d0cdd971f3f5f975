"""``sync schema``: the schemas, for editors and other programs."""

import click


@click.command(name="schema")
@click.argument("name", required=False)
def command(name: str | None) -> int:
    """Print the schema NAME, or the names of all schemas."""
    from syncer.errors import WrongUsage
    from syncer.policy.schema import schema_names, schema_text

    names = schema_names()
    if name is None:
        click.echo("\n".join(names))
        return 0
    found = [known for known in names if name in (known, known.removesuffix(".schema.json"))]
    if not found:
        raise WrongUsage(f"there is no schema {name}", hint=f"There are: {', '.join(names)}")
    click.echo(schema_text(found[0]), nl=False)
    return 0
