"""What ``validate`` and ``plan`` cost as whole processes, against reading the same YAML alone.

``python -m tests.bench.bench_processes [--sizes 100,1000,10000] [--rounds 3] [--out bench.json]``

Prints a table of ratios, calls and memory for each size and each way to cut it into files: one, a hundred,
one for each queue. ``--out`` keeps it with machine and date, for ``tests.bench.chart``. It judges nothing.
"""

import argparse
import json
import re
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

from syncer.emulator.loading import load_data
from syncer.emulator.server import Emulator
from tests.bench.organizations import write_live, write_policies
from tests.bench.processes import SYNCER, Command, calling, in_turn, machine

YAML: Final = (
    sys.executable,
    "-c",
    "import glob, yaml; [yaml.load(open(path, 'rb'), yaml.CSafeLoader) for path in glob.glob('policies/*')]",
)
CLICK: Final = (sys.executable, "-c", "import click")
SHAPES: Final[dict[str, Callable[[int], int]]] = {
    "1 file": lambda _: 1,
    "100 files": lambda size: min(100, size),
    "a file a queue": lambda size: size,
}
ANEW: Final = {"CI": "true"}
"""In a pipeline all is checked anew, whatever was found the last time."""

CHANGES: Final = 10
"""One queue in so many differs from live."""

_LARGEST_ODD: Final = 10_000
"""One file, or a file for each queue, is measured up to so many: a file holds at most 500,000 values."""


def main() -> None:
    """Print the table, and keep it."""
    wanted = _wanted()
    rows = []
    heads = ("validate/yaml", "again/yaml", "one changed", "plan/yaml", "calls", "MiB", "MiB plan")
    widths = (14, 12, 13, 11, 7, 7, 9)
    shown = "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))
    print(f"{'queues':>8}  {'files':<15}{shown}")
    for size in wanted.sizes:
        for shape, files in SHAPES.items():
            if shape != "100 files" and size > _LARGEST_ODD:
                continue
            row = measure(size, files(size), wanted.rounds) | {"shape": shape}
            rows.append(row)
            print(
                f"{size:>8,}  {shape:<15}{row['validate_to_yaml']:>14.2f}{row['again_to_yaml']:>12.2f}"
                f"{row['changed_to_yaml']:>13.2f}{row['plan_to_yaml']:>11.2f}"
                f"{row['calls']:>7,}{row['validate_mib']:>7.0f}{row['plan_mib']:>9.0f}"
            )
    small = smallest(wanted.rounds)
    print(f"validate of one small file against import click: {small:.2f}")
    if wanted.out:
        kept = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            "small_file_to_click": small,
            "rows": rows,
        }
        wanted.out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def measure(size: int, files: int, rounds: int) -> dict[str, Any]:
    """The figures of an organization of ``size`` queues in so many ``files``."""
    with tempfile.TemporaryDirectory() as name, live(size, Path(name)) as emulator:
        folder = Path(name)
        write_policies(folder / "policies", size, files)
        no_bounds(folder / "policies")
        found = in_turn(
            {
                "yaml": Command(YAML, folder),
                "validate": Command([*SYNCER, "validate"], folder, ANEW),
                "again": Command([*SYNCER, "validate"], folder, {"CI": ""}),
                "changed": Command([*SYNCER, "validate"], folder, {"CI": ""}, changing(folder / "policies")),
                "plan": Command([*SYNCER, "plan", "--out", "plan.json"], folder, calling(emulator.url)),
            },
            rounds,
        )
        calls = _calls(emulator.url)
    return {
        "queues": size,
        "files": files,
        "validate_to_yaml": found["validate"].ratio(found["yaml"])[1],
        "again_to_yaml": found["again"].ratio(found["yaml"])[1],
        "changed_to_yaml": found["changed"].ratio(found["yaml"])[1],
        "plan_to_yaml": found["plan"].ratio(found["yaml"])[1],
        "plan_to_validate": found["plan"].ratio(found["validate"])[1],
        "calls": calls // (rounds + 1),
        "yaml_seconds": found["yaml"].seconds,
        "validate_seconds": found["validate"].seconds,
        "plan_seconds": found["plan"].seconds,
        "validate_mib": found["validate"].peak,
        "plan_mib": found["plan"].peak,
    }


def changing(policies: Path) -> Callable[[], object]:
    """Each call gives the first queue of the middle file another capacity, so that this file was never read
    before as it is."""
    parts = sorted(policies.glob("part-*.yaml"))
    path, capacities = parts[len(parts) // 2], count(1_000)

    def change() -> None:
        text = re.sub("capacity: .*", f"capacity: {next(capacities)}", path.read_text("utf-8"), count=1)
        path.write_text(text, encoding="utf-8")

    return change


def smallest(rounds: int) -> float:
    """``validate`` of one small file, as a multiple of ``import click``."""
    with tempfile.TemporaryDirectory() as name:
        write_policies(Path(name) / "policies", 3)
        commands = {"ours": Command([*SYNCER, "validate"], Path(name)), "click": Command(CLICK)}
        found = in_turn(commands, 5 * rounds)
    return found["ours"].ratio(found["click"])[1]


@contextmanager
def live(size: int, folder: Path) -> Iterator[Emulator]:
    """An emulator where one queue in ``CHANGES`` differs from the policies."""
    write_live(folder / "live.json", size, max(1, size // CHANGES))
    with Emulator(queues=load_data(folder / "live.json"), rate_limit=1_000_000) as emulator:
        yield emulator


def no_bounds(policies: Path) -> None:
    """Write settings that allow mass changes: they are what is measured."""
    settings = {"version": 1, "safety": {"max_change_percent": 100, "max_delete_percent": 100}}
    (policies / "settings.yaml").write_text(json.dumps(settings), encoding="utf-8")


def _calls(url: str) -> int:
    with urllib.request.urlopen(f"{url}/_emulator/requests", timeout=60) as answer:
        found: dict[str, int] = json.load(answer)
    return sum(count for call, count in found.items() if " /api/v2/" in call)


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    sizes = "100,1000,10000"
    parser.add_argument("--sizes", type=lambda text: [int(each) for each in text.split(",")], default=sizes)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
