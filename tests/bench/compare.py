"""Two commits of the program in turn, so that a change which costs a tenth is seen.

``python -m tests.bench.compare BASE [--size 10000] [--rounds 7]`` (``make bench-compare BASE=main``) pairs
the working tree with the commit BASE, on the same generated organization, and prints for each command the
least, median and most of the ratios of processor seconds, and of the most memory. It judges nothing.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.bench_processes import ANEW, live, no_bounds
from tests.bench.organizations import write_policies
from tests.bench.processes import SYNCER, Command, calling, in_turn

ROOT: Final = Path(__file__).parents[2]
COMMANDS: Final = {
    "--help": ["--help"],
    "validate": ["validate"],
    "plan": ["plan", "--out", "plan.json"],
    "show": ["show", "plan.json"],
}


def main() -> None:
    """Print a line for each command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "base"
        _git("worktree", "add", "--quiet", "--detach", str(base), wanted.base)
        try:
            compare(base, wanted.size, wanted.rounds)
        finally:
            _git("worktree", "remove", "--force", str(base))


def compare(base: Path, size: int, rounds: int) -> None:
    """Measure this tree against the one at ``base``."""
    print(f"{'command':<10}{'least':>8}{'median':>8}{'most':>8}{'memory':>8}   of base, {size:,} queues")
    with tempfile.TemporaryDirectory() as name, live(size, Path(name)) as emulator:
        folder = Path(name)
        write_policies(folder / "policies", size, min(100, size))
        no_bounds(folder / "policies")
        environ = calling(emulator.url) | ANEW
        for command, arguments in COMMANDS.items():
            sides = {
                tree: Command([*SYNCER, *arguments], folder, environ | {"PYTHONPATH": tree})
                for tree in (str(ROOT), str(base))
            }
            ours, theirs = in_turn(sides, rounds).values()
            memory = median(a / b for a, b in zip(ours.memory, theirs.memory, strict=True))
            print(f"{command:<10}" + "".join(f"{each:>8.2f}" for each in (*ours.ratio(theirs), memory)))


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
