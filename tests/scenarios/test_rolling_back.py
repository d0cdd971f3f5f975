"""Rollback as its users see it: ``sync rollback RUN`` and ``sync apply --on-failure``."""

from typing import Any

import pytest
import requests

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue, overflow, policy_queue
from tests.proxy import Forward, honest, proxied
from tests.scripted_server import Seen, Step

YES = ("--auto-approve", "--format", "json")


def rules(program: Program) -> dict[str, list[tuple[str, int]]]:
    return {
        name: sorted(
            (rule["overflowTarget"], rule["threshold"])
            for rule in queue["routingRules"]
            if isinstance(rule, dict) and rule.get("type") == "overflow"
        )
        for name, queue in program.live().items()
    }


def done(program: Program, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Run a command that ends with ``code``; what it reports."""
    ended = program.run(*arguments, *YES)
    assert code == ended.code, ended.err
    report: dict[str, Any] = ended.json
    return report


def test_there_and_back_and_there_again(program: Program) -> None:
    first = rules(program)
    run = done(program, "apply")["result"]["run"]
    second = rules(program)
    assert first != second
    back = done(program, "rollback", run)["result"]
    assert ("done", first) == (back["status"], rules(program))
    assert "nothing to do" == done(program, "rollback", run)["result"]["status"]
    done(program, "rollback", back["run"])
    assert second == rules(program)
    assert 0 == program.run("audit", "verify").code


def test_what_somebody_changed_since_is_refused_as_a_whole(program: Program) -> None:
    run = done(program, "apply")["result"]["run"]
    program.edit("front", routingRules=[overflow("back", 99)])
    before = rules(program)
    refused = done(program, "rollback", run, code=4)
    assert "Refused" == refused["error"]["type"]
    assert "rollback.conflict" in [finding["id"] for finding in refused["findings"]]
    assert before == rules(program)


def test_an_unknown_run_and_policies_that_can_not_be_read(program: Program) -> None:
    assert "AuditError" == done(program, "rollback", "nobody", code=1)["error"]["type"]
    (program.folder / "policies" / "all.yaml").write_text("version: 2")
    assert "AuditError" == done(program, "rollback", "nobody", code=1)["error"]["type"]


BROKEN = [
    live_queue("Front", overflow("back", 10)),
    live_queue("Back"),
    {**live_queue("Desk"), "routingRules": [overflow("back", 1), "what the server accepts from nobody"]},
    live_queue("Side", overflow("back", 5)),
]


@pytest.mark.parametrize(
    ("choice", "front", "side"), [("continue", 25, 6), ("stop", 25, 5), ("rollback", 10, 5)]
)
def test_on_failure(program: Program, choice: str, front: int, side: int) -> None:
    """Front is written, then Desk fails, then it is the turn of Side."""
    program.write_policies(
        policy_queue("Front", ("Back", 25)),
        policy_queue("Back"),
        policy_queue("Desk", ("Front", 2)),
        policy_queue("Side", ("Desk", 1), ("Back", 6))
        if choice == "none"
        else policy_queue("Side", ("Back", 6)),
    )
    with Emulator(queues=BROKEN, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        report = done(program, "apply", "--on-failure", choice, "--parallel", "1", code=5)
        live = rules(program)
    assert [[("back", front)], [("back", side)]] == [live["front"], live["side"]]
    assert [("back", 1)] == live["desk"]
    assert ("rollback" in report["result"]) == (choice == "rollback")
    if choice == "rollback":
        assert "done" == report["result"]["rollback"]["status"]


def test_a_rollback_that_is_refused_is_said(program: Program) -> None:
    program.write_policies(
        policy_queue("Front", ("Back", 10), ("Side", 3)),
        policy_queue("Back"),
        policy_queue("Desk", ("Back", 1), ("Front", 2)),
        policy_queue("Side", ("Back", 5)),
    )
    with Emulator(queues=BROKEN, rate_limit=1_000_000) as emulator:

        def edited(seen: Seen, forward: Forward) -> Step:
            """Somebody changes Front, which is written, before Desk fails."""
            fields = {"routingRules": [overflow("back", 10), overflow("side", 77)]}
            requests.post(f"{emulator.url}/_emulator/queues/front", json=fields, timeout=60)
            return honest(seen, forward)

        with proxied(emulator.url, honest, then=edited) as front:
            program.use(front)
            report = done(program, "apply", "--on-failure", "rollback", "--parallel", "1", code=5)
        program.use(emulator)
        assert [("back", 10), ("side", 77)] == rules(program)["front"]
    assert "could not be rolled back as a whole" in report["result"]["message"]
    assert "somebody has since changed what is to be undone" in report["error"]["message"]
    assert "rollback.conflict" in [finding["id"] for finding in report["findings"]]
    assert "rollback" not in report["result"]


def test_what_may_not_be_deleted_is_taken_back_all_the_same(program: Program) -> None:
    program.write_policies(
        policy_queue("Front", ("Back", 10), ("Side", 3)),
        policy_queue("Back"),
        policy_queue("Desk", ("Back", 1), ("Front", 2)),
        policy_queue("Side", ("Back", 5)),
    )
    program.write_settings(safety={"allow_delete": False})
    with Emulator(queues=BROKEN, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        report = done(program, "apply", "--on-failure", "rollback", code=5)
        assert [("back", 10)] == rules(program)["front"]
    assert "done" == report["result"]["rollback"]["status"]
