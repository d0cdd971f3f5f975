"""``sync stop``: stop overflow into a queue now, and keep it off."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from syncer.app import (
    LiveTarget,
    PolicySource,
    Report,
    RunOptions,
    Session,
    StopOptions,
    expire,
    extend,
    join,
    lift,
    stop,
    stop_loops,
    stops,
)
from syncer.app.places import MAX_PARALLEL
from syncer.cli.completion import complete_queues
from syncer.cli.duration import seconds
from syncer.cli.options import (
    TimeSpan,
    pick,
    policies_option,
    policy_set_option,
    record_option,
    state_option,
    target_options,
    telemetry_options,
)
from syncer.cli.present import present
from syncer.cli.report_options import output_options
from syncer.cli.terminal import pick_terminal
from syncer.errors import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable

_ALONE = ("listed", "expired", "loops", "file")


@click.command(name="stop")
@click.argument("queue", metavar="[TARGET]", required=False, default="", shell_complete=complete_queues)
@click.option(
    "--from",
    "sources",
    metavar="QUEUE",
    multiple=True,
    shell_complete=complete_queues,
    help="Stop only overflow from this queue. May be repeated.",
)
@click.option(
    "--for",
    "seconds",
    metavar="TIME",
    callback=seconds,
    help="How long, such as 2h (default: until it is lifted).",
)
@click.option("--reason", metavar="TEXT", default="", help="Reason for the stop, for the audit.")
@click.option("--ticket", metavar="TICKET", default="", help="Ticket of the stop, for the audit.")
@click.option("--loops", is_flag=True, help="Instead of TARGET: break the loops in the live queues.")
@click.option("--list", "listed", is_flag=True, help="List the stops that are in force.")
@click.option(
    "--extend", "longer", is_flag=True, help="Extend the stop of TARGET: it lasts --for this long from now."
)
@click.option(
    "--lift", "lifted", is_flag=True, help="Lift the stop of TARGET: restore the overflow that it turned off."
)
@click.option("--no-restore", is_flag=True, help="With --lift: only end the hold, and send nothing.")
@click.option("--expire", "expired", is_flag=True, help="Lift every stop that has expired.")
@click.option(
    "--join",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Add the entries of a file written by --undo to the trail.",
)
@click.option(
    "--undo",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep entries and images in this file instead of the state folder.",
)
@policies_option
@policy_set_option
@target_options
@state_option
@record_option
@click.option("--auto-approve", is_flag=True, help="Don't ask for approval. Needed without a terminal.")
@click.option(
    "--parallel", type=click.IntRange(1, MAX_PARALLEL), default=4, show_default=True, help="PUTs at a time."
)
@click.option(
    "--lock-timeout",
    metavar="SECONDS",
    type=TimeSpan(),
    default=0.0,
    help="How long to wait for another run to finish.",
)
@click.option(
    "--audit-head", type=click.Path(path_type=Path, dir_okay=False), help="Write the audit head to this file."
)
@output_options
@telemetry_options
def command(queue: str, **options: Any) -> int:
    """Stop all overflow into the queue TARGET, whether its rules are managed or not, until it is lifted.

    It reads the live queues alone, turns off rules and backup queues that move contacts, and touches nothing
    else. It needs neither policies nor a state folder. Plan, apply and drift respect the stop.
    """
    terminal = pick_terminal(options)
    source, target = pick(PolicySource, options), pick(LiveTarget, options)
    wanted = pick(StopOptions, options)
    run = replace(pick(RunOptions, options), ticket=wanted.ticket, reason=wanted.reason)
    asked = [name for name in ("loops", "listed", "longer", "lifted", "expired", "file") if options[name]]
    verb = asked[0] if asked else ""
    if len(asked) > 1 or bool(queue) == (verb in _ALONE):
        raise WrongUsage(
            "name one queue, or use one of --loops, --list, --expire and --join FILE",
            hint='For example: syncer stop "Tier 2" --for 2h --reason "INC-4711: flooded"',
        )
    work: dict[str, Callable[[Session], Report]] = {
        "": lambda session: stop(queue, source, target, wanted, run, session=session),
        "loops": lambda session: stop_loops(source, target, wanted, run, session=session),
        "listed": lambda session: stops(wanted, run, source, target, session=session),
        "longer": lambda session: extend(queue, wanted, run, source, target, session=session),
        "lifted": lambda session: lift(queue, source, target, wanted, run, session=session),
        "expired": lambda session: expire(source, target, wanted, run, session=session),
        "file": lambda session: join(options["file"], run, source, target, session=session),
    }
    written = wanted.undo or run.audit_head
    return present("stop", terminal, lambda: work[verb](terminal.session), written, sends=verb != "listed")
