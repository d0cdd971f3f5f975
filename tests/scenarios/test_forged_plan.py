"""What a plan file says of the time before is its maker's word: unsigned, it excuses no error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from syncer.planning.document import sealed
from tests.program import Program, policy_queue

GHOST = policy_queue("Ghost")
"""Live has no such queue."""

APPLY = ("apply", "plan.json", "--auto-approve")


def forge(change: Callable[[dict[str, Any]], None]) -> None:
    """Change a saved plan, and let its digests match again."""
    document = json.loads(Path("plan.json").read_bytes())
    change(document)
    unsealed = {key: value for key, value in document.items() if key not in ("digest", "file_digest")}
    Path("plan.json").write_text(json.dumps(sealed(unsealed)))


def excuse(document: dict[str, Any]) -> None:
    """Let all errors be old ones."""
    for finding in document["findings"]:
        if finding["severity"] == "error":
            finding["since"] = "before"


def small(document: dict[str, Any]) -> None:
    """Let a queue have been far too small before."""
    document["facts_before"] = [{"id": "back", "capacity": 0.1, "base_load": 50}]


def test_an_error_that_a_forged_plan_calls_an_old_one(program: Program) -> None:
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back"), GHOST)
    assert 3 == program.run("plan", "--out", "plan.json").code
    forge(excuse)
    done = program.run(*APPLY)
    assert (4, 0) == (done.code, program.puts())
    head, error = done.err.splitlines()[:2]
    assert (
        "error: only the plan file states that these errors were there before, and it isn't signed:" == head
    )
    assert "  references.unknown: the organization lists no queue 'Ghost'" == error


def test_a_forged_capacity_of_before(program: Program) -> None:
    program.write_policies(
        policy_queue("Front", ("Back", 25)), {**policy_queue("Back"), "capacity": 10, "base_load": 0}
    )
    assert 3 == program.run("plan", "--out", "plan.json").code
    forge(small)
    done = program.run(*APPLY)
    assert (4, 0) == (done.code, program.puts())
    assert "capacity.exceeded: Back takes 12.5 from Front" in done.err


@pytest.mark.parametrize(("key", "code", "puts"), [("", 4, 0), ("secret", 0, 1)], ids=["unsigned", "signed"])
def test_what_stood_in_the_policies_before_counts_where_the_plan_is_signed(
    program: Program, key: str, code: int, puts: int
) -> None:
    program.setenv("SYNCER_PLAN_KEY", key)
    program.write_policies(policy_queue("Front", ("Back", 10)), policy_queue("Back"), GHOST)
    Path("policies").rename("before")
    program.write_settings()
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Back"), GHOST)
    assert 0 == program.run("plan", "--base", "before", "--out", "plan.json").code
    assert (code, puts) == (program.run(*APPLY).code, program.puts())
