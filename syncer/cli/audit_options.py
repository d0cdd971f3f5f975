"""Options that select a part of the audit trail."""

from typing import Any

import click

from syncer.cli.options import Decorator, together


def _globs(option: str, parameter: str, metavar: str, what: str) -> Decorator[Any]:
    return click.option(
        option,
        parameter,
        metavar=metavar,
        multiple=True,
        help=f"Only {what}; exact or a glob. May be repeated.",
    )


scope_options: Decorator[Any] = together(
    click.option(
        "--since",
        default="",
        metavar="TIME",
        help="From this time on: RFC 3339, a date (midnight UTC), or 7d or 24h back from now.",
    ),
    click.option("--until", default="", metavar="TIME", help="Up to but not including this time."),
    _globs("--env", "environments", "NAME", "entries of this environment"),
    _globs("--organization", "organizations", "NAME", "entries of this organization, by id or name"),
    _globs("--queue", "queues", "NAME", "changes to this queue, by id or name, and their runs"),
    _globs("--user", "users", "NAME", "runs of this person"),
    _globs("--status", "statuses", "STATUS", "runs and changes with this status, such as failed or refused"),
    _globs("--action", "actions", "ACTION", "changes with this action, such as DELETE_*"),
    _globs("--override", "overrides", "OPTION", "runs that overrode this limit"),
    click.option(
        "--sample",
        type=click.IntRange(min=1),
        metavar="N",
        help="Draw a sample of this many of the matching changes.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        metavar="N",
        help="Seed of the sample: the same seed draws the same sample.",
    ),
)
