"""A stop or a rollback that somebody made on a laptop: pipelines hold it, apply the rest, and offer a merge
request.

The pipeline and every machine share nothing but GitLab: its package registry holds the record.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from syncer.emulator.server import Emulator
from tests.hub import TOKEN, Hub
from tests.program import Done, Program, live_queue, overflow

POLICY = """\
version: 1
queues:
  - queue: Front
    capacity: 100
    base_load: 50
    overflow:
      - target: Back
        threshold: {front}
        delay: 60
  - queue: Desk
    capacity: 100
    base_load: 50
    overflow:
      - target: Back
        threshold: 20
        delay: 60
      - target: Other
        threshold: {other}
        delay: 60
  - queue: Back
    capacity: 100
    base_load: 50
    overflow: []
  - queue: Other
    capacity: 100
    manage: false
"""


class Team:
    """A pipeline, whose state folder is lost after each job, and people with machines of their own."""

    def __init__(self, program: Program, hub: Hub) -> None:
        self.program, self.hub, self.commits = program, hub, 0

    def merge(self, front: int = 25, other: int = 5) -> None:
        """A merge request that was reviewed: the checkout of the next pipeline."""
        self.check_out({"policies/all.yaml": POLICY.format(front=front, other=other)})

    def check_out(self, files: dict[str, str]) -> None:
        self.commits += 1
        commit = f"{self.commits:040x}"
        for name, text in files.items():
            (self.program.folder / name).write_text(text)
        self.hub.begin(commit, files)
        self.program.setenv("CI_COMMIT_SHA", commit)

    def job(self, *arguments: str, code: int = 0) -> Done:
        """A job on a runner that has never run before."""
        shutil.rmtree(self.program.folder / ".syncer", ignore_errors=True)
        return self._run(arguments, code)

    def on(self, machine: str, *arguments: str, code: int = 0) -> Done:
        """A command on somebody's machine, which keeps its state folder."""
        return self._run((*arguments, "--state-dir", machine), code)

    def deliver(self) -> tuple[Any, str, str]:
        """The pipeline of the default branch: the report of its apply, and the notes of plan and apply."""
        self.job("plan", "--out", "plan.json")
        self.job("comment", "plan.json", "--merge-request", "5")
        self.job("apply", "plan.json", "--report", "json=apply.json", "--audit-head", "head.txt")
        self.job("comment", "apply.json", "--audit-head", "head.txt", "--merge-request", "5")
        report = self._run(("show", "apply.json", "--format", "json"), 0).json
        planned, applied = (self._note(kind) for kind in ("plan", "apply"))
        return report, planned, applied

    def live(self) -> dict[tuple[str, str], tuple[int, bool]]:
        """Threshold and switch of each rule, by queue and target."""
        return {
            (name, rule["overflowTarget"]): (rule["threshold"], rule["enabled"])
            for name, queue in self.program.live().items()
            for rule in queue["routingRules"]
        }

    def _note(self, kind: str) -> str:
        (found,) = [each["body"] for each in self.hub.notes() if f"<!-- syncer:{kind}:" in each["body"]]
        return str(found)

    def _run(self, arguments: tuple[str, ...], code: int) -> Done:
        done = self.program.run(*arguments)
        assert code == done.code, done.err + done.out
        return done


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    queues = [live_queue("Front"), live_queue("Desk"), live_queue("Back"), live_queue("Other")]
    with Emulator(queues=queues, rate_limit=1_000_000) as running:
        yield running


@pytest.fixture
def team(program: Program, hub: Hub) -> Team:
    """All is applied by the pipeline; from here on live is what the policies say."""
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_JOB_TOKEN": "job-token-of-the-stand-in",
        "CI_PROJECT_DIR": str(program.folder),
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "GITLAB_USER_LOGIN": "anna",
        "SYNCER_GITLAB_TOKEN": TOKEN,
        "SYNCER_RECORD": "gitlab",
        "SYNCER_DRIFT_MR": "1",
    }.items():
        program.setenv(name, value)
    team = Team(program, hub)
    team.merge()
    team.job("apply", "--auto-approve")
    return team


def stopped(team: Team, *more: str) -> None:
    team.on("laptop", "stop", "Back", "--reason", "INC-1: flooded", "--auto-approve", *more)
    assert ALL_OFF == team.live()


ALL_ON = {("front", "back"): (25, True), ("desk", "back"): (20, True), ("desk", "other"): (5, True)}
ALL_OFF = {("front", "back"): (25, False), ("desk", "back"): (20, False), ("desk", "other"): (5, True)}


def test_a_stop_is_held_and_the_rest_is_applied_and_all_say_so(team: Team) -> None:
    stopped(team, "--for", "2h")
    team.merge(front=40, other=9)
    report, planned, applied = team.deliver()
    assert ALL_OFF | {("desk", "other"): (9, True)} == team.live()
    (held,) = report["result"]["held"]
    assert ("stop", "Back", ["Desk", "Front"], 2) == (
        held["kind"],
        held["target_name"],
        sorted(held["queues"]),
        held["rules"],
    )
    for note in (planned, applied):
        _, _, section = note.partition("### Exceptions in force\n\n")
        line = section.splitlines()[0]
        assert line.startswith("- the stop of overflow into `Back` since ")
        assert " by `anna`, until " in line
        assert ": `INC-1: flooded`; 2 rules of `Desk`, `Front` held back (run `" in line
    text = team.job("apply", "--auto-approve").out
    assert "exception: the stop of overflow into Back since " in text
    assert "  2 rules of Desk, Front held back" in text


def test_drift_names_it_says_when_it_ends_and_is_no_drift(team: Team) -> None:
    stopped(team, "--for", "2h")
    team.program.setenv("SYNCER_DRIFT_MR", "")
    done = team.job("drift", "--detailed-exitcode")
    assert "exception: the stop of overflow into Back since " in done.out
    assert "the stop of overflow into Back ends at " in done.err
    assert "no drift" in done.out


def test_its_merge_request_makes_a_stop_permanent(team: Team, hub: Hub) -> None:
    stopped(team)
    opened = team.job("drift", "--detailed-exitcode").err
    assert "merge request on exceptions !6 opened" in opened
    (request,) = [each for each in hub.requests().values() if each["iid"] == 6]
    assert "syncer/exceptions" == request["source_branch"]
    assert "Make permanent: 1 exception from the policies" == request["title"]
    for part in (
        "- the stop of overflow into `Back` since ",
        " by `anna`, until it is lifted: `INC-1: flooded` (run `",
        "  - it holds `Desk`, `Front`\n",
        "  - lift it: `syncer stop Back --lift --record gitlab`\n",
        "**Merge it** to make it permanent",
        "| `Front` | `→ Back` | 25 % after 60 s, disabled | 25 % after 60 s |",
    ):
        assert part in request["description"], request["description"]
    writes = hub.writes()
    assert "!6 left unchanged: its text is already the same" in team.job("drift").err
    assert writes == hub.writes()

    team.check_out(hub.merge(6))
    report, planned, applied = team.deliver()
    ended = "the stop of overflow into Back has ended: the policies now match it"
    assert (
        "by `anna`, ends with the next apply, because the policies state the same: `INC-1: flooded`"
        in planned
    )
    assert ended in report["result"]["message"]
    assert "held" not in report["result"]
    assert ended in applied
    assert "Exceptions in force" not in applied
    assert ALL_OFF == team.live()
    assert "no exceptions are in force" in team.job("stop", "--list").out
    assert "" == team.job("drift", "--detailed-exitcode").err


def test_a_stop_that_has_ended_is_in_force_no_more_where_other_things_are_applied(
    team: Team, hub: Hub
) -> None:
    stopped(team)
    team.job("drift")
    (text,) = hub.merge(6).values()
    team.check_out({"policies/all.yaml": text.replace("threshold: 5\n", "threshold: 9\n")})
    report, planned, applied = team.deliver()
    assert "ends with the next apply" in planned
    assert "has ended: the policies now match it" in applied
    assert "held" not in report["result"]
    assert "Exceptions in force" not in applied
    assert ALL_OFF | {("desk", "other"): (9, True)} == team.live()


def test_a_plan_of_nothing_ends_no_stop_where_there_is_something_to_do_by_now(team: Team, hub: Hub) -> None:
    stopped(team)
    team.job("drift")
    team.check_out(hub.merge(6))
    team.job("plan", "--out", "plan.json")
    team.program.edit("desk", routingRules=[overflow("other", 70)])
    done = team.job("apply", "plan.json", code=4)
    assert "the plan is stale" in done.err
    assert "1 exception in force" in team.job("stop", "--list").out


def test_a_stop_that_is_lifted_elsewhere_is_not_held_any_more(team: Team, hub: Hub) -> None:
    stopped(team)
    team.job("drift")
    for machine in ("another", "laptop"):
        assert "1 exception in force" in team.on(machine, "stop", "--list").out
    lifted = team.on("another", "stop", "Back", "--lift", "--auto-approve")
    assert "so nothing is restored: the next apply restores what the policies state" in lifted.err
    assert ALL_OFF == team.live()
    assert "no exceptions are in force" in team.on("laptop", "stop", "--list").out
    assert "merge request !6 closed" in team.job("drift").err
    (note,) = hub.notes(6)
    assert "it was lifted, the policies match it" in note["body"]
    team.deliver()
    assert ALL_ON == team.live()


def test_a_stop_is_extended_and_expires_elsewhere(team: Team) -> None:
    stopped(team, "--for", "1m")
    team.on("another", "stop", "back", "--extend", "--for", "3h")
    (before,) = team.on("laptop", "stop", "--list", "--format", "json").json["result"]["exceptions"]
    assert (False, "INC-1: flooded") == (before["expired"], before["reason"])
    assert before["until"] > before["at"]
    assert "no stop has expired" in team.on("third", "stop", "--expire", "--auto-approve").out


def test_a_stop_out_of_a_file_is_joined_for_all(team: Team) -> None:
    team.program.setenv("SYNCER_RECORD", "")
    team.on("laptop", "stop", "Back", "--reason", "INC-1", "--undo", "stop.jsonl", "--auto-approve")
    team.program.setenv("SYNCER_RECORD", "gitlab")
    assert "no exceptions are in force" in team.job("stop", "--list").out
    team.on("another", "stop", "--join", "stop.jsonl")
    assert "1 exception in force" in team.job("stop", "--list").out
    assert "no changes" in team.job("plan").out


def test_closed_by_people_it_is_not_opened_again_for_the_same(team: Team, hub: Hub) -> None:
    stopped(team)
    team.job("drift")
    path = f"{hub.url}/api/v4/projects/42/merge_requests/6"
    requests.put(path, json={"state_event": "close"}, headers={"PRIVATE-TOKEN": TOKEN}, timeout=60)
    assert "not opened: !6 with the same change was closed" in team.job("drift").err


def test_drift_and_exceptions_never_mix(team: Team, hub: Hub) -> None:
    stopped(team)
    rules = [{**overflow("back", 20), "enabled": False}, overflow("other", 30)]
    team.program.edit("desk", routingRules=rules)
    said = team.job("drift").err
    assert "merge request !6 opened" in said
    assert "merge request on exceptions !7 opened" in said
    branches = {each["source_branch"]: iid for iid, each in hub.requests().items()}
    text = POLICY.format(front=25, other=30)
    assert text == hub.merge(branches["syncer/drift"])["policies/all.yaml"]
    hub.begin("f" * 40, {"policies/all.yaml": POLICY.format(front=25, other=5)})
    held = hub.requests()[branches["syncer/exceptions"]]["description"]
    assert "Other" not in held


def test_a_rollback_is_held_as_far_as_it_undid_something(team: Team, hub: Hub) -> None:
    team.merge(front=40, other=9)
    team.on("laptop", "apply", "--auto-approve")
    team.on("laptop", "rollback", "last", "--reason", "INC-2", "--auto-approve")
    assert ALL_ON == team.live()
    report, planned, _ = team.deliver()
    assert ALL_ON == team.live()
    (held,) = report["result"]["held"]
    assert ("rollback", ["Desk", "Front"], "anna", "INC-2") == tuple(
        held[name] for name in ("kind", "queues", "user", "reason")
    )
    assert "- the rollback of run `" in planned
    opened = team.job("drift", "--detailed-exitcode").err
    assert "merge request on exceptions !6 opened" in opened
    command = f"`syncer rollback --lift {held['id']} --record gitlab`"
    assert command in hub.requests()[6]["description"]

    team.merge(front=50, other=9)
    report, *_ = team.deliver()
    assert ALL_ON | {("front", "back"): (50, True)} == team.live()
    assert [["Desk"]] == [each["queues"] for each in report["result"]["held"]]

    team.on("another", "rollback", "--lift", held["id"])
    team.deliver()
    assert ALL_ON | {("front", "back"): (50, True), ("desk", "other"): (9, True)} == team.live()
    assert "merge request !6 closed" in team.job("drift").err


def test_a_rollback_that_is_merged_has_ended(team: Team, hub: Hub) -> None:
    team.merge(front=40, other=9)
    team.on("laptop", "apply", "--auto-approve")
    team.on("laptop", "rollback", "last", "--auto-approve")
    team.job("drift")
    merged = hub.merge(6)
    assert {"policies/all.yaml": POLICY.format(front=25, other=5)} == merged
    team.check_out(merged)
    report, *_ = team.deliver()
    assert "has ended: the policies now match it" in report["result"]["message"]
    assert "no exceptions are in force" in team.job("stop", "--list").out


def test_without_a_record_no_merge_request_is_opened_or_closed(team: Team, hub: Hub) -> None:
    stopped(team)
    team.job("drift")
    team.program.setenv("SYNCER_RECORD", "")
    assert "merge request on exceptions" not in team.job("drift").err
    assert "opened" == hub.requests()[6]["state"]


def test_who_can_not_say_which_organization_is_meant_lists_what_is_known_here(team: Team) -> None:
    stopped(team)
    for name in ("GENESYSCLOUD_OAUTHCLIENT_ID", "GENESYSCLOUD_OAUTHCLIENT_SECRET"):
        team.program.setenv(name, "")
    done = team.on("laptop", "stop", "--list")
    assert "1 exception in force" in done.out
    assert "the store of the record is not read" in done.err
    assert Path(team.program.folder / "laptop").is_dir()
