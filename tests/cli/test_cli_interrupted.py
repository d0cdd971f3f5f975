"""Ctrl-C and SIGTERM while ``sync apply`` writes, and what the next apply makes of it."""

import json
import signal
import subprocess
from collections.abc import Iterator

import pytest
from program import Program, live_queue, overflow, policy_queue

from syncer.emulator.server import Emulator, Faults

NAMES = tuple(f"Q{number}" for number in range(6))
SLOW = Faults.parse("latency=200ms")


@pytest.fixture
def slow(program: Program) -> Iterator[Program]:
    """Six queues to change, one after the other, each taking a while."""
    live = [live_queue(name, overflow("sink", 5)) for name in NAMES]
    program.write_policies(*(policy_queue(name, ("Sink", 6)) for name in NAMES), policy_queue("Sink"))
    with Emulator(queues=[*live, live_queue("Sink")], rate_limit=1_000_000, faults=SLOW) as emulator:
        program.use(emulator)
        yield program


def wait_for_puts(program: Program, process: subprocess.Popen[str], number: int) -> None:
    """Until so many PUTs are under way or done."""
    while program.puts() < number:
        assert process.poll() is None


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_put_in_flight_is_finished_and_the_next_apply_goes_on(
    slow: Program, stop: signal.Signals
) -> None:
    with slow.start("apply", "--auto-approve", "--parallel", "1", "--format", "json") as process:
        wait_for_puts(slow, process, 2)
        process.send_signal(stop)
        out, _ = process.communicate(timeout=60)
    assert 130 == process.returncode
    result = json.loads(out)["result"]
    statuses = [outcome["status"] for outcome in result["outcomes"]]
    done = statuses.count("applied")
    assert "interrupted" == result["status"]
    assert {"applied", "not started"} == set(statuses)
    assert 2 <= done < 6
    assert done == slow.puts() == len(slow.ask("history")["entries"])
    assert 0 == slow.run("audit", "verify", "--head", result["audit_head"]).code
    entries = slow.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert done == sum(entry["kind"] == "change" and entry["success"] for entry in entries)

    rest = slow.run("apply", "--auto-approve", "--parallel", "6", "--format", "json")
    assert 0 == rest.code
    assert {"applied"} == {outcome["status"] for outcome in rest.json["result"]["outcomes"]}
    assert 6 == slow.puts()


@pytest.mark.parametrize("signals", [(signal.SIGKILL,), (signal.SIGTERM, signal.SIGINT)])
def test_a_run_that_is_cut_off_is_closed_by_the_next(
    slow: Program, signals: tuple[signal.Signals, ...]
) -> None:
    with slow.start("apply", "--auto-approve", "--parallel", "1") as process:
        wait_for_puts(slow, process, 2)
        for each in signals:
            process.send_signal(each)
        process.communicate(timeout=60)
    assert -process.returncode in signals
    closed = slow.run("apply", "--auto-approve", "--on-cut-off", "stop", "--format", "json")
    assert 4 == closed.code
    assert 1 == len(closed.json["result"]["recovered"])
    assert "nothing more was sent" in closed.json["error"]["message"]
    done = slow.run("apply", "--auto-approve", "--parallel", "6", "--format", "json")
    assert (0, []) == (done.code, done.json["result"]["recovered"])
    assert 0 == slow.run("audit", "verify").code
    assert 0 == slow.run("drift", "--detailed-exitcode").code
    assert all(entry["loopFree"] for entry in slow.ask("history")["entries"])


def test_another_apply_waits_or_is_told_who_holds_the_lock(slow: Program) -> None:
    with slow.start("apply", "--auto-approve", "--parallel", "1") as process:
        wait_for_puts(slow, process, 1)
        refused = slow.run("apply", "--auto-approve")
        assert 4 == refused.code
        assert "another apply is running: run " in refused.err
        assert "--lock-timeout" in refused.err
        waited = slow.run("apply", "--auto-approve", "--lock-timeout", "60")
        process.communicate(timeout=60)
    assert (0, 0) == (process.returncode, waited.code)
    assert 6 == slow.puts()
