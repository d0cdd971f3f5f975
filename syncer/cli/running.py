"""What apply and rollback are told about how to run."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from syncer.applying.engine import INTERRUPTED, Stop
from syncer.cli.options import pick


@dataclass(frozen=True, slots=True)
class Running:
    """``lock_timeout`` is in seconds, ``max_age`` in minutes (None: any age)."""

    state_dir: Path
    plan_file: Path | None = None
    auto_approve: bool = False
    parallel: int = 4
    lock_timeout: float = 0.0
    require_etag: bool = False
    max_age: float | None = None
    on_cut_off: str = "continue"
    on_failure: str = "continue"
    audit_head: Path | None = None
    overrides: tuple[str, ...] = ()


OVERRIDES = ("allow_mass_change", "allow_protected", "allow_frozen", "allow_delete")


def pick_running(options: dict[str, Any]) -> Running:
    """Take out of ``options`` how to run; the flags that allow something become overrides."""
    overrides = tuple("--" + name.replace("_", "-") for name in OVERRIDES if options.pop(name))
    running: Running = pick(Running, {**options, "overrides": overrides})
    return running


@contextmanager
def interruptible(stop: Stop) -> Iterator[None]:
    """Ctrl-C and SIGTERM ask ``stop``: the PUT in flight is finished. A second one ends at once; the journal
    then tells the next run where this one stood."""

    def ask(number: int, _frame: FrameType | None) -> None:
        if stop.reason:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stop.ask(INTERRUPTED)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
