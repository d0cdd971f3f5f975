"""Drift must not undo a review: what the policies changed and live didn't waits to be applied."""

import json
from collections.abc import Iterator
from hashlib import sha1
from typing import Any

import pytest

from syncer.emulator.server import Emulator
from tests.hub import TOKEN, Hub
from tests.program import Program, live_queue, overflow
from tests.receiver import Receiver, receiving

POLICY = """\
version: 1
queues:
  - queue: Front
    capacity: 100
    base_load: 50
    overflow:
      - target: Back
        threshold: {front}
        delay: {delay}
  - queue: Desk
    capacity: 100
    base_load: 50
    overflow:
      - target: Back
        threshold: {desk}
        delay: 60
{more}  - queue: Back
    capacity: 100
    base_load: 50
    overflow: []
"""
MORE = "      - target: Other\n        threshold: {}\n        delay: 60\n"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """A queue API whose queues are what ``policies()`` say; nothing was ever applied to it."""
    queues = [
        live_queue("Front", overflow("back", 25)),
        live_queue("Desk", overflow("back", 20)),
        live_queue("Back"),
        live_queue("Other"),
    ]
    with Emulator(queues=queues, rate_limit=1_000_000) as running:
        yield running


@pytest.fixture
def job(program: Program, hub: Hub) -> Program:
    """A job of a schedule that never saw live before, beside policies that live agrees with."""
    merge(program, hub)
    for name, value in {
        "CI_API_V4_URL": f"{hub.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_PROJECT_DIR": str(program.folder),
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "SYNCER_GITLAB_TOKEN": TOKEN,
        "SYNCER_DRIFT_MR": "1",
    }.items():
        program.setenv(name, value)
    return program


def policies(front: int = 25, desk: int = 20, more: str = "", delay: int = 60) -> str:
    return POLICY.format(front=front, desk=desk, more=more, delay=delay)


def merge(program: Program, hub: Hub, **values: Any) -> None:
    """What a reviewed merge request made of the policies is the commit that is checked out."""
    text = policies(**values)
    (program.folder / "policies" / "all.yaml").write_text(text)
    commit = sha1(f"{hub.branches().get('main')} {text}".encode()).hexdigest()
    hub.begin(commit, {"policies/all.yaml": text})
    program.setenv("CI_COMMIT_SHA", commit)


def agree(program: Program) -> None:
    """A run of the schedule while live and the policies agree."""
    assert 0 == program.run("drift", "--detailed-exitcode").code


def looked(program: Program, code: int) -> Any:
    done = program.run("drift", "--format", "json", "--detailed-exitcode", "--metrics", "m")
    assert code == done.code, done
    return done.json["result"]


def sides(result: Any) -> dict[str, list[tuple[str, str]]]:
    """Queue and target of what drifted by who moved it, and of what is pending."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rule in result["rules"]:
        found.setdefault(rule["moved"], []).append((rule["queue"]["name"], rule["target"]["name"]))
    if result["pending"]:
        found["pending"] = [(rule["queue"]["name"], rule["target"]["name"]) for rule in result["pending"]]
    return found


def metric(program: Program, name: str) -> list[float]:
    lines = (program.folder / "m").read_text().splitlines()
    return [float(line.split()[-1]) for line in lines if line.startswith(f'{name}{{command="drift"}}')]


@pytest.mark.parametrize("source", ["drift", "trail"])
def test_a_merge_that_is_not_applied_is_pending_and_is_not_written_back(
    job: Program, hub: Hub, source: str
) -> None:
    if source == "drift":
        agree(job)
    else:
        merge(job, hub, front=24, desk=19)
        assert 0 == job.run("apply", "--auto-approve").code
        merge(job, hub)
        assert 0 == job.run("apply", "--auto-approve").code
        assert not (job.folder / ".syncer" / "drift.json").exists()
    merge(job, hub, front=40, more=MORE.format(5))
    assert {"pending": [("Desk", "Other"), ("Front", "Back")]} == sides(looked(job, 0))
    assert ([0], [2]) == (metric(job, "syncer_drifted_queues"), metric(job, "syncer_pending_queues"))
    assert ([5], 0) == (list(hub.requests()), hub.writes())
    text = job.run("drift").out
    assert "~ → Back  pending, to be updated: threshold is 25 %, the policy says 40 %" in text
    assert "+ → Other  pending, to be created: 5 % after 60 s" in text
    waiting = "the policies changed, and the live queues are as they were when both last agreed"
    said = f"pending: 2 rules of 2 queues: {waiting}; syncer apply applies it"
    *_, calm, pending, since = text.splitlines()
    assert ["no drift", said] == [calm, pending]
    assert since.startswith("  merged up to commit ")
    assert (source == "trail") == (", not applied since " in since)
    assert 0 == job.run("apply", "--auto-approve").code
    assert {} == sides(looked(job, 0))


def test_live_that_moved_is_drift_also_when_an_apply_came_between(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    assert 0 == job.run("apply", "--auto-approve").code
    job.edit("front", routingRules=[overflow("back", 25)])
    assert {"live": [("Front", "Back")]} == sides(looked(job, 2))
    assert policies(front=25) == hub.merge(6)["policies/all.yaml"]


def test_where_both_moved_it_is_drift_and_people_decide(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    job.edit("front", routingRules=[overflow("back", 30)])
    assert {"both": [("Front", "Back")]} == sides(looked(job, 2))
    done = job.run("drift")
    why = "30 % to Back after 60 s: the live queue and the policies both changed it since they last agreed"
    assert f"not written back: Front: {why}\n" in done.err
    assert "threshold is 30 %, the policy says 40 %  # the policies changed it too since both" in done.out
    assert done.out.endswith("syncer export --update would undo what is pending\n")
    assert "; the policies changed it too since both" in job.run("drift", "--format", "markdown").out
    assert ([5], 0) == (list(hub.requests()), hub.writes())


def test_of_a_rule_that_both_moved_only_what_live_moved_is_written_back(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    job.edit("front", routingRules=[{**overflow("back", 25), "overflowDelay": 90}])
    assert {"both": [("Front", "Back")]} == sides(looked(job, 2))
    description = hub.requests()[6]["description"]
    assert (
        "Of 1 rule that the policies changed too, only changes of the live queues are included."
        in description
    )
    assert "### Not written" not in description
    assert policies(front=40, delay=90) == hub.merge(6)["policies/all.yaml"]


def test_what_the_merge_request_took_is_no_drift_and_no_hand_edit_any_more(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    job.edit("front", routingRules=[{**overflow("back", 25), "overflowDelay": 90}])
    drifted = job.run("drift").out
    assert "live differs: delay is 90 s, the policy says 60 s  # the policies changed it too" in drifted
    merge_it = "- **Merge it** to keep the live rules: after that, a plan has no changes here except what is"
    assert merge_it in hub.requests()[6]["description"]
    merge(job, hub, front=40, delay=90)
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 0))
    assert "threshold is 25 %, the policy says 40 %\n" in job.run("drift").out
    planned = job.run("plan")
    assert (0, False) == (planned.code, "hand edit" in planned.out)
    assert 0 == job.run("apply", "--auto-approve", "--require-explained").code
    assert {} == sides(looked(job, 0))


def test_a_field_that_both_moved_is_left_and_named(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    job.edit("front", routingRules=[{**overflow("back", 30), "overflowDelay": 90}])
    left = (
        "threshold of 30 % to Back after 90 s: "
        "the live queue and the policies both changed it since they last agreed"
    )
    assert f"not written back: Front: {left}" in job.run("drift").err
    assert f"- `Front`: `{left}`" in hub.requests()[6]["description"]
    assert policies(front=40, delay=90) == hub.merge(6)["policies/all.yaml"]


def test_what_is_pending_says_since_when_and_why(job: Program, hub: Hub) -> None:
    assert 0 == job.run("apply", "--auto-approve").code
    (folder,) = [job.folder / ".syncer"]
    record = json.loads((folder / "record.json").read_text())
    (applied,) = record["places"][0]["sets"]
    applied["refused"] = [{"run": "r2", "at": applied["at"], "commit": "beef", "reason": "mass-change"}]
    (folder / "record.json").write_text(json.dumps(record))
    merge(job, hub, front=40)
    result = looked(job, 0)
    known = {name: applied[name] for name in ("run", "at", "commit")}
    commit = result["pending_since"]["commit"]
    assert {"commit": commit, "applied": known, "refused": applied["refused"]} == result["pending_since"]
    words = (
        f"merged up to commit {commit}, not applied since {applied['at']} (run {applied['run']}, commit "
        f"{applied['commit']}), refused by mass-change (run r2 at {applied['at']})"
    )
    assert f"  {words}" == job.run("drift").out.splitlines()[-1]
    assert f"`{words}`." in job.run("drift", "--format", "markdown").out
    assert ([5], 0) == (list(hub.requests()), hub.writes())
    other = job.run("drift", "--format", "json", "--policy-set", "other").json["result"]
    assert {"commit": commit, "applied": None, "refused": []} == other["pending_since"]


def test_only_what_live_moved_is_written_back(job: Program, hub: Hub) -> None:
    merge(job, hub, more=MORE.format(5))
    job.edit("desk", routingRules=[overflow("back", 20), overflow("other", 5)])
    agree(job)
    merge(job, hub, front=40, desk=21, more=MORE.format(5))
    job.edit("desk", routingRules=[overflow("back", 20), overflow("other", 9), overflow("front", 1)])
    found = {"live": [("Desk", "Front"), ("Desk", "Other")], "pending": [("Desk", "Back"), ("Front", "Back")]}
    assert found == sides(looked(job, 2))
    assert "Not included, because it is pending: 2 rules of 2 queues" in hub.requests()[6]["description"]
    assert "Drift of the live queues: 2 rules of 1 queue" == hub.requests()[6]["title"]
    added = "      - target: Front\n        threshold: 1\n        delay: 60\n"
    assert policies(40, 21, MORE.format(9) + added) == hub.merge(6)["policies/all.yaml"]


def test_what_nobody_knows_is_told_as_ever_and_not_written_back(job: Program, hub: Hub) -> None:
    job.edit("front", routingRules=[overflow("back", 40)])
    result = looked(job, 2)
    assert {"unknown": [("Front", "Back")]} == sides(result)
    done = job.run("drift", "--format", "text")
    assert "for 1 rule only the live queues and the policies were compared" in done.out
    assert "no merge request is opened, renewed or closed: it is not known which side changed" in done.err
    assert (
        "not written back: Front: 40 % to Back after 60 s: it is not known what both last agreed on"
        in done.err
    )
    assert (
        "For 1 rule only the live queues and the policies were compared"
        in job.run("drift", "--format", "markdown").out
    )
    assert ([5], 0) == (list(hub.requests()), hub.writes())
    job.edit("front", routingRules=[overflow("back", 25)])
    agree(job)
    job.edit("front", routingRules=[overflow("back", 40)])
    assert {"live": [("Front", "Back")]} == sides(looked(job, 2))


def test_of_a_queue_each_rule_that_agrees_is_known(job: Program, hub: Hub) -> None:
    job.edit("desk", routingRules=[overflow("back", 30), overflow("other", 5)])
    assert {"unknown": [("Desk", "Back"), ("Desk", "Other")]} == sides(looked(job, 2))
    merge(job, hub, more=MORE.format(5))
    assert {"unknown": [("Desk", "Back")]} == sides(looked(job, 2))
    merge(job, hub, more=MORE.format(7))
    assert {"unknown": [("Desk", "Back")], "pending": [("Desk", "Other")]} == sides(looked(job, 2))


@pytest.mark.parametrize("lost", ["gone", "damaged"])
def test_a_lost_memory_leaves_an_open_merge_request_alone(job: Program, hub: Hub, lost: str) -> None:
    agree(job)
    job.edit("front", routingRules=[overflow("back", 40)])
    assert "!6 opened" in job.run("drift").err
    kept = job.folder / ".syncer" / "drift.json"
    if lost == "gone":
        kept.unlink()
    else:
        document = json.loads(kept.read_text())
        document["agreed"][0]["queues"][0]["rules"] = [{"kind": "overflow", "target": 1}]
        kept.write_text(json.dumps(document))
    done = job.run("drift")
    assert (lost == "damaged") == ("is damaged, so every drift counts as new" in done.err)
    assert "it is not known which side changed" in done.err
    assert "opened" == hub.requests()[6]["state"]


def test_live_that_is_put_back_while_the_policies_moved_closes_it(job: Program, hub: Hub) -> None:
    agree(job)
    job.edit("front", routingRules=[overflow("back", 30)])
    assert "!6 opened" in job.run("drift").err
    merge(job, hub, front=40)
    job.edit("front", routingRules=[overflow("back", 25)])
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 0))
    (note,) = hub.notes(6)
    assert "what the policies changed since both last agreed is not applied yet" in note["body"]


def test_an_episode_ends_where_live_was_put_back(job: Program, hub: Hub) -> None:
    job.setenv("SYNCER_DRIFT_MR", "")
    with receiving() as receiver:
        job.setenv("SYNCER_WEBHOOK_URL", receiver.url)
        agree(job)
        merge(job, hub, front=40)
        for _ in range(3):
            looked(job, 0)
        assert [] == told(receiver)
        job.edit("front", routingRules=[overflow("back", 30)])
        for _ in range(2):
            looked(job, 2)
        assert [("DRIFT_DETECTED", "differs from the policies")] == told(receiver)
        job.edit("front", routingRules=[overflow("back", 25)])
        (gone,) = looked(job, 0)["resolved"]
        assert (True, False) == (gone["pending"], gone["superseded"])
        waits = "the live rule was put back; a change of the policies waits to be applied"
        assert [("DRIFT_RESOLVED", waits)] == told(receiver)


def told(receiver: Receiver) -> list[tuple[str, str]]:
    found = [
        (entry["action"], entry["detail"]) for message in receiver.entries for entry in message["drifts"]
    ]
    receiver.received.clear()
    return found


def lift(job: Program) -> None:
    """What the last rollback holds back goes on."""
    entries = job.run("audit", "show", "--format", "json").json["result"]["entries"]
    assert 0 == job.run("rollback", "--lift", entries[-1]["run"]).code


def test_a_rollback_is_not_written_back_and_waits_for_the_next_apply(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    assert 0 == job.run("apply", "--auto-approve").code
    assert 0 == job.run("rollback", "last", "--auto-approve").code
    assert {} == sides(looked(job, 0))
    lift(job)
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 0))
    job.edit("front", routingRules=[overflow("back", 26)])
    assert {"both": [("Front", "Back")]} == sides(looked(job, 2))


def test_a_rollback_says_nothing_of_the_other_rules_of_its_queue(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, desk=40)
    assert 0 == job.run("apply", "--auto-approve").code
    job.edit("desk", routingRules=[overflow("back", 40), overflow("other", 9)])
    assert 0 == job.run("rollback", "last", "--auto-approve").code
    lift(job)
    found = {"live": [("Desk", "Other")], "pending": [("Desk", "Back")]}
    assert found == sides(looked(job, 2))


def test_ignored_fields_move_nothing(job: Program, hub: Hub) -> None:
    job.write_settings(ignore=[{"queues": ["Front"], "fields": ["threshold"]}])
    agree(job)
    merge(job, hub, front=41, delay=90)
    job.edit("front", routingRules=[overflow("back", 33)])
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 0))


def test_a_rule_that_can_not_be_read_has_moved(job: Program, hub: Hub) -> None:
    agree(job)
    merge(job, hub, front=40)
    job.edit("front", routingRules=[{**overflow("back", 25), "enabled": "maybe"}])
    assert {"both"} == sides(looked(job, 2)).keys()


def test_queues_are_known_by_their_ids(job: Program, hub: Hub) -> None:
    agree(job)
    job.edit("other", name="Front")
    job.edit("front", name="Was Front")
    assert {"unknown": [("Front", "Back")]} == sides(looked(job, 2))


def test_each_environment_remembers_its_own(job: Program, hub: Hub) -> None:
    job.write_settings(environments={"prod": {"api_url": job.url}, "test": {"api_url": job.url}})
    job.setenv("SYNCER_API_URL", "")
    job.setenv("SYNCER_ENV", "prod")
    agree(job)
    merge(job, hub, front=40)
    job.setenv("SYNCER_ENV", "test")
    assert {"unknown": [("Front", "Back")]} == sides(looked(job, 2))
    job.setenv("SYNCER_ENV", "prod")
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 0))


def test_named_files_leave_what_is_known_of_the_others(job: Program, hub: Hub) -> None:
    job.setenv("SYNCER_DRIFT_MR", "")
    agree(job)
    merge(job, hub, front=40)
    (job.folder / "other.yaml").write_text("version: 1\nqueues:\n  - queue: Other\n    overflow: []\n")
    assert 0 == job.run("drift", "other.yaml").code
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 0))


def test_policies_with_errors_still_tell_what_waits_and_write_nothing_down(job: Program, hub: Hub) -> None:
    agree(job)
    before = (job.folder / ".syncer" / "drift.json").read_text()
    merge(job, hub, front=40, more=MORE.format(5).replace("Other", "Nobody"))
    assert {"pending": [("Front", "Back")]} == sides(looked(job, 3))
    assert "no drift in the 2 queues that could be compared\n" in job.run("drift").out
    assert before == (job.folder / ".syncer" / "drift.json").read_text()


def test_a_trail_that_can_not_be_read_is_said(job: Program) -> None:
    (job.folder / ".syncer" / "audit" / "audit.jsonl").mkdir(parents=True)
    done = job.run("drift", "--detailed-exitcode")
    assert (0, True) == (done.code, "what was applied last is not known: " in done.err)
