"""``sync demo``: the main job, end to end, on the emulator."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from syncer.cli.output import started
from syncer.errors import Interrupted, SyncerError

STOPS = (signal.SIGINT, signal.SIGTERM)

STEPS = (
    ("The policies alone are checked: schema, references, loops, capacity.", "validate"),
    ("They are compared with the live queues; what would change is saved as a plan.", "plan --out {plan}"),
    (
        "Exactly that plan is applied: one locked PUT per queue, sinks first.",
        "apply {plan} --state-dir {state}",
    ),
    (
        "Nothing is left to do, and nobody has changed anything since.",
        "drift --detailed-exitcode --state-dir {state}",
    ),
    ("Every change is in a chain of hashes, which is unbroken.", "audit verify --state-dir {state}"),
)

REPORT = ("What was done: figures, runs, exceptions and changes.", "audit report --state-dir {state}")

VENDOR = "Genesys Cloud itself: backup queues and conditional groups, and a comparison as the lock"
GATEWAY = "A gateway with overflow rules: shares of the load, and etags as the lock"


@click.command(name="demo")
@click.option(
    "--policies",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder of the policies (default: the shipped ones).",
)
def command(policies: Path | None) -> int:
    """Show the main job, end to end, on an emulator: validate, plan, apply, drift, audit.

    First in the form of Genesys Cloud, then with overflow rules; with --policies only the latter.
    It works in a temporary folder and leaves nothing running.
    """
    with _stopped_by_signals(), tempfile.TemporaryDirectory(prefix="syncer-demo-") as work:
        if policies is None:
            _title(VENDOR)
            with _emulator("--dialect", "genesys-cloud") as url:
                first = Path(work, "repository")
                _step("A policy repository is started.", f"init {first} --dialect genesys-cloud", url)
                _go_through(STEPS, Path(work, "first"), first / "policies", url)
            _title(GATEWAY)
        with _emulator() as url:
            _go_through((*STEPS, REPORT), Path(work, "second"), policies or shipped_policies(), url)
    click.echo("Done. The emulator has stopped, and no files are left.")
    return 0


def _title(world: str) -> None:
    click.secho(f"## {world}\n", bold=True, color=_color())


def _go_through(steps: Sequence[tuple[str, str]], work: Path, policies: Path, url: str) -> None:
    """Run the commands; they keep their files in ``work``."""
    work.mkdir()
    places = {"plan": str(work / "plan.json"), "state": str(work / "state")}
    for what, line in steps:
        named = f" --policies {shlex.quote(os.path.relpath(policies))}" if line.split()[0] != "audit" else ""
        _step(what, line.format(**places) + named, url)


def shipped_policies() -> Path:
    """The policies of this checkout, or those inside the package."""
    package = Path(__file__).parent.parent
    inside = package / "emulator" / "policies"
    return inside if inside.is_dir() else package.parent / "policies"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM stop the demo like an error: its processes are killed and its folder is removed."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)  # a second one would interrupt the cleanup
        raise Interrupted("interrupted")

    before = {number: signal.signal(number, stop) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _emulator(*options: str) -> Iterator[str]:
    """An emulator in its own process on a free port, for as long as the demo runs."""
    with _process("emulator", "--port", "0", *options, env=_environment(), stdout=subprocess.PIPE) as process:
        first = process.stdout.readline() if process.stdout else ""
        if not first.startswith("listening on "):
            raise SyncerError("the emulator did not start", hint="Try it alone: syncer emulator --port 0")
        yield first.removeprefix("listening on ").strip()


_AS_STARTED = "import sys; del sys.argv[0]; from syncer.cli.main import main; main()"
"""Runs this program again, under the name in its first argument."""


@contextmanager
def _process(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run this program as a process that never outlives the block, however the block exits."""
    process = None
    try:
        # A signal while the process is being started would leave it running unnoticed, so signals wait.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            program = [sys.executable, "-c", _AS_STARTED, sys.argv[0]]
            process = subprocess.Popen([*program, *arguments], text=True, **options)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        yield process
    finally:
        if process is not None:
            process.kill()
            process.communicate()


def _environment(**more: str) -> dict[str, str]:
    """The environment of the emulator and its commands, without any organization that is set up here."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("GENESYS", "SYNCER"))}
    return {**others, **CREDENTIALS, **more}


CREDENTIALS = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}


def _step(what: str, line: str, url: str) -> None:
    """Run one command as a person would. Raises SyncerError if it fails."""
    arguments = shlex.split(line)
    click.secho(f"# {what}", dim=True, color=_color())
    click.secho(f"$ {started().call} {shlex.join(arguments)}", bold=True, color=_color())
    with _process(*arguments, env=_environment(SYNCER_API_URL=url)) as process:
        code = process.wait()
    click.echo()
    if code != 0:
        raise SyncerError(f"{shlex.join(arguments)} exited with {code}")


def _color() -> bool | None:
    return False if os.environ.get("NO_COLOR") else None
