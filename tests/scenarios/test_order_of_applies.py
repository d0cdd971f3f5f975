"""An older commit never undoes a newer one, and two merges in quick succession both arrive."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from syncer.audit.record import Intent, read_record, write_record
from tests.hub import TOKEN, Hub
from tests.policy.histories import cloned, committed, started
from tests.policy.test_revision import git
from tests.program import Done, Program, overflow, policy_queue

KEPT = ("--record", "../shared/record.json")
APPLY = ("apply", "--auto-approve", "--format", "json", *KEPT)
PLANNED = ("apply", "plan.json", "--format", "json", *KEPT)


class Team:
    """A repository of policies, the jobs of its pipelines, and the organization. Each job has a clone of its
    own; what was applied last is known from the store alone."""

    def __init__(self, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
        self.program, self._monkeypatch = program, monkeypatch
        self.origin = started(program.folder / "origin")
        shutil.copytree(program.folder / "policies", self.origin / "policies")
        (program.folder / "shared").mkdir()
        self._jobs = 0

    def merge(self, front: int = 25, desk: int = 20, *, on: str = "") -> str:
        """A commit with these thresholds of two queues."""
        queues = (
            policy_queue("Front", ("Back", front)),
            policy_queue("Desk", ("Back", desk)),
            policy_queue("Back"),
        )
        if on:
            committed(self.origin, f"back at {on}", on=on)
        (self.origin / "policies" / "all.yaml").write_text(json.dumps({"version": 1, "queues": queues}))
        return committed(self.origin, f"front {front}, desk {desk}")

    def job(self, commit: str, *, depth: int = 0) -> None:
        """A job of the pipeline of a commit begins, in a clone of its own."""
        self._jobs += 1
        folder = cloned(self.origin, self.program.folder / f"job-{self._jobs}", depth=depth, commit=commit)
        git(folder, "checkout", "--quiet", "--detach", commit)
        self._monkeypatch.chdir(folder)
        self.program.setenv("CI_COMMIT_SHA", commit)

    def apply(self, commit: str, *options: str, depth: int = 0) -> Done:
        """An apply of all that the policies of a commit say."""
        self.job(commit, depth=depth)
        return self.program.run(*APPLY, *options)

    def plan(self, commit: str) -> Path:
        """The plan of a commit, made now; its job is over."""
        self.job(commit)
        assert 0 == self.program.run("plan", "--out", "plan.json", *KEPT).code
        return Path("plan.json").resolve()

    def apply_plan(self, commit: str, plan: Path, *options: str) -> Done:
        """An apply of a plan that an earlier job of the pipeline made."""
        self.job(commit)
        shutil.copy(plan, "plan.json")
        return self.program.run(*PLANNED, *options)

    def thresholds(self) -> dict[str, list[int]]:
        """Those of the overflow rules to Back that live has."""
        return {
            key: [rule["threshold"] for rule in queue["routingRules"] if rule.get("overflowTarget") == "back"]
            for key, queue in self.program.live().items()
            if key in ("front", "desk")
        }

    def reasons(self) -> list[str]:
        """Why the runs of this job were refused, or had nothing to do."""
        shown = self.program.run("audit", "show", "--format", "json").json["result"]["entries"]
        return [entry["reason"] for entry in shown if entry["kind"] == "run"]


@pytest.fixture
def team(program: Program, monkeypatch: pytest.MonkeyPatch) -> Team:
    return Team(program, monkeypatch)


def test_a_retry_of_an_old_job_undoes_nothing(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert [0, 0] == [team.apply(each).code for each in (old, new)]
    puts = team.program.puts()
    done = team.apply(old)
    assert (0, puts, [35]) == (done.code, team.program.puts(), team.thresholds()["front"])
    message = done.json["result"]["message"]
    assert f"commit {old[:12]} is older than {new[:12]}, which run " in message
    assert message.endswith(": nothing was sent")
    assert ["older-commit"] == team.reasons()


def test_drift_of_an_older_checkout_says_so(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert [0, 0] == [team.apply(each).code for each in (old, new)]
    team.job(old)
    done = team.program.run("drift", *KEPT)
    assert f"the policies here are of commit {old}, older than commit {new}, which was applied" in done.out
    assert "pending:" not in done.out
    team.job(new)
    assert "older than" not in team.program.run("drift", *KEPT).out


def test_a_newer_commit_that_reverts_goes_on(team: Team) -> None:
    commits = [team.merge(front=threshold) for threshold in (30, 35, 30)]
    for commit, threshold in zip(commits, (30, 35, 30), strict=True):
        assert 0 == team.apply(commit).code
        assert [threshold] == team.thresholds()["front"]


def test_the_same_commit_goes_on_with_what_somebody_undid(team: Team) -> None:
    commit = team.merge(front=30)
    assert 0 == team.apply(commit).code
    team.program.edit("front", routingRules=[overflow("back", 40)])
    assert 0 == team.apply(commit).code
    assert [30] == team.thresholds()["front"]


def test_a_shallow_clone_that_shows_the_way_is_enough(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert [0, 0] == [team.apply(each, depth=2).code for each in (old, new)]


def test_what_the_clone_does_not_show_and_nobody_else_knows_is_refused(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert 0 == team.apply(new).code
    done = team.apply(old, depth=1)
    assert (4, [35]) == (done.code, team.thresholds()["front"])
    error = done.json["error"]
    assert f"whether commit {old[:12]} is older than {new[:12]}, which run " in error["message"]
    assert "the clone doesn't show it, and the URL of GitLab's API is not known" in error["message"]
    assert "GIT_DEPTH: 0" in error["hint"] and "--allow-older" in error["hint"]
    assert ["unknown-commit"] == team.reasons()
    assert ["unknown-commit"] == [
        each.reason for each in read_record(Path("../shared/record.json")).places[0].sets[""].refused
    ]


def test_a_store_that_can_not_be_read_may_know_a_newer_commit(team: Team) -> None:
    """The first job has a state folder of its own; no other knows of the later one but by the store."""
    old, new = team.merge(front=30), team.merge(front=35)
    assert 0 == team.apply(old).code
    first = Path.cwd()
    assert 0 == team.apply(new).code
    content, store = Path("../shared/record.json").read_bytes(), Path("../shared/record.json")
    store.write_bytes(b"<html>500</html>")
    done = team.apply(old)
    error = done.json["error"]
    assert (4, ["unknown-commit"], [35]) == (done.code, team.reasons(), team.thresholds()["front"])
    assert "the record in ../shared/record.json could not be read" in error["message"]
    assert "once the store can be read" in error["hint"] and "--allow-older" in error["hint"]
    team.job(new)
    shutil.copytree(first / ".syncer", Path(".syncer"))
    assert 4 == team.program.run(*APPLY).code, "a state folder that knows no commit as new"
    assert 0 == team.apply(old, "--allow-older").code
    assert [30] == team.thresholds()["front"]
    store.write_bytes(content)
    assert 0 == team.apply(new).code


def test_a_state_folder_that_knows_better_needs_no_store(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert 0 == team.apply(new).code
    state = Path(".syncer").resolve()
    Path("../shared/record.json").write_bytes(b"<html>500</html>")
    for commit, front in ((new, 35), (old, 35)):
        team.job(commit)
        shutil.copytree(state, Path(".syncer"))
        assert (0, [front]) == (team.program.run(*APPLY).code, team.thresholds()["front"])


def test_a_store_that_nobody_can_ask_is_not_read_either(team: Team) -> None:
    team.job(team.merge(front=30))
    done = team.program.run(*APPLY[:-1], "gitlab")
    assert (4, ["unknown-commit"]) == (done.code, team.reasons())
    assert "the record in its store could not be read" in done.json["error"]["message"]


@pytest.fixture
def gitlab(team: Team, hub: Hub) -> Hub:
    """GitLab, as a job knows it."""
    team.program.setenv("CI_API_V4_URL", f"{hub.url}/api/v4")
    team.program.setenv("CI_PROJECT_ID", "42")
    team.program.setenv("SYNCER_GITLAB_TOKEN", TOKEN)
    return hub


def test_gitlab_knows_what_the_clone_does_not_show(team: Team, gitlab: Hub) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    for commit in (old, new):
        gitlab.begin(commit, {})
    assert [0, 0, 0] == [team.apply(each, depth=1).code for each in (old, new, old)]
    assert (["older-commit"], [35]) == (team.reasons(), team.thresholds()["front"])
    assert 2 == gitlab.asked("/repository/merge_base")


def test_a_clone_that_shows_it_asks_nobody(team: Team, gitlab: Hub) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert [0, 0, 0] == [team.apply(each).code for each in (old, new, old)]
    assert 0 == gitlab.asked("/repository/merge_base")


@pytest.mark.parametrize("depth", [0, 1])
def test_a_history_that_was_written_anew_is_refused(team: Team, gitlab: Hub, depth: int) -> None:
    begin = team.merge(front=30)
    was, now = team.merge(front=35), team.merge(front=40, on=begin)
    gitlab.begin(begin, {})
    for commit in (was, now):
        gitlab.begin(commit, {}, parent=begin)
    assert 0 == team.apply(was).code
    done = team.apply(now, depth=depth)
    assert (4, ["diverged-commit"], [35]) == (done.code, team.reasons(), team.thresholds()["front"])
    words = f"commit {now[:12]} doesn't come from {was[:12]}, which run "
    assert done.json["error"]["message"].startswith(words)


def test_who_means_it_says_so_and_the_audit_has_it(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert [0, 0] == [team.apply(each).code for each in (old, new)]
    assert 0 == team.apply(old, "--allow-older").code
    assert [30] == team.thresholds()["front"]
    shown = team.program.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert ["--allow-older"] == shown[-1]["overrides"]
    assert 0 == team.apply(new).code
    assert [35] == team.thresholds()["front"]


def test_sets_of_policies_have_orders_of_their_own(team: Team) -> None:
    old, new = team.merge(front=30), team.merge(front=35)
    assert 0 == team.apply(new).code
    assert 0 == team.apply(old, "--policy-set", "another").code
    assert [30] == team.thresholds()["front"]


def test_a_run_that_vanished_may_have_applied_its_commit(team: Team) -> None:
    """Its machine is gone, and the store alone knows what it meant to do."""
    old, new = team.merge(front=30), team.merge(front=35)
    assert 0 == team.apply(old).code
    store = Path("../shared/record.json")
    known = read_record(store)
    (place,) = known.places
    started_at = "2099-01-01T00:00:00.000Z"
    gone = Intent("gone", "apply", started_at, place.location, "", commit=new, queues=("front",))
    write_record(store, known.with_intent(gone))
    for _ in range(2):
        team.program.edit("front", routingRules=[overflow("back", 35)])
        done = team.apply(old)
        assert (0, [35]) == (done.code, team.thresholds()["front"])
        assert f"is older than {new[:12]}, which run gone applied at {started_at}" in done.out


def test_an_empty_plan_of_a_newer_commit_counts_too(team: Team) -> None:
    """The commit says what live has: drift that was written back."""
    old, new = team.merge(front=30), team.merge(front=35)
    assert 0 == team.apply(old).code
    team.program.edit("front", routingRules=[overflow("back", 35)])
    done = team.apply_plan(new, team.plan(new))
    assert (0, "this plan changes nothing: nothing was sent") == (done.code, done.json["result"]["message"])
    assert 0 == team.apply(old).code
    assert [35] == team.thresholds()["front"]


def test_an_empty_plan_of_a_commit_that_nobody_knows_is_no_fault_and_counts_for_nothing(team: Team) -> None:
    commit = team.merge(front=30)
    assert 0 == team.apply(commit).code
    plan = team.plan(commit)
    team.job(commit)
    shutil.copy(plan, "plan.json")
    team.program.setenv("CI_COMMIT_SHA", "9" * 40)
    assert 0 == team.program.run(*PLANNED).code
    assert commit == read_record(Path("../shared/record.json")).places[0].sets[""].commit


def both(team: Team) -> tuple[str, str, Path, Path]:
    """Two merges, of which neither was applied when the plan of the other was made."""
    first, second = team.merge(front=30, desk=20), team.merge(front=30, desk=22)
    return first, second, team.plan(first), team.plan(second)


def test_two_merges_in_quick_succession_both_arrive(team: Team) -> None:
    team.program.edit("desk", routingRules=[overflow("back", 20)])
    first, second, plan, other = both(team)
    done = team.apply_plan(first, plan)
    run = done.json["result"]["run"]
    assert (0, {"front": [30], "desk": [20]}) == (done.code, team.thresholds())
    done = team.apply_plan(second, other)
    assert (0, {"front": [30], "desk": [22]}) == (done.code, team.thresholds())
    words = f"1 of 2 changes were done meanwhile, by run {run}"
    assert (words, [words]) == (
        done.json["result"]["message"],
        [line for line in done.err.splitlines() if line == words],
    )
    assert 1 == len(done.json["result"]["outcomes"])
    assert 0 == team.program.run("plan", "--detailed-exitcode").code


def test_a_merge_and_its_quick_revert_are_told_to_plan_again(team: Team) -> None:
    """Both were planned before either was applied, so the plan of the revert changes nothing."""
    assert 0 == team.apply(team.merge(front=25)).code
    merged, reverted = team.merge(front=30), team.merge(front=25)
    plan, other = team.plan(merged), team.plan(reverted)
    assert (0, [30]) == (team.apply_plan(merged, plan).code, team.thresholds()["front"])
    puts = team.program.puts()
    for _ in range(2):
        done = team.apply_plan(reverted, other)
        assert (4, puts, ["stale-plan"]) == (done.code, team.program.puts(), team.reasons())
        assert (
            "live queue Front (front): 25 % to Back after 60 s became 30 %" in done.json["error"]["message"]
        )
        assert "retry its job that plans" in done.json["error"]["hint"]
    assert 0 == team.apply_plan(reverted, team.plan(reverted)).code
    assert [25] == team.thresholds()["front"]


def test_an_empty_plan_of_unknown_order_is_refused_where_there_is_something_to_change(team: Team) -> None:
    assert 0 == team.apply(team.merge(front=25)).code
    old, new = team.merge(desk=20), team.merge(front=30)
    plan = team.plan(old)
    assert 0 == team.apply(new).code
    team.job(old, depth=1)
    shutil.copy(plan, "plan.json")
    assert 4 == team.program.run(*PLANNED).code
    assert (["unknown-commit"], [30]) == (team.reasons(), team.thresholds()["front"])


def test_the_older_one_that_comes_late_has_nothing_to_do(team: Team) -> None:
    team.program.edit("desk", routingRules=[overflow("back", 20)])
    first, second, plan, other = both(team)
    assert 0 == team.apply_plan(second, other).code
    done = team.apply_plan(first, plan)
    assert (0, ["older-commit"], {"front": [30], "desk": [22]}) == (
        done.code,
        team.reasons(),
        team.thresholds(),
    )


def test_a_plan_that_somebody_did_by_hand_has_nothing_left(team: Team) -> None:
    commit = team.merge(front=30)
    plan = team.plan(commit)
    for queue, threshold in (("front", 30), ("desk", 20)):
        team.program.edit(queue, routingRules=[overflow("back", threshold)])
    puts = team.program.puts()
    done = team.apply_plan(commit, plan)
    assert (0, puts) == (done.code, team.program.puts())
    assert (
        "2 of 2 changes were done meanwhile, by others; nothing to do: the live queues are as they should be"
        == done.json["result"]["message"]
    )


@pytest.mark.parametrize(
    "moved",
    [
        {"front": [overflow("back", 31)]},
        {"front": [overflow("back", 30)], "desk": [overflow("back", 21)]},
        {"front": [overflow("back", 30)], "other": [overflow("back", 6)]},
        {"front": [overflow("back", 30), overflow("desk", 5)]},
    ],
)
def test_any_other_move_refuses_it(team: Team, moved: dict[str, list[dict[str, Any]]]) -> None:
    commit = team.merge(front=30)
    plan = team.plan(commit)
    for queue, rules in moved.items():
        team.program.edit(queue, routingRules=rules)
    puts = team.program.puts()
    done = team.apply_plan(commit, plan)
    assert (4, puts, ["stale-plan"]) == (done.code, team.program.puts(), team.reasons())
    refused = read_record(Path("../shared/record.json")).places[0].sets[""].refused
    assert [("stale-plan", commit)] == [(each.reason, each.commit) for each in refused]
