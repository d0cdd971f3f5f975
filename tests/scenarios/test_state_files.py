"""Whatever lies in the state folder, and however long its name: no command hangs or calls itself defect."""

from pathlib import Path

import pytest

from tests.program import Program
from tests.special_files import KINDS, put

FILES = (
    "audit",
    "audit/audit.jsonl",
    "audit/.audit.jsonl.lock",
    "audit/audit-2026-01-000001.jsonl",
    "audit/plans",
    "drift.json",
    "drift.json.lock",
    "journal",
    "journal/x.journal.jsonl",
    "lock",
    "lock.holder.json",
    "record.json",
)
READING = ("plan", "drift", "doctor", "audit show", "audit verify", "audit report")
SENDING = ("apply --auto-approve", "rollback last --auto-approve")


def _run(program: Program, command: str, state: str) -> int:
    done = program.run(*command.split(), "--state-dir", state)
    assert "defect" not in done.err + done.out, (command, done.err, done.out)
    assert "Traceback" not in done.err
    return done.code


@pytest.mark.parametrize("kind", [*KINDS, "nowhere"])
@pytest.mark.parametrize("name", FILES)
def test_something_else_in_the_place_of_a_state_file(program: Program, name: str, kind: str) -> None:
    put(kind, program.folder / "state" / name)
    for command in READING:
        assert _run(program, command, "state") in (0, 1), command
    fits = kind == "folder" and name in ("audit", "journal", "audit/plans")
    replaced = kind == "nowhere" and name in ("lock.holder.json", "record.json")
    expected = 0 if fits or replaced or name.startswith("drift") else 1
    for command in SENDING:
        assert expected == _run(program, command, "state"), command
    assert (0 if expected else 2) == min(program.puts(), 2)


@pytest.mark.parametrize("kind", [*KINDS, "long", "loop"])
def test_something_else_in_the_place_of_the_folder(program: Program, kind: str) -> None:
    state = "x" * 300 if kind == "long" else "state/deep"
    if kind == "loop":
        Path("state").symlink_to("state")
    elif kind != "long":
        put("device" if kind == "folder" else kind, program.folder / "state")
    for command in READING:
        assert _run(program, command, state) in (0, 1), command
    for command in SENDING:
        assert 1 == _run(program, command, state), command
    assert 0 == program.puts()
