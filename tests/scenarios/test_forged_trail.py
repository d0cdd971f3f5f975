"""A trail of which somebody forged a value, and all hashes behind it: said, and nothing is sent."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.chain import Chain
from tests.audit.trails import Entry, rehashed
from tests.program import Program

FIELDS = ("queueId", "targetQueue", "action", "status", "run", "kind", "success", "before", "written", "api")


def forged(*path: str, wrong: Any) -> None:
    """Put a wrong value into the first entry, and make the chain whole again."""
    chain = Chain(Path(".syncer/audit"))
    entries: list[Entry] = deepcopy(list(chain.entries()))
    inner: Any = entries[0]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    chain.path.write_bytes(b"".join(rehashed(entries)))


def applied(program: Program) -> int:
    """Apply a saved plan; returns how many PUTs went out."""
    assert 0 == program.run("plan", "--out", "plan.json").code
    assert 0 == program.run("apply", "plan.json", "--auto-approve").code
    return program.puts()


@pytest.mark.parametrize("wrong", [["x"], 7], ids=["list", "number"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_value_of_the_wrong_type_stops_what_is_decided_by_the_trail(
    program: Program, field: str, wrong: Any
) -> None:
    puts = applied(program)
    forged(field, wrong=wrong)
    said = f".syncer/audit/audit.jsonl:1: {field!r} has a value of the wrong type, which no run wrote"
    applying = program.run("apply", "plan.json", "--auto-approve")
    place = "the trail is broken at .syncer/audit/audit.jsonl:1"
    broken = f"{place}: entry 1 has a value of the wrong type: {field!r}"
    assert (4, f"error: {broken}: nothing was sent") == (applying.code, applying.err.splitlines()[0])
    undoing = program.run("rollback", "last", "--auto-approve")
    assert (1, True) == (undoing.code, f"'{field}'" in undoing.err.splitlines()[0])
    drifting = program.run("drift")
    assert (0, True) == (drifting.code, f"what was applied last is not known: {said}" in drifting.err)
    assert puts == program.puts()


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("before", "target"), ["x"]),
        (("before", "threshold"), "10"),
        (("after", "enabled"), {}),
        (("before", "kind"), []),
        (("written", "before"), 7),
    ],
)
def test_an_image_with_a_value_of_the_wrong_type_is_none(
    program: Program, path: tuple[str, str], wrong: Any
) -> None:
    program.write_policies(
        {"queue": "Front", "capacity": 100, "overflow": [{"target": "Back", "threshold": 25}]}
    )
    puts = applied(program)
    forged(*path, wrong=wrong)
    undoing = program.run("rollback", "last", "--auto-approve")
    expected = (1, "error: audit entry 1 holds no image of its rule")
    assert expected == (undoing.code, undoing.err.splitlines()[0])
    assert 0 == program.run("drift").code
    assert puts == program.puts()
