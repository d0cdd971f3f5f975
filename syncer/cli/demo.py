"""``sync demo``: the main job, end to end, on the emulator."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
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
    ("They are compared with live; what would change is saved as a plan.", "plan --out {plan}"),
    ("Exactly that is applied: one locked PUT a queue, sinks first.", "apply {plan} --state-dir {state}"),
    (
        "Nothing is left to do, and nobody changed anything since.",
        "drift --detailed-exitcode --state-dir {state}",
    ),
    ("Every change stands in a chain of hashes, which is whole.", "audit verify --state-dir {state}"),
    ("What was done, how well, how fast, at what cost.", "audit report --state-dir {state}"),
)


@click.command(name="demo")
@click.option(
    "--policies", type=click.Path(path_type=Path), help="Folder of the policies (those that are shipped)."
)
def command(policies: Path | None) -> int:
    """Show the main job, end to end, on an emulator: validate, plan, apply, drift, audit.

    Works in a temporary folder, and leaves nothing running.
    """
    folder = policies or shipped_policies()
    with (
        _stopped_by_signals(),
        tempfile.TemporaryDirectory(prefix="syncer-demo-") as work,
        _emulator() as url,
    ):
        places = {"plan": f"{work}/plan.json", "state": f"{work}/state"}
        for what, line in STEPS:
            _step(what, line.format(**places), folder, url)
    click.echo("Done. The emulator has stopped; nothing is left behind.")
    return 0


def shipped_policies() -> Path:
    """The policies of this checkout, or those inside the package."""
    package = Path(__file__).parent.parent
    inside = package / "emulator" / "policies"
    return inside if inside.is_dir() else package.parent / "policies"


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the demonstration like an error: its processes are ended, the folder removed."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)  # a second one would end the clearing up
        raise Interrupted("interrupted")

    before = {number: signal.signal(number, stop) for number in STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _emulator() -> Iterator[str]:
    """An emulator of its own process on a free port, for the time of the demonstration."""
    with _process("emulator", "--port", "0", env=_environment(), stdout=subprocess.PIPE) as process:
        first = process.stdout.readline() if process.stdout else ""
        if not first.startswith("listening on "):
            raise SyncerError("the emulator did not start", hint="Try it alone: syncer emulator --port 0")
        yield first.removeprefix("listening on ").strip()


_AS_STARTED = "import sys; del sys.argv[0]; from syncer.cli.main import main; main()"
"""This program once more, by the name that stands first in its arguments."""


@contextmanager
def _process(*arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """This program as a process, which does not outlive the block, whatever ends that."""
    process = None
    try:
        # A signal that comes while the process is made would leave one that nobody knows: it has to wait.
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
    """What the emulator and its commands are told: nothing about an organisation that is set up here."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("GENESYS", "SYNCER"))}
    return {**others, **CREDENTIALS, **more}


CREDENTIALS = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}


def _step(what: str, line: str, policies: Path, url: str) -> None:
    """Run one command as a person would, and stop where it does not end well."""
    needs_policies = line.split()[0] in ("validate", "plan", "apply", "drift")
    arguments = [*shlex.split(line), *(["--policies", os.path.relpath(policies)] if needs_policies else [])]
    color = False if os.environ.get("NO_COLOR") else None
    click.secho(f"# {what}", dim=True, color=color)
    click.secho(f"$ {started().call} {shlex.join(arguments)}", bold=True, color=color)
    with _process(*arguments, env=_environment(SYNCER_API_URL=url)) as process:
        code = process.wait()
    click.echo()
    if code != 0:
        raise SyncerError(f"{shlex.join(arguments)} ended with exit code {code}")
