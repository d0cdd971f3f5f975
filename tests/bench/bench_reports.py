"""How large reports are, and what it takes to make them, where much changes or is found.

``python -m tests.bench.bench_reports [--queues 10000] [--entries 100000] [--shapes findings,loop]``

Prints bytes, MiB and seconds of whole processes for each kind of organization, command and format, and for
an audit trail. It judges nothing.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from syncer.emulator.loading import load_data, load_surroundings
from syncer.emulator.server import Emulator
from tests.bench.processes import SYNCER, Command, calling, measured
from tests.bench.shapes import SHAPES
from tests.bench.trails import write_trail

FORMATS: Final = ("text", "markdown", "html", "json", "junit", "sarif", "gitlab-codequality", "github")
COMMANDS: Final = {
    "validate": ("validate",),
    "plan": ("plan", "--out", "plan.json"),
    "show": ("show", "plan.json"),
    "drift": ("drift",),
}
AUDIT: Final = (("audit", "verify"), ("audit", "report"), ("audit", "show"))


def main() -> None:
    """Print the tables."""
    wanted = _wanted()
    print(f"{'shape':<12}{'command':<14}{'format':<20}{'bytes':>12}{'MiB':>6}{'s':>7}")
    for shape in wanted.shapes:
        with tempfile.TemporaryDirectory() as name:
            for line in reports(shape, Path(name), wanted.queues):
                print(line, flush=True)
    with tempfile.TemporaryDirectory() as name:
        write_trail(Path(name) / ".syncer", wanted.entries)
        for line in trails(Path(name)):
            print(line, flush=True)


def reports(shape: str, folder: Path, queues: int) -> Iterator[str]:
    """A line for each command and format over an organization of this shape."""
    SHAPES[shape](folder, queues)
    live = folder / "live.json"
    beside = load_surroundings(live)
    with Emulator(queues=load_data(live), surroundings=beside, rate_limit=1_000_000) as emulator:
        environ = calling(emulator.url) | {"CI": "true"}
        for name, arguments in COMMANDS.items():
            for format_ in FORMATS:
                yield _line(shape, name, format_, Command(arguments, folder, environ))


def trails(folder: Path) -> Iterator[str]:
    """A line for each command and format over an audit trail."""
    for arguments in AUDIT:
        for format_ in ("text", "json", "html"):
            yield _line("trail", " ".join(arguments), format_, Command(arguments, folder))


def _line(shape: str, name: str, format_: str, command: Command) -> str:
    out = command.folder / "report"
    whole = (*SYNCER, *command.arguments, "--format", format_, "--output", str(out))
    seconds, peak = measured(Command(whole, command.folder, command.environ))
    return f"{shape:<12}{name:<14}{format_:<20}{out.stat().st_size:>12,}{peak:>6.0f}{seconds:>7.2f}"


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--queues", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--shapes", type=lambda text: text.split(","), default=list(SHAPES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
