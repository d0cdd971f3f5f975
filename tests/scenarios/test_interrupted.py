"""Ctrl-C and SIGTERM while ``sync apply`` writes, and what the next apply makes of it."""

import json
import signal
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from syncer.emulator.organization import organization
from syncer.emulator.server import Emulator
from tests.gate import LONG, Gate, gated, until
from tests.program import Program, live_queue, overflow, policy_queue

NAMES = tuple(f"Q{number}" for number in range(6))


@pytest.fixture
def gate(program: Program) -> Iterator[Gate]:
    """Six queues to change, one after the other; the second PUT is held."""
    live = [live_queue(name, overflow("sink", 5)) for name in NAMES]
    program.write_policies(*(policy_queue(name, ("Sink", 6)) for name in NAMES), policy_queue("Sink"))
    with gated(program, [*live, live_queue("Sink")], 2) as gate:
        yield gate


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_put_in_flight_is_finished_and_the_next_apply_goes_on(
    program: Program, gate: Gate, stop: signal.Signals
) -> None:
    with program.start("apply", "--auto-approve", "--parallel", "1", "--format", "json") as process:
        gate.reached()
        process.send_signal(stop)
        gate.open()
        out, err = process.communicate(timeout=LONG)
    assert 130 == process.returncode
    assert "finishing the writes in flight; a second Ctrl-C stops at once\n" in err
    result = json.loads(out)["result"]
    assert "interrupted, 4 not started: continue with syncer apply" == result["message"]
    statuses = [outcome["status"] for outcome in result["outcomes"]]
    assert "interrupted" == result["status"]
    assert {"applied": 2, "not started": 4} == Counter(statuses)
    assert 2 == program.puts() == len(program.ask("history")["entries"])
    assert 0 == program.run("audit", "verify", "--head", result["audit_head"]).code
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert 2 == sum(entry["kind"] == "change" and entry["success"] for entry in entries)

    rest = program.run("apply", "--auto-approve", "--parallel", "6", "--format", "json")
    assert 0 == rest.code
    assert {"applied"} == {outcome["status"] for outcome in rest.json["result"]["outcomes"]}
    assert 6 == program.puts()


@pytest.mark.parametrize("signals", [(signal.SIGKILL,), (signal.SIGTERM, signal.SIGINT)])
def test_a_run_that_is_cut_off_is_closed_by_the_next(
    program: Program, gate: Gate, signals: tuple[signal.Signals, ...]
) -> None:
    with program.start("apply", "--auto-approve", "--parallel", "1") as process:
        gate.reached()
        for each in signals:
            process.send_signal(each)
        process.communicate(timeout=LONG)
    assert -process.returncode in signals
    gate.open()
    until(lambda: len(program.ask("history")["entries"]) == 2)
    closed = program.run("apply", "--auto-approve", "--on-cut-off", "stop", "--format", "json")
    assert 4 == closed.code
    assert 1 == len(closed.json["result"]["recovered"])
    assert "nothing more was sent" in closed.json["error"]["message"]
    done = program.run("apply", "--auto-approve", "--parallel", "6", "--format", "json")
    assert (0, []) == (done.code, done.json["result"]["recovered"])
    assert 0 == program.run("audit", "verify").code
    assert 0 == program.run("drift", "--detailed-exitcode").code
    assert all(entry["loopFree"] for entry in program.ask("history")["entries"])


def test_another_apply_waits_or_is_told_who_holds_the_lock(program: Program, gate: Gate) -> None:
    with program.start("apply", "--auto-approve", "--parallel", "1") as process:
        gate.reached()
        refused = program.run("apply", "--auto-approve")
        assert 4 == refused.code
        assert "another run holds the lock: apply " in refused.err
        assert "--lock-timeout" in refused.err
        opening = threading.Timer(0.1, gate.open)
        opening.start()
        waited = program.run("apply", "--auto-approve", "--lock-timeout", str(LONG))
        opening.join()
        process.communicate(timeout=LONG)
    assert (0, 0) == (process.returncode, waited.code)
    assert 6 == program.puts()


def test_ctrl_c_while_pages_wait_for_the_pace_ends_at_once(program: Program) -> None:
    """The pages of a list are fetched by threads: none of them keeps the program from ending."""
    with Emulator(queues=organization(2_000), rate_limit=4) as busy:
        program.use(busy)
        process = program.start("export", "--output", "policies")
        with process:
            assert process.stderr is not None
            assert next(line for line in process.stderr if "Ctrl-C is safe" in line)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert (130, "error: interrupted\n") == (process.returncode, err)
