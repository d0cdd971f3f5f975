"""The lock of a state folder."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from syncer.applying.lock import held
from syncer.errors import Refused, SyncerError
from tests.applying.scripted import RUN

HOLDER = """
import sys
from pathlib import Path
from syncer.applying.lock import held
from syncer.audit.entries import Run
from syncer.audit.entries import Origin
run = Run("run-1", "2026-03-01T08:30:00.000Z", "", origin=Origin("ann", "desk"))
with held(Path(sys.argv[1]), run, 0.0):
    print("held", flush=True)
    sys.stdin.readline()
"""

OURS = replace(RUN, id="run-2")


@contextmanager
def another_process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until a line is written to it, or it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "held\n" == process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_the_second_is_told_who_holds_it_since_when(tmp_path: Path) -> None:
    with (
        another_process(tmp_path),
        pytest.raises(Refused) as caught,
        held(tmp_path, OURS, 0.0),
    ):
        raise AssertionError("two hold it")
    assert re.fullmatch(
        r"another run holds the lock: apply run-1 of ann on desk \(pid \d+\), since 2026-03-01T08:30:00.000Z",
        caught.value.message,
    )
    assert "--lock-timeout" in caught.value.hint


def test_who_waits_gets_it_when_the_other_ends(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        assert process.stdin is not None
        end = threading.Timer(0.1, lambda: print(file=process.stdin, flush=True))
        end.start()
        with held(tmp_path, OURS, 300.0):
            assert "run-2" in (tmp_path / "lock.holder.json").read_text()
        end.join()
        assert 0 == process.wait(300)
    assert not (tmp_path / "lock.holder.json").exists()


def test_who_has_to_wait_hears_for_whom_and_how_long(tmp_path: Path) -> None:
    announced = list[tuple[float, str]]()
    with another_process(tmp_path) as process:

        def announce(seconds: float, why: str) -> None:
            announced.append((seconds, why))
            print(file=process.stdin, flush=True)

        with held(tmp_path, OURS, 300.0, announce):
            assert 0 == process.wait(300)
        pid = process.pid
    since = f"apply run-1 of ann on desk (pid {pid}), since 2026-03-01T08:30:00.000Z"
    assert [(300.0, f"another run holds the lock ({since}): waiting up to")] == announced


def test_a_holder_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with another_process(tmp_path) as process:
        process.kill()
        process.wait(300)
    assert "run-1" in (tmp_path / "lock.holder.json").read_text()
    with held(tmp_path, OURS, 0.0):
        assert "run-2" in (tmp_path / "lock.holder.json").read_text()


def test_a_holder_that_says_nothing_yet(tmp_path: Path) -> None:
    with another_process(tmp_path):
        (tmp_path / "lock.holder.json").write_text("{")
        with pytest.raises(Refused, match="who holds the lock is not known yet"), held(tmp_path, OURS, 0.0):
            raise AssertionError("two hold it")


def test_a_folder_that_can_not_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SyncerError, match="can't be used"), held(tmp_path / "file", OURS, 0.0):
        raise AssertionError("held")
