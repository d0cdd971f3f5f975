"""Logs of a run: each line has its id, and what goes wrong is a record too."""

import json
import os

import pytest

from syncer.emulator.server import Emulator
from tests.app.runs import apply, audit
from tests.program import Program, live_queue, overflow, policy_queue
from tests.receiver import Receiver


def test_every_line_of_the_log_bears_the_run_of_the_audit(program: Program, receiver: Receiver) -> None:
    err = apply(program, "--log-format", "json", "--log-level", "debug")
    lines = [json.loads(line) for line in err.splitlines()]
    assert {str(audit(program)[0]["run"])} == {line["run"] for line in lines}
    loggers = {line["logger"] for line in lines}
    assert {
        "syncer.live.exchange",
        "syncer.cli.present",
        "syncer.app.notify",
        "syncer.notify.webhook",
    } <= loggers
    assert any("UPDATE_OVERFLOW_RULE Front: applied" == line["message"] for line in lines)


@pytest.mark.parametrize(
    ("command", "levels", "message"),
    [
        ("apply missing.json", ["error"], "missing.json can't be read: No such file or directory Name the"),
        ("apply missing.json --format json", ["error"], "missing.json can't be read"),
        ("validate --output no/x", ["error"], "no/x can't be written"),
        ("validate --report junit=no/x", ["error"], "no/x can't be written"),
        ("validate --metrics no/x", ["warning"], "no metrics were written: no/x can't be written"),
        ("apply", ["error"], "nobody is here to be asked"),
    ],
)
def test_what_goes_wrong_is_a_record_too(
    program: Program, command: str, levels: list[str], message: str
) -> None:
    done = program.run(*command.split(), "--log-format", "json")
    assert 0 != done.code
    lines = done.err.splitlines()
    if command == "apply":  # a person who is to be asked sees the plan
        lines = lines[-1:]
    found = [json.loads(line) for line in lines]
    assert levels == [line["level"] for line in found]
    assert message in found[0]["message"]
    assert all(line["run"] for line in found)


def test_logs_are_silent_unless_asked_for(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "" == program.run("plan").err
    monkeypatch.setitem(os.environ, "SYNCER_LOG_LEVEL", "INFO")
    assert "info syncer.cli.present" in program.run("plan").err
    monkeypatch.setitem(os.environ, "SYNCER_LOG_LEVEL", "loud")
    assert 64 == program.run("plan").code


def test_a_rollback_that_follows_has_its_own_run_in_log_and_messages(
    program: Program, receiver: Receiver
) -> None:
    queues = [
        live_queue("Front", overflow("back", 10)),
        live_queue("Back"),
        {**live_queue("Desk"), "routingRules": [overflow("back", 1), "what the server accepts from nobody"]},
    ]
    with Emulator(queues=queues, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        program.write_policies(
            policy_queue("Front", ("Back", 25)), policy_queue("Back"), policy_queue("Desk", ("Front", 2))
        )
        done = program.run(
            *("apply", "--auto-approve", "--on-failure", "rollback", "--parallel", "1"),
            *("--log-level", "info", "--log-format", "json"),
        )
    assert 5 == done.code
    lines = [json.loads(line) for line in done.err.splitlines()]
    runs = list(dict.fromkeys(entry["run"] for entry in audit(program)))
    assert (2, runs) == (len(runs), list(dict.fromkeys(line["run"] for line in lines)))
    assert audit(program) == receiver.entries
