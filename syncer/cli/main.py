"""The program: it finds the command, runs it, and turns the result into an exit code."""

import gc
import io
import os
import signal
import sys
from importlib import import_module

import click

from syncer import __version__
from syncer.cli.examples import epilog
from syncer.errors import Interrupted, SyncerError, WrongUsage, explained, is_interrupt
from syncer.program_name import NEUTRAL, ProgramName, started_as
from syncer.report.escape import plain

SECTIONS = {
    "Get started": {
        "init": "Start a policy repository: an example, settings, a pipeline.",
        "doctor": "Check the setup, and show what to fix: network, credentials, organization, files.",
        "export": "Write policies from the live queues.",
        "measure": "Measure loads and capacities with analytics, and write them into the policies.",
        "environments": "List the environments of the settings, or print a pipeline for them.",
    },
    "Change": {
        "validate": "Check policies: schema, references, loops, capacity. Needs no network.",
        "plan": "Show what would change in the live queues, checked as a whole; save it as a plan.",
        "simulate": "Show what happens if loads grow, a queue fails or a plan is applied.",
        "show": "Show a saved plan, a JSON report or an audited run again. Needs no network.",
        "comment": "Show a plan, or the result of its apply, as a note on the merge request.",
        "apply": "Apply a plan: one locked PUT per queue, sinks first, journaled and audited.",
        "drift": "Show where the live queues differ from the policies.",
    },
    "In an incident": {
        "status": "Show what is going on: loops, holds, freezes, and runs with how to undo them.",
        "into": "Show what overflows into a queue now, directly and through other queues.",
        "stop": "Stop overflow into a queue now, managed or not, and keep it off.",
        "rollback": "Undo a run, from the images in its audit.",
    },
    "Look up": {
        "audit": "Show, verify, export or report on the audit trail.",
        "graph": "Draw the overflow network of the policies, the live queues, or a plan.",
        "explain": "Explain what a finding means and what to do about it.",
        "schema": "Print a schema, for editors and other programs.",
    },
    "Try it": {
        "demo": "Show the main job, end to end, on the emulator.",
        "emulator": "Serve a local queue API, for demonstrations and tests.",
    },
}
"""Commands with their one-line help, by the situation in which they are needed."""

COMMANDS = {name: line for section in SECTIONS.values() for name, line in section.items()}

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
"""Help is as wide as the terminal, up to the width at which lines become hard to read."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is run, with the one-line help of each built in."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the sections."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the command, and add its examples to its help."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"syncer.cli.{cmd_name}").command
        command.epilog = (ctx.find_object(ProgramName) or NEUTRAL).spoken(epilog(cmd_name))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command if the name is unknown."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            from syncer.model.lookup import did_you_mean

            ctx.fail(f"No such command {args[0]!r}.{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by section, without importing any of them."""
        widest = max(map(len, COMMANDS))
        for section, commands in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name.ljust(widest), line) for name, line in commands.items()])


@click.group(cls=LazyGroup, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="syncer")
def cli() -> None:
    """Declarative GitOps for contact-center queue overflow in Genesys Cloud."""


def main() -> None:
    """The console script: runs the command line and exits."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = run(sys.argv[1:], started_as(sys.argv[0], COMMANDS))
    except KeyboardInterrupt:  # another one, while the first was being reported
        code = Interrupted.exit_code
    # Everything is done and reported: a signal now would only change the exit code.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    gc.freeze()  # the remaining objects needn't be searched for cycles again
    sys.exit(code)


def _open_closed_streams() -> None:
    """Replace closed standard streams: a program that is started with one must not fail for it."""
    sys.stdin = sys.stdin or io.StringIO()
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()


def run(arguments: list[str], program: ProgramName = NEUTRAL) -> int:
    """Run the command line and return its exit code; errors are shown on stderr, never as a traceback.

    Help and hints use the name in ``program``.
    """
    try:
        code = cli.main(arguments, prog_name=program.name, standalone_mode=False, obj=program)
        return code if isinstance(code, int) else 0
    except click.NoSuchOption as error:
        from syncer.cli.near_options import with_near_options

        with_near_options(error).show()
        return WrongUsage.exit_code
    except click.ClickException as error:
        error.show()
        return WrongUsage.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _report(Interrupted("interrupted"), program)
    except SyncerError as error:
        return _report(error, program)
    except OSError as error:
        # Errors of files name the file; the others are those of the standard streams.
        return _unexpected(error, program) if error.filename else _not_written(error)
    except Exception as error:
        if is_interrupt(error):
            return _report(Interrupted("interrupted"), program)
        return _unexpected(error, program)


def _report(error: SyncerError, program: ProgramName = NEUTRAL) -> int:
    hint = plain(program.spoken(error.hint))
    click.echo(f"error: {plain(error.message)}\n  {hint}".rstrip(), err=True)
    return error.exit_code


def _unexpected(error: Exception, program: ProgramName) -> int:
    """A defect of the program itself: reported in one line, with a traceback on demand."""
    if os.environ.get("SYNCER_TRACEBACK"):
        raise error
    return _report(explained(error), program)


def _not_written(error: OSError) -> int:
    """The output can't be written. (If the reader of a pipe is gone, click exits silently.)"""
    # The interpreter must not fail again at exit on the output that is left.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _report(SyncerError(f"the output can't be written: {error.strerror or error}"))
