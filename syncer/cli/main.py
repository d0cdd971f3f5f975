"""The program: finds the command that was named, runs it, and turns whatever happens into an exit code."""

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
        "doctor": "Check the set-up, and say what to do: network, credentials, live, files.",
        "export": "Write policies out of what live has.",
        "measure": "Write loads and capacities out of analytics into the policies.",
        "environments": "List the organizations that the settings know.",
    },
    "Change": {
        "validate": "Check policies: schema, references, loops, capacity. Needs no network.",
        "plan": "Show what would change live, checked over the whole set; save it as a plan.",
        "simulate": "Show what would be: loads grow, a queue goes out of service, a plan is applied.",
        "show": "Show a saved plan, a JSON report or a run of the audit again. Needs no network.",
        "comment": "Show a plan, or what became of it, as a note on its merge request.",
        "apply": "Apply a plan: one locked PUT a queue, sinks first, journalled and audited.",
        "drift": "Show where live and the policies differ.",
    },
    "In an incident": {
        "status": "Show what is going on: loops, holds, freezes, runs, and how the last are undone.",
        "into": "Show what overflows into a queue now, directly and through others.",
        "stop": "End overflow into a queue now, whoever manages it, and hold that.",
        "rollback": "Undo a run, from the images that its audit holds.",
    },
    "Look up": {
        "audit": "Show, verify, export or report the audit trail.",
        "graph": "Draw the overflow network: of the policies, of live, or of a plan, before and after.",
        "explain": "Say what a finding means, and what to do about it.",
        "schema": "Print a schema, for editors and other programs.",
    },
    "Try it": {
        "demo": "The main job, end to end, on the emulator.",
        "emulator": "Serve a local queue API, for demonstrations and tests.",
    },
}
"""Commands with their one-line help, by the occasion on which they are needed."""

COMMANDS = {name: line for section in SECTIONS.values() for name, line in section.items()}

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
"""Help is as wide as the terminal, up to where lines are hard to follow."""


class LazyGroup(click.Group):
    """A group that imports a command when it is run, and knows the one-line help of each by heart."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the story."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the command; its help ends with examples."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"syncer.cli.{cmd_name}").command
        command.epilog = (ctx.find_object(ProgramName) or NEUTRAL).spoken(epilog(cmd_name))
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command where there is none of the name that was given."""
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
    # All is done and reported: a signal that comes now changes nothing but the exit code.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    gc.freeze()  # what is left needn't be walked through for circles once more
    sys.exit(code)


def _open_closed_streams() -> None:
    """Whoever starts a program with a closed stream wants to hear nothing; that is no reason to fail."""
    sys.stdin = sys.stdin or io.StringIO()
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()


def run(arguments: list[str], program: ProgramName = NEUTRAL) -> int:
    """Run the command line and return its exit code; errors are shown on stderr, never as a traceback.

    Help and hints call the program by ``program``.
    """
    try:
        code = cli.main(arguments, prog_name=program.name, standalone_mode=False, obj=program)
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return WrongUsage.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(Interrupted("interrupted"), program)
    except SyncerError as error:
        return _say(error, program)
    except OSError as error:
        # Errors of files name the file; what is left are the standard streams.
        return _unexpected(error, program) if error.filename else _not_written(error)
    except Exception as error:
        if is_interrupt(error):
            return _say(Interrupted("interrupted"), program)
        return _unexpected(error, program)


def _say(error: SyncerError, program: ProgramName = NEUTRAL) -> int:
    hint = plain(program.spoken(error.hint))
    click.echo(f"error: {plain(error.message)}\n  {hint}".rstrip(), err=True)
    return error.exit_code


def _unexpected(error: Exception, program: ProgramName) -> int:
    """A defect of the program itself: said in one line, shown whole on demand."""
    if os.environ.get("SYNCER_TRACEBACK"):
        raise error
    return _say(explained(error), program)


def _not_written(error: OSError) -> int:
    """The output can't be written. (Where the reader of a pipe has gone, click ends without a word.)"""
    # The interpreter must not stumble over what is left of the output once more at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _say(SyncerError(f"the output can't be written: {error.strerror or error}"))
