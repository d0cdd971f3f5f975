"""Conditional group activation with the whole program: planned, applied, exported, taken back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.emulator.official import load_sdk, official
from tests.program import Program, live_queue

KIND = "conditional_group_activation"
FIELD = "conditionalGroupActivation"
NIGHT = {"id": "g1", "type": "GROUP"}
GROUPS = [{"id": "g1", "name": "Night Shift"}]
YES = ("--auto-approve", "--format", "json")

BEFORE = {
    "rules": [
        {
            "conditions": [
                {"simpleMetric": {"metric": "ServiceLevel"}, "operator": "LessThan", "value": 60},
                {"simpleMetric": {"metric": "IdleAgentCount"}, "operator": "EqualTo", "value": 0},
            ],
            "conditionExpression": "C1 or C2",
            "groups": [NIGHT],
        }
    ],
    "theirs": "unknown to syncer",
}
WANTED = {
    "pilot": {
        "conditions": [{"metric": "ServiceLevel", "operator": "LessThan", "value": 80}],
        "expression": "C1",
    },
    "rules": [
        {
            "conditions": [
                {"metric": "ServiceLevel", "operator": "LessThan", "value": 70},
                {"metric": "EstimatedWaitTime", "queue": "Back", "operator": "GreaterThan", "value": 30},
            ],
            "expression": "C1 and C2",
            "groups": ["Night Shift"],
        }
    ],
}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    members = [{**NIGHT, "name": "Night Shift"}]
    queues = [live_queue("Front", memberGroups=members, **{FIELD: BEFORE}), live_queue("Back")]
    with Emulator(queues=queues, rate_limit=10_000) as emulator:
        yield emulator


@pytest.fixture
def program(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    monkeypatch.chdir(tmp_path)
    program = Program(tmp_path, monkeypatch, capsys)
    program.use(emulator)
    program.write_settings(dialect="genesys-cloud")
    return program


def stating(program: Program, activation: Any) -> None:
    program.write_policies({"queue": "Front", "capacity": 100, KIND: activation})


CHANGED = (
    "~ activation 1 C2 watching Back queue the queue itself → Back, "
    "metric IdleAgentCount → EstimatedWaitTime, operator EqualTo → GreaterThan, value 0 → 30"
)


def test_a_plan_says_rule_by_rule_and_condition_by_condition_what_changes(program: Program) -> None:
    stating(program, WANTED)
    done = program.run("plan")
    shown = [" ".join(line.split()) for line in done.out.splitlines() if "activation" in line]
    assert [
        "+ activation pilot rules count when C1",
        "+ activation pilot C1 ServiceLevel LessThan 80",
        "~ activation 1 expression C1 or C2 → C1 and C2",
        "~ activation 1 C1 value 60 → 70",
        CHANGED,
    ] == shown, done.err


def test_there_and_back(program: Program) -> None:
    first = program.live()["front"]
    stating(program, WANTED)
    applied_ = program.run("apply", *YES)
    assert 0 == applied_.code, applied_.err
    after = program.live()["front"]
    assert BEFORE["theirs"] == after[FIELD]["theirs"]
    assert {"metric": "EstimatedWaitTime", "queue": "back"} == {
        name: value["id"] if name == "queue" else value
        for name, value in after[FIELD]["rules"][0]["conditions"][1]["simpleMetric"].items()
    }
    assert "plan: no changes" in program.run("plan").out
    back = program.run("rollback", applied_.json["result"]["run"], *YES)
    assert 0 == back.code, back.err
    assert first[FIELD] == program.live()["front"][FIELD]
    assert 0 == program.run("audit", "verify").code


def test_null_takes_it_away_and_a_policy_that_is_silent_leaves_it(program: Program) -> None:
    program.write_policies({"queue": "Front", "capacity": 100, "conditional_groups": []})
    assert "plan: no changes" in program.run("plan").out
    stating(program, None)
    done = program.run("apply", *YES)
    assert 0 == done.code, done.err
    assert {"rules": [], "theirs": "unknown to syncer"} == program.live()["front"][FIELD]


def test_an_export_is_valid_and_changes_nothing(program: Program) -> None:
    stating(program, WANTED)
    assert 0 == program.run("apply", *YES).code
    done = program.run("export", "--output", "exported")
    assert 0 == done.code, done.err
    assert 0 == program.run("validate", "exported").code
    assert "plan: no changes" in program.run("plan", "exported").out
    text = "".join(path.read_text("utf-8") for path in (program.folder / "exported").rglob("*.yaml"))
    assert "expression: C1 and C2" in text
    assert f"{KIND}: null" in text


def test_the_official_sdk_reads_what_was_written(
    program: Program, emulator: Emulator, tmp_path: Path
) -> None:
    stating(program, WANTED)
    assert 0 == program.run("apply", *YES).code
    with official(load_sdk(tmp_path), emulator) as client:
        read = client.routing.get_routing_queue("front")
        activation = client.json(read.conditional_group_activation)
        written = client.routing.put_routing_queue("front", read)
        assert activation == client.json(written.conditional_group_activation)
    assert {
        "pilotRule": {
            "conditions": [
                {"simpleMetric": {"metric": "ServiceLevel"}, "operator": "LessThan", "value": 80.0}
            ],
            "conditionExpression": "C1",
        },
        "rules": [
            {
                "conditions": [
                    {"simpleMetric": {"metric": "ServiceLevel"}, "operator": "LessThan", "value": 70.0},
                    {
                        "simpleMetric": {"metric": "EstimatedWaitTime", "queue": "back"},
                        "operator": "GreaterThan",
                        "value": 30.0,
                    },
                ],
                "conditionExpression": "C1 and C2",
                "groups": ["g1"],
            }
        ],
    } == bare(activation)


def bare(value: Any) -> Any:
    """References as their ids alone: a server says more of them."""
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    return value["id"] if "id" in value else {name: bare(each) for name, each in value.items()}
