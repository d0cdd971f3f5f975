"""Whole processes, measured by the operating system, in turn: ratios of one run mean the same machine."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

SYNCER: Final = (sys.executable, "-m", "syncer")

ALLOWED: Final = (0, 2, 3)
"""Exit codes of work that was done: what was found, or differs, is no failure here."""

_MEASURE: Final = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(process.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""A process inherits the most memory of the one that begins it, so a small one does."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and with which variables beside those of this process; ``before`` is called right
    before each run, and isn't measured."""

    arguments: Sequence[str]
    folder: Path = Path()
    environ: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Runs:
    """What each run of a command took: seconds of all processors, and the most memory in MiB."""

    cpu: tuple[float, ...] = ()
    memory: tuple[float, ...] = ()

    @property
    def seconds(self) -> float:
        """The median of the seconds."""
        return median(self.cpu)

    @property
    def peak(self) -> float:
        """The median of the most memory, in MiB."""
        return median(self.memory)

    def ratio(self, other: "Runs") -> tuple[float, float, float]:
        """The least, median and most of the ratios of seconds, pair by pair."""
        pairs = [ours / theirs for ours, theirs in zip(self.cpu, other.cpu, strict=True)]
        return min(pairs), median(pairs), max(pairs)


def in_turn(commands: Mapping[str, Command], rounds: int) -> dict[str, Runs]:
    """Run all commands so many times, one after the other, after a round that isn't counted."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            took = measured(command)
            if number:
                found[name].append(took)
    return {name: Runs(*map(tuple, zip(*took, strict=True))) for name, took in found.items()}


def measured(command: Command) -> tuple[float, float]:
    """Seconds of all processors, and the most memory in MiB, of one run. Raises RuntimeError if it fails."""
    environ = {**os.environ, **command.environ}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each run compiles the program anew
    if command.before:
        command.before()
    found = subprocess.run(
        [sys.executable, "-S", "-c", _MEASURE, *command.arguments],
        cwd=command.folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    code, seconds, peak = found.stdout.split()
    if int(code) not in ALLOWED:
        raise RuntimeError(f"{' '.join(command.arguments)} ended with {int(code)}")
    return float(seconds), int(peak) / 1024


def calling(url: str) -> dict[str, str]:
    """The variables with which a command calls the emulator at ``url``."""
    return {
        "SYNCER_API_URL": url,
        "GENESYSCLOUD_OAUTHCLIENT_ID": "demo",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo",
    }


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
    }
