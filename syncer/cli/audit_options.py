"""Options that say which part of the audit trail is meant."""

from typing import Any

import click

from syncer.cli.options import Decorator, together


def _globs(option: str, parameter: str, metavar: str, what: str) -> Decorator[Any]:
    return click.option(
        option,
        parameter,
        metavar=metavar,
        multiple=True,
        help=f"Only {what}: exactly, or a glob. May be repeated.",
    )


scope_options: Decorator[Any] = together(
    click.option(
        "--since",
        default="",
        metavar="TIME",
        help="From this moment on: RFC 3339, a date (midnight UTC), or 7d or 24h back from now.",
    ),
    click.option("--until", default="", metavar="TIME", help="Up to this moment, and without it."),
    _globs("--env", "environments", "NAME", "what was done in this environment"),
    _globs("--organization", "organizations", "NAME", "what was done in this organization, by id or name"),
    _globs("--queue", "queues", "NAME", "changes of this queue, by id or name, and their runs"),
    _globs("--user", "users", "NAME", "what this person ran"),
    _globs("--status", "statuses", "STATUS", "what ended so, such as failed or refused"),
    _globs("--action", "actions", "ACTION", "what was done so, such as DELETE_*"),
    _globs("--override", "overrides", "OPTION", "what was done with this limit overridden"),
    click.option(
        "--sample", type=click.IntRange(min=1), metavar="N", help="Draw so many of the changes that fit."
    ),
    click.option(
        "--seed", type=click.IntRange(min=0), metavar="N", help="Draw the sample that this seed gives."
    ),
)
