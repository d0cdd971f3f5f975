"""``sync apply``: make live what the policies say."""

from pathlib import Path
from typing import Any

import click

from syncer.cli.options import (
    Output,
    Source,
    Target,
    output_options,
    pick,
    policies_option,
    state_option,
    target_options,
)
from syncer.cli.present import present
from syncer.cli.running import Running

OVERRIDES = {
    "allow_mass_change": "More changes or deletions than the settings allow in one run.",
    "allow_protected": "Changes of protected queues.",
    "allow_frozen": "Changes in a freeze window.",
    "allow_delete": "Deletions where the settings forbid them.",
}


def _overrides(function: Any) -> Any:
    for name, text in reversed(OVERRIDES.items()):
        function = click.option("--" + name.replace("_", "-"), name, is_flag=True, help=text)(function)
    return function


@click.command(name="apply")
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@policies_option
@target_options
@state_option
@click.option("--auto-approve", is_flag=True, help="Don't ask. Needed where nobody sits at a terminal.")
@click.option("--parallel", type=click.IntRange(1, 64), default=4, show_default=True, help="PUTs at once.")
@click.option("--lock-timeout", type=click.FloatRange(0), default=0.0, help="Seconds to wait for another.")
@click.option("--require-etag", is_flag=True, help="Refuse where live has no etags to lock with.")
@click.option("--max-age", type=click.FloatRange(0), help="Refuse a plan older than this many minutes.")
@click.option(
    "--on-cut-off",
    type=click.Choice(["continue", "stop"]),
    default="continue",
    show_default=True,
    help="What to do after closing a run that was cut off before.",
)
@click.option(
    "--audit-head", type=click.Path(path_type=Path, dir_okay=False), help="Write the audit head here."
)
@_overrides
@output_options
def command(**options: Any) -> int:
    """Make live what the policies say: one locked PUT a queue, sinks first, journalled and audited.

    With a PLAN that sync plan saved, exactly that is applied, or nothing where policies or live have moved.
    Without one a plan is made, shown, and applied once you agree.
    """
    from syncer.cli.applying import apply

    target, output = pick(Target, options), pick(Output, options)
    source = Source(policies=options.pop("policies"))
    overrides = tuple("--" + name.replace("_", "-") for name in OVERRIDES if options.pop(name))
    running = Running(overrides=overrides, **options)
    return present("apply", output, lambda: apply(source, target, running, output))
