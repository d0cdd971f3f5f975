"""What a rollback by hand undid stays so: until the policies say something else."""

from collections.abc import Iterator
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.program import Program, live_queue, overflow, policy_queue
from tests.scenarios.test_rollback_by_hand import AFTER, BEFORE, Org, backed


@pytest.fixture(params=["overflow-rules", "genesys-cloud"])
def org(program: Program, request: pytest.FixtureRequest) -> Iterator[Org]:
    """Front and Desk were changed by an apply, and Front was brought back by hand."""
    genesys = request.param == "genesys-cloud"

    def fields(value: int) -> dict[str, Any]:
        return backed("back", value) if genesys else {"routingRules": [overflow("back", value)]}

    live = [
        {**live_queue("Front"), **fields(10)},
        {**live_queue("Desk"), **fields(5)},
        live_queue("Back"),
    ]
    with Emulator(queues=live, rate_limit=1_000_000, lock="none" if genesys else "etag") as emulator:
        program.use(emulator)
        program.setenv("CI_COMMIT_SHA", "c0ffee")
        found = Org(program, genesys=genesys)
        found.apply()
        yield found


def held(report: Any) -> list[str]:
    """The messages of what is held back."""
    return [each["message"] for each in report["findings"] if each["id"] == "rollback.held"]


def plain(org: Org, *arguments: str, code: int = 0) -> Any:
    """The report of a command that asks nobody."""
    done = org.program.run(*arguments, "--format", "json")
    assert code == done.code, done.err
    return done.json


def test_the_rest_is_applied_and_what_is_held_is_named(org: Org) -> None:
    back = org.run("rollback", "last", "--queue", "Front")["result"]["run"]
    org.policies(desk=30)
    applied = org.run("apply")
    assert {"front": 10, "desk": 30} == org.values()
    (message,) = held(applied)
    assert message.startswith("Front is held back since 2")
    assert message.endswith(f"Z by rollback {back}: the policies still contain what was undone")
    (tip,) = [each["tip"] for each in applied["findings"] if each["id"] == "rollback.held"]
    assert tip.startswith("git revert c0ffee in the policies, and the hold ends by itself; or lift it: ")
    assert tip.endswith(f"syncer rollback --lift {back}")


def test_where_all_is_held_nothing_is_done_and_that_is_said(org: Org) -> None:
    org.run("rollback", "last")
    report = org.run("apply")
    assert BEFORE == org.values()
    (message,) = held(report)
    assert message.startswith("Desk, Front are held back since 2")
    assert "nothing to do except what is held back" == report["result"]["message"]
    text = org.program.run("plan").out
    assert "No changes: the other live queues match the policies. Held back: Desk and Front." in text
    assert "untouched: 1 unmanaged, 2 held back" in text


def test_what_is_held_is_no_drift_and_not_pending(org: Org) -> None:
    org.run("rollback", "last")
    report = plain(org, "drift", "--detailed-exitcode")
    assert ([], []) == (report["result"]["rules"], report["result"]["pending"])
    assert 1 == len(held(report))


def test_a_reverted_policy_ends_the_hold(org: Org) -> None:
    org.run("rollback", "last")
    org.policies(front=10, desk=5)
    assert [] == held(org.run("apply"))
    lifted = org.entries()[-1]
    assert [org.entries()[-2]["run"]] == lifted["lifts"]
    org.policies()
    assert [] == held(org.run("apply"))
    assert AFTER == org.values()


def test_a_policy_that_says_something_new_ends_the_hold_of_its_queue(org: Org) -> None:
    org.run("rollback", "last")
    org.policies(front=50)
    assert 1 == len(held(org.run("apply")))
    assert {"front": 50, "desk": 5} == org.values()
    org.policies(front=50, desk=51)
    assert [] == held(org.run("apply"))
    assert {"front": 50, "desk": 51} == org.values()


def test_a_hold_is_lifted_by_hand(org: Org) -> None:
    back = org.run("rollback", "last")["result"]["run"]
    words = org.run("rollback", "--lift", back[:-1])["result"]["message"]
    assert words.startswith(f"the hold of rollback {back} is lifted")
    closing = org.entries()[-1]
    assert ("LIFT_RUN", [back], "done") == (closing["action"], closing["lifts"], closing["status"])
    assert [] == held(org.run("apply"))
    assert AFTER == org.values()
    error = org.run("rollback", "--lift", back, code=1)["error"]
    assert f"no rollback {back} holds anything back" == error["message"]
    assert 0 == org.program.run("audit", "verify").code


def test_a_plan_of_before_is_applied_but_for_what_is_held(org: Org) -> None:
    """The pipeline planned without the state folder of the one who rolled back."""
    org.policies(front=25, desk=30)
    org.program.edit(
        "front", **(backed("back", 10) if org.genesys else {"routingRules": [overflow("back", 10)]})
    )
    assert 0 == org.program.run("plan", "--out", "plan.json", "--state-dir", "elsewhere").code
    org.edit("front", 25)
    org.run("rollback", "last", "--queue", "Front")
    report = org.run("apply", "plan.json")
    assert ({"front": 10, "desk": 30}, 1) == (org.values(), len(held(report)))


def test_an_apply_that_undid_itself_holds_nothing(program: Program) -> None:
    """Desk fails, so Front goes back by itself; a second try is free to go on."""
    desk = {**live_queue("Desk"), "routingRules": [overflow("back", 1), "from nobody"]}
    live = [live_queue("Front", overflow("back", 10)), live_queue("Back"), desk]
    program.write_policies(policy_queue("Front", ("Back", 25)), policy_queue("Desk", ("Front", 2)))
    with Emulator(queues=live, rate_limit=1_000_000) as emulator:
        program.use(emulator)
        done = program.run("apply", "--on-failure", "rollback", "--auto-approve", "--parallel", "1")
        entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert (5, True) == (done.code, "ROLLBACK_RUN" in [entry["action"] for entry in entries])
    assert [] == [entry for entry in entries if "exception" in entry]


def test_a_rollback_that_is_undone_holds_nothing(org: Org) -> None:
    back = org.run("rollback", "last")["result"]["run"]
    org.run("rollback", back)
    assert (AFTER, []) == (org.values(), held(org.run("apply")))
    org.edit("front", 77)
    assert [] == held(org.run("apply"))
    assert AFTER == org.values()


def test_a_hold_survives_a_record_that_is_gone(org: Org) -> None:
    org.run("rollback", "last")
    (org.program.folder / ".syncer" / "record.json").unlink()
    assert 1 == len(held(org.run("apply")))


def test_a_plan_file_that_was_undone_without_a_trail_is_held_too(org: Org) -> None:
    org.policies(front=40)
    assert 0 == org.program.run("plan", "--out", "plan.json", "--state-dir", "elsewhere").code
    org.run("apply", "plan.json", "--state-dir", "elsewhere")
    org.run("rollback", "--plan", "plan.json")
    assert ({"front": 25, "desk": 20}, 1) == (org.values(), len(held(org.run("apply"))))
    org.policies(front=41)
    assert ([], 41) == (held(org.run("apply")), org.values()["front"])


def test_drift_counts_what_somebody_changed_in_a_queue_that_is_held(org: Org) -> None:
    org.run("rollback", "last")
    assert 0 == org.program.run("drift", "--detailed-exitcode").code
    org.edit("desk", 77)
    done = org.program.run("drift", "--detailed-exitcode")
    assert (2, True) == (done.code, "Desk was changed since rollback " in done.out + done.err)
    assert "live is what the policies say" not in done.out
