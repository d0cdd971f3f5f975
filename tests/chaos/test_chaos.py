"""Hundreds of seeded schedules of mixed faults: whatever happens, nothing is lost, overwritten or looped.

``SYNCER_CHAOS_SCHEDULES`` sets how many; a sixth of them are runs that get killed. The seed of a schedule is
the number in the name of its test, so that one can be run again alone.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.schedules import CREDENTIALS, Schedule, faults, killed
from tests.networks import world

SCHEDULES = int(os.environ.get("SYNCER_CHAOS_SCHEDULES", "36"))
KILLED = max(1, SCHEDULES // 6)

SIZES = (5, 8, 12, 20, 30, 50)
LARGE = (100, 200)

Record = Callable[[str, object], None]


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("seed", range(SCHEDULES - KILLED))
def test_faults(seed: int, tmp_path: Path, record_property: Record) -> None:
    dice = random.Random(seed)
    schedule = Schedule(tmp_path, world(dice, size(dice)), etags=seed % 6 != 5)
    record_property("chaos", schedule.figures)
    schedule.under_faults(faults(dice, rival=schedule.etags), dice)
    schedule.settle()


@pytest.mark.parametrize("seed", range(10_000, 10_000 + KILLED))
def test_kills(seed: int, tmp_path: Path, record_property: Record) -> None:
    dice = random.Random(seed)
    schedule = Schedule(tmp_path, world(dice, size(dice)))
    record_property("chaos", schedule.figures)
    killed(schedule, dice, faults(dice, latency=True))
    schedule.settle()


def size(dice: random.Random) -> int:
    """How many queues an organization has: few ones are large, because they take long."""
    return dice.choice(LARGE if dice.random() < 0.05 else SIZES)
