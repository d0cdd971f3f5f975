"""The program: finds the command that was named, runs it, and turns whatever happens into an exit code."""

import io
import os
import sys
from importlib import import_module

import click

from syncer import __version__
from syncer.errors import Interrupted, SyncerError, WrongUsage
from syncer.report.escape import plain

COMMANDS = {
    "validate": "Check policies: schema, references, loops, capacity. Needs no network.",
    "plan": "Show what would change live, checked over the whole set; save it as a plan.",
    "apply": "Apply a plan: one locked PUT a queue, sinks first, journalled and audited.",
    "rollback": "Undo a run, from the images that its audit holds.",
    "drift": "Show where live and the policies differ.",
    "audit": "Show, verify or add up the audit trail.",
    "schema": "Print a schema, for editors and other programs.",
    "emulator": "Serve a local queue API, for demonstrations and tests.",
    "demo": "The main job, end to end, on the emulator.",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is run, and knows the one-line help of each by heart."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of the story."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of the command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"syncer.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="syncer")
def cli() -> None:
    """Declarative GitOps for contact-center queue overflow in Genesys Cloud."""


def main() -> None:
    """The console script: runs the command line and exits."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are shown on stderr, never as a traceback."""
    try:
        code = cli.main(arguments, prog_name="sync", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return WrongUsage.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return Interrupted.exit_code
    except SyncerError as error:
        click.echo(f"error: {plain(error.message)}\n  {error.hint}".rstrip(), err=True)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read the output has gone; the interpreter must not stumble over it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    """A defect of the program itself: said in one line, shown whole on demand."""
    if os.environ.get("SYNCER_TRACEBACK"):
        raise error
    what = plain(f"{type(error).__name__}: {error}")
    click.echo(f"error: this is a defect of syncer: {what}", err=True)
    click.echo("  Please report it, with what SYNCER_TRACEBACK=1 shows.", err=True)
    return 1
