"""How long ``sync --help`` takes, against an interpreter that does nothing but import click."""

import subprocess
import sys
from statistics import median
from time import perf_counter

ROUNDS = 15
HELP = (sys.executable, "-m", "syncer", "--help")
CLICK = (sys.executable, "-c", "import click")


def main() -> None:
    """Print both medians, in turn so that both see the same machine, and their ratio."""
    seconds: dict[tuple[str, ...], list[float]] = {HELP: [], CLICK: []}
    for _ in range(ROUNDS):
        for command, taken in seconds.items():
            taken.append(_timed(command))
    ours, least = median(seconds[HELP]), median(seconds[CLICK])
    print(f"sync --help {ours * 1000:.0f} ms, import click {least * 1000:.0f} ms, ratio {ours / least:.2f}")


def _timed(command: tuple[str, ...]) -> float:
    start = perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return perf_counter() - start


if __name__ == "__main__":
    main()
