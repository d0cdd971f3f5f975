"""``sync rollback`` as somebody needs it at three in the morning: whatever today's files say, and in part."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.audit.trails import rehashed
from tests.program import Done, Program, live_queue, overflow, policy_queue

YES = ("--auto-approve", "--format", "json")


def backed(target: str, wait: int = 1) -> dict[str, Any]:
    """The fields of a live queue with a backup queue, after so many minutes."""
    wait_for = {"agentWaitSeconds": wait * 60, "waitForAgent": True}
    return {"directRouting": {"backupQueueId": target, **wait_for}}


def backing(name: str, target: str, wait: int) -> dict[str, Any]:
    """The policy of one."""
    return {
        "queue": name,
        "capacity": 100,
        "backup": {"queue": target, "agent_wait": wait * 60, "wait_for_agent": True},
    }


class Org:
    """An organization whose first apply changes Front and Desk; ``other`` makes another rule of a queue."""

    def __init__(self, program: Program, *, genesys: bool) -> None:
        self.program, self.genesys = program, genesys

    def policies(self, front: int = 25, desk: int = 20, **fields: Any) -> None:
        """Write policies with these values: percent, or minutes before a backup queue."""
        back = {"queue": "Back", "capacity": 100, **fields}
        if self.genesys:
            self.program.write_policies(backing("Front", "Back", front), backing("Desk", "Back", desk), back)
        else:
            self.program.write_policies(
                policy_queue("Front", ("Back", front)), policy_queue("Desk", ("Back", desk)), back
            )

    def edit(self, queue: str, value: int) -> None:
        """Somebody else gives the rule of a queue another value."""
        fields = backed("back", value) if self.genesys else {"routingRules": [overflow("back", value)]}
        self.program.edit(queue, **fields)

    def values(self) -> dict[str, int]:
        """The value of the rule of Front and Desk."""
        live = self.program.live()
        if self.genesys:
            return {name: live[name]["directRouting"]["agentWaitSeconds"] // 60 for name in ("front", "desk")}
        return {name: live[name]["routingRules"][0]["threshold"] for name in ("front", "desk")}

    def run(self, *arguments: str, code: int = 0) -> Any:
        """The report of a command that ends with ``code``."""
        done = self.program.run(*arguments, *(YES[1:] if arguments[0] == "audit" else YES))
        assert code == done.code, done.err + done.out
        return done.json

    def apply(self, **values: int) -> str:
        """Apply policies with these values; the id of the run."""
        self.policies(**values)
        run: str = self.run("apply")["result"]["run"]
        return run

    def entries(self) -> list[dict[str, Any]]:
        """The audit trail."""
        found: list[dict[str, Any]] = self.run("audit", "show")["result"]["entries"]
        return found


@pytest.fixture(params=["overflow-rules", "genesys-cloud"])
def org(program: Program, request: pytest.FixtureRequest) -> Iterator[Org]:
    genesys = request.param == "genesys-cloud"
    live = [
        live_queue("Front", overflow("back", 10)),
        live_queue("Back"),
        live_queue("Desk", overflow("back", 5)),
    ]
    if genesys:
        live = [
            live_queue("Front", **backed("back", 10)),
            live_queue("Back"),
            live_queue("Desk", **backed("back", 5)),
        ]
    with Emulator(queues=live, rate_limit=1_000_000, lock="none" if genesys else "etag") as emulator:
        program.use(emulator)
        yield Org(program, genesys=genesys)


BEFORE, AFTER = {"front": 10, "desk": 5}, {"front": 25, "desk": 20}


def broken_policies(program: Program) -> str:
    (program.folder / "policies" / "all.yaml").write_text("queues: [")
    return "the policies can't be read: policies/all.yaml:"


def no_folder(program: Program) -> str:
    shutil.rmtree(program.folder / "policies")
    return "the policies can't be read: policies"


@pytest.mark.parametrize("damage", [broken_policies, no_folder])
def test_files_that_are_broken_or_gone_refuse_nothing(org: Org, damage: Any) -> None:
    org.apply()
    assert AFTER == org.values()
    words = damage(org.program)
    report = org.run("rollback", "last")
    assert (BEFORE, True) == (org.values(), report["warnings"][0].startswith(words))


def test_a_capacity_that_is_lower_now_is_a_warning(org: Org) -> None:
    org.apply()
    org.policies(capacity=0.01)
    org.program.write_policies(
        *(
            policy_queue(name) | {"manage": False, "capacity": 0.01, "base_load": 90}
            for name in ("Front", "Desk")
        ),
        {"queue": "Back", "manage": False, "capacity": 0.01, "base_load": 5},
    )
    report = org.run("rollback", "last")
    assert BEFORE == org.values()
    assert [] == [each for each in report["findings"] if each["refuses"]]


def test_settings_that_are_broken_hold_no_rollback(org: Org) -> None:
    run = org.apply()
    settings = org.program.folder / "policies" / "settings.yaml"
    settings.write_text("version: 1\nsafety: {protcted: [Front]}\n")
    done = org.run("rollback", run)
    assert "the settings can't be read: policies/settings.yaml:2" in done["warnings"][0]
    assert "which queues are protected is not known" in done["warnings"][0]
    assert BEFORE == org.values()


def test_how_much_may_change_does_not_hold_a_rollback(org: Org) -> None:
    org.apply()
    limits = {"max_change_percent": 0, "max_delete_percent": 0, "from_rules": 0, "allow_delete": False}
    org.program.write_settings(safety=limits)
    report = org.run("rollback", "last")
    assert BEFORE == org.values()
    assert any("a rollback is exempt from that" in warning for warning in report["warnings"])
    assert "exempt:mass-change" in org.entries()[-1]["overrides"]


def test_no_limit_holds_a_rollback_and_each_is_noted(org: Org) -> None:
    org.apply()
    org.program.write_settings(safety={"protected": ["Front"], "max_change_percent": 1, "from_rules": 1})
    report = org.run("rollback", "last")
    assert BEFORE == org.values()
    assert any("Front is protected (Front) and would be changed; " in words for words in report["warnings"])
    assert ["exempt:protected", "exempt:mass-change"] == org.entries()[-1]["overrides"]


def test_a_loop_refuses_whatever_is_ignored(org: Org) -> None:
    """The run sent Front to Desk; meanwhile somebody sent Back to Front: the way back is a circle."""
    if org.genesys:
        org.program.write_policies(backing("Front", "Desk", 1), {"queue": "Desk", "capacity": 100})
        closing = backed("front")
    else:
        org.program.write_policies(policy_queue("Front", ("Desk", 1)), {"queue": "Desk", "capacity": 100})
        closing = {"routingRules": [overflow("front", 1)]}
    org.program.edit("desk", routingRules=[], directRouting=None)
    org.run("apply")
    org.program.edit("back", **closing)
    puts = org.program.puts()
    refused = org.run("rollback", "last", "--ignore-checks", "INC-1", code=3)
    assert ["loops.cycle"] == [each["id"] for each in refused["findings"] if each["refuses"]]
    assert puts == org.program.puts()


def test_one_queue_is_undone_and_the_rest_later(org: Org) -> None:
    run = org.apply()
    org.edit("desk", 5)  # as it was before the run: an undoing of all would leave it alone
    org.run("rollback", "last", "--queue", "Front")
    assert BEFORE == org.values()
    org.edit("desk", 20)
    again = org.run("rollback", run)["result"]
    assert f"a part of run {run} was undone by run " in again["message"]
    assert BEFORE == org.values()
    assert "nothing to do" == org.run("rollback", run)["result"]["status"]
    assert 0 == org.program.run("audit", "verify").code


def test_a_queue_in_conflict_is_skipped_and_left_to_undo(org: Org) -> None:
    run = org.apply()
    org.edit("desk", 77)
    assert "--skip-conflicts" in org.run("rollback", run, code=4)["error"]["hint"]
    report = org.run("rollback", run, "--skip-conflicts")
    assert {"front": 10, "desk": 77} == org.values()
    assert report["result"]["message"].startswith("1 queue is in conflict and left as it was found; ")
    (left,) = [each for each in report["findings"] if each["id"] == "rollback.conflict"]
    assert ("warning", True) == (left["severity"], left["message"].endswith("; it is left as it is"))
    org.edit("desk", 20)
    org.run("rollback", run)
    assert BEFORE == org.values()


def test_a_conflict_with_a_newer_run_is_called_that(org: Org) -> None:
    one = org.apply()
    two = org.apply(front=40)
    refused = org.run("rollback", one, code=4)
    assert (
        "a newer run has since changed what is to be undone, so nothing was changed"
        == refused["error"]["message"]
    )
    assert refused["error"]["hint"].startswith(f"Undo that first: syncer rollback {two}.")
    (found,) = [each for each in refused["findings"] if each["id"].startswith("rollback.")]
    assert ("rollback.newer-run", f"Front: run {two} changed it since") == (found["id"], found["message"])
    assert "newer-run" == org.entries()[-1]["reason"]
    org.run("rollback", two)
    org.run("rollback", one)
    assert BEFORE == org.values()


def test_an_edit_on_top_of_a_newer_run_is_somebodys(org: Org) -> None:
    one = org.apply()
    org.apply(front=40)
    org.edit("front", 77)
    refused = org.run("rollback", one, code=4)
    assert ["rollback.conflict"] == [each["id"] for each in refused["findings"] if each["refuses"]]


def test_the_beginning_of_an_id_is_enough(org: Org) -> None:
    run = org.apply()
    org.run("rollback", run[:-2])
    assert BEFORE == org.values()


def test_a_beginning_that_several_runs_share_names_none(org: Org) -> None:
    runs = [org.apply(), org.apply(front=40)]
    refused = org.run("rollback", "2", code=1)
    assert f"2 runs begin with 2; the newest: {', '.join(runs)}" == refused["error"]["message"]
    assert {"front": 40, "desk": 20} == org.values()


@pytest.fixture
def planned(org: Org) -> str:
    """A saved plan was applied; the id of the run."""
    org.policies()
    assert 0 == org.program.run("plan", "--out", "plan.json").code
    run: str = org.run("apply", "plan.json")["result"]["run"]
    return run


def test_a_saved_plan_is_undone_where_the_trail_is_gone(org: Org, planned: str) -> None:
    shutil.rmtree(org.program.folder / ".syncer")
    assert planned
    org.run("rollback", "--plan", "plan.json")
    assert BEFORE == org.values()
    again = org.run("rollback", "--plan", "plan.json")["result"]
    assert (
        "the live queues are as they were before the plan was applied: nothing was sent" == again["message"]
    )


def test_a_saved_plan_whose_run_the_trail_knows_is_that_run(org: Org, planned: str) -> None:
    back = org.run("rollback", "--plan", "plan.json")["result"]["run"]
    assert (BEFORE, planned) == (org.values(), org.entries()[-1]["undoes"])
    org.policies()
    words = org.run("rollback", "--plan", "plan.json")["result"]["message"]
    assert f"run {planned} was undone by run {back}" in words


def test_a_plan_of_which_somebody_changed_a_rule_since_is_a_conflict(org: Org, planned: str) -> None:
    shutil.rmtree(org.program.folder / ".syncer")
    org.edit("front", 77)
    org.run("rollback", "--plan", "plan.json", code=4)
    assert planned
    org.run("rollback", "--plan", "plan.json", "--skip-conflicts")
    assert {"front": 77, "desk": 5} == org.values()


@pytest.mark.parametrize("arguments", [[], ["last", "--plan", "plan.json"]])
def test_a_run_or_a_plan_is_named_and_not_both(program: Program, arguments: list[str]) -> None:
    done = program.run("rollback", *arguments, *YES)
    assert (64, "WrongUsage") == (done.code, done.json["error"]["type"])


def head_of(program: Program) -> str:
    """The hash of the newest entry."""
    entries = program.run("audit", "show", "--format", "json").json["result"]["entries"]
    return str(entries[-1]["hash"])


def edited(program: Program, line: int) -> None:
    """Change a value in one line of the trail."""
    trail = program.folder / ".syncer" / "audit" / "audit.jsonl"
    lines = trail.read_text().splitlines(keepends=True)
    lines[line] = lines[line].replace('"latencyMs": ', '"latencyMs": 1')
    trail.write_text("".join(lines))


def test_a_run_that_a_kept_head_vouches_for_is_undone_though_older_entries_broke(org: Org) -> None:
    old = org.apply(front=30, desk=31)
    older_head = head_of(org.program)
    run = org.apply()
    head = head_of(org.program)
    (org.program.folder / "head").write_text(head + "\n")
    edited(org.program, 0)
    refused = org.run("rollback", run, code=1)
    assert "--head HASH" in refused["error"]["hint"]
    for bad in (older_head, "sha256:" + "1" * 64):
        error = org.run("rollback", run, "--head", bad, code=1)["error"]
        assert f"run {run} has entry" in error["message"]
    assert "was edited" in org.run("rollback", old, "--head", head, code=1)["error"]["message"]
    report = org.run("rollback", "last", "--head", "head")
    assert {"front": 30, "desk": 31} == org.values()
    assert f"the trail is broken before run {run}; the kept head vouches for the run" in report["warnings"][0]


def test_what_came_after_the_run_must_be_whole(org: Org) -> None:
    org.apply(front=30, desk=31)
    run = org.apply()
    head = head_of(org.program)
    org.run("rollback", run)
    edited(org.program, 0)
    words = org.run("rollback", run, "--head", head)["result"]["message"]
    assert f"run {run} was undone by run" in words
    edited(org.program, -1)
    assert "was edited" in org.run("rollback", run, "--head", head, code=1)["error"]["message"]


def test_a_trail_that_was_made_anew_is_not_vouched_for(org: Org) -> None:
    org.apply(front=30, desk=31)
    run = org.apply()
    head = head_of(org.program)
    trail = Path(org.program.folder / ".syncer" / "audit" / "audit.jsonl")
    entries = [json.loads(line) for line in trail.read_text().splitlines()]
    forged: Done
    entries[-2]["latencyMs"] = 7
    trail.write_bytes(b"".join(rehashed(entries)))
    forged = org.program.run("rollback", run, "--head", head, *YES)
    assert (1, {"front": 25, "desk": 20}) == (forged.code, org.values())
