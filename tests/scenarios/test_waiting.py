"""A run that waits says so, and can be ended while it waits."""

import json
import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from syncer.emulator.server import Emulator
from tests.gate import LONG
from tests.program import FAST, Program, live_queue, overflow, policy_queue

NAMES = tuple(f"Q{number}" for number in range(30))
SAYS = "nothing is lost, Ctrl-C is safe"


@pytest.fixture
def limited(program: Program) -> Iterator[Emulator]:
    """Thirty queues to change, at a live that allows fewer calls a minute."""
    live = [live_queue(name, overflow("sink", 5)) for name in NAMES]
    program.write_policies(*(policy_queue(name, ("Sink", 6)) for name in NAMES), policy_queue("Sink"))
    program.write_settings(pace={"requests_per_second": 1000, "burst": 1000}, retries=FAST["retries"])
    with Emulator(queues=[*live, live_queue("Sink")], rate_limit=20) as running:
        program.use(running)
        yield running


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_wait_in_a_run_is_announced_and_ended_by_a_signal(
    program: Program, limited: Emulator, stop: signal.Signals
) -> None:
    assert limited.url == program.url
    arguments = ("apply", "--auto-approve", "--parallel", "3", "--format", "json", "--deadline", "1h")
    with program.start(*arguments) as process:
        assert process.stderr is not None
        line = next(line for line in iter(process.stderr.readline, "") if SAYS in line)
        process.send_signal(stop)
        out, _ = process.communicate(timeout=LONG)
    assert "call " in line
    report = json.loads(out)
    assert 5 == process.returncode  # the look after the last PUT would have waited too
    unchecked = [each["message"] for each in report["findings"] if each["id"] == "loops.unchecked"]
    assert ["interrupted during a wait"] == [message.rpartition(": ")[2] for message in unchecked]
    counts = Counter(outcome["status"] for outcome in report["result"]["outcomes"])
    assert {"applied", "not started"} == counts.keys()
    assert counts["applied"] == program.puts()
