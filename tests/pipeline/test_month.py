"""A team's month with the component: what happens between pipelines, and on runners that share nothing.

Run it with ``make pipeline``. The component's inputs are put in by the rules of ``spec: inputs``; jobs of two
pipelines run in the order that a test gives them, each pipeline with artifacts of its own.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub import serving
from tests.pipeline.repository import Repository, serving_process
from tests.pipeline.test_pipeline import MERGE_REQUEST, PUSH, ROOT, SCHEDULE

FILE, BILLING = "policies/languages.yaml", "policies/billing.yaml"
FORK = {
    **MERGE_REQUEST,
    "CI_PROJECT_ID": "43",
    "CI_MERGE_REQUEST_PROJECT_ID": "42",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "43",
}
FREEZE = """\
version: 1
safety:
  max_change_percent: 100
  max_delete_percent: 100
  freeze: [{start: "2020-01-01T00:00:00Z", end: "2999-01-01T00:00:00Z", reason: Peak}]
"""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Repository]:
    """A repository that has adopted the component, and whose first merge is applied."""
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copytree(ROOT / "policies", folder / "policies")
    emulator = ("-m", "syncer", "emulator", "--port", "0", "--rate-limit", "100000")
    with serving_process(*emulator) as api, serving() as hub:
        repository = Repository(folder, api, hub)
        repository.include({"setup": "image", "environment": "production/eu"})
        repository.begin()
        repository.merged()
        first = repository.run(PUSH)
        assert (0, 9) == (first.code, repository.puts()), first.log
        yield repository


def _threshold(team: Repository, value: int) -> None:
    """The policies give the one rule of Support French another threshold."""
    before, queue, text = (team.folder / FILE).read_text().partition("- queue: Support French\n")
    text = re.sub(r"threshold: \d+", f"threshold: {value}", text, count=1)
    team.write(**{FILE: f"{before}{queue}{text}"})


def _merge(team: Repository, value: int, request: int = 5) -> str:
    _threshold(team, value)
    commit = team.commit()
    team.merged(request)
    return commit


def test_somebody_edits_a_queue_between_plan_and_apply(team: Repository) -> None:
    """It is nothing that reviewers saw: the apply is refused, and the next pipeline shows it."""
    commit = _merge(team, 14)
    with team.pipeline(commit):
        assert 0 == team.run(PUSH, "syncer:validate", "syncer:plan").code
        team.edit("Support French", 20)
        ran = team.run(PUSH, "syncer:apply")
    assert ({"syncer:apply": "FAIL"}, 9) == (ran.jobs, team.puts()), ran.log
    assert [(20, 90)] == team.rules("Support French")
    again = team.run(PUSH)
    assert (0, [(14, 90)]) == (again.code, team.rules("Support French")), again.log


def test_an_old_apply_that_is_retried_undoes_nothing(team: Repository) -> None:
    old, new = _merge(team, 14), ""
    with team.pipeline(old):
        assert 0 == team.run(PUSH).code
    new = _merge(team, 13)
    with team.pipeline(new):
        assert 0 == team.run(PUSH).code
    before = team.puts()
    with team.pipeline(old):
        ran = team.run(PUSH, "syncer:apply")
    assert (0, before, [(13, 90)]) == (ran.code, team.puts(), team.rules("Support French")), ran.log


@pytest.mark.parametrize("order", ["as merged", "the other way round"])
def test_two_merges_in_quick_succession_both_arrive(team: Repository, order: str) -> None:
    """Both plans are made before either is applied; each merge request hears that its change is live."""
    first = _merge(team, 14, request=7)
    text = (team.folder / BILLING).read_text()
    team.write(
        **{BILLING: text.replace("threshold: 10\n        delay: 90", "threshold: 11\n        delay: 90")}
    )
    second = team.commit()
    team.merged(8)
    for commit in (first, second):
        with team.pipeline(commit):
            assert 0 == team.run(PUSH, "syncer:validate", "syncer:plan").code
    for commit in (first, second) if order == "as merged" else (second, first):
        with team.pipeline(commit):
            ran = team.run(PUSH, "syncer:apply", "syncer:comment:applied")
            assert (0, {"PASS"}) == (ran.code, set(ran.jobs.values())), ran.log
    assert ([(14, 90)], [(11, 90)]) == (team.rules("Support French"), team.rules("Billing Payments"))
    assert [1, 1] == [len(team.hub.notes(request)) for request in (7, 8)]


def test_what_a_freeze_refused_arrives_with_the_next_merge(team: Repository) -> None:
    settings = (team.folder / "policies/settings.yaml").read_text()
    team.write(**{"policies/settings.yaml": FREEZE})
    _merge(team, 14)
    refused = team.run(PUSH)
    assert ("FAIL", 9, [(15, 90)]) == (
        refused.jobs["syncer:apply"],
        team.puts(),
        team.rules("Support French"),
    ), refused.log
    assert any("Peak" in note for note in team.notes())
    pending = team.run({**SCHEDULE, "SYNCER_DRIFT_MR": "1"})
    assert (0, [5]) == (pending.code, list(team.hub.requests())), pending.log
    assert "pending: 1 rule of 1 queue" in pending.log
    team.write(**{"policies/settings.yaml": settings})
    team.commit()
    team.merged()
    assert 0 == team.run(PUSH).code
    assert [(14, 90)] == team.rules("Support French")


def test_a_runner_that_shares_no_cache_knows_what_was_applied(team: Repository) -> None:
    """The record is in the package registry: three sides are compared, and a review is not undone."""
    team.another_runner()
    _merge(team, 14)
    team.edit("Billing Payments", 12)
    ran = team.run({**SCHEDULE, "SYNCER_DRIFT_MR": "1"})
    assert (1, {"syncer:drift": "FAIL"}) == (ran.code, ran.jobs), ran.log
    assert "pending: 1 rule of 1 queue" in ran.log
    assert "Drift of the live queues: 1 rule of 1 queue" == team.hub.requests()[6]["title"]
    team.another_runner()
    applied = team.run(PUSH)
    assert (0, [(14, 90)]) == (applied.code, team.rules("Support French")), applied.log


def test_a_file_that_is_no_yaml_is_said_on_the_merge_request(team: Repository) -> None:
    team.write(**{FILE: "version: 1\nqueues:\n\t- queue: x\n"})
    ran = team.run(MERGE_REQUEST)
    assert ("FAIL", "FAIL") == (ran.jobs["syncer:validate"], ran.jobs["syncer:plan:merge-request"]), ran.log
    assert ran.jobs["syncer:comment"] in ("PASS", "WARN")
    assert any(f"{FILE}:3:1" in note for note in team.notes()), team.notes()
    assert 9 == team.puts()


def test_a_merge_request_of_a_fork_is_planned_and_says_what_a_fork_lacks(team: Repository) -> None:
    """Its pipeline runs in the fork, which has no protected variable; the note would go to the parent."""
    _threshold(team, 14)
    team.commit()
    token, team.token = team.token, ""
    ran = team.run(FORK)
    assert ("PASS", "PASS") == (ran.jobs["syncer:validate"], ran.jobs["syncer:plan:merge-request"]), ran.log
    assert "fork" in ran.log
    notes = len(team.notes())
    team.token = token
    assert 0 == team.run(FORK).code
    assert notes + 1 == len(team.notes())


def test_two_inclusions_keep_apart_what_they_applied(team: Repository) -> None:
    """Each has caches and a record of its own name, whatever slashes its environment has."""
    shutil.move(team.folder / FILE, team.folder / "north.yaml")
    for name in ("north", "south"):
        (team.folder / name).mkdir()
    shutil.move(team.folder / "north.yaml", team.folder / "north/languages.yaml")
    shutil.move(team.folder / "policies/billing.yaml", team.folder / "south/billing.yaml")
    team.include(*map(_inclusion, ("north", "south")))
    text = (team.folder / "north/languages.yaml").read_text()
    team.write(
        **{
            "north/languages.yaml": text.replace(
                "threshold: 15\n        delay: 90", "threshold: 14\n        delay: 90"
            )
        }
    )
    team.commit()
    team.merged()
    jobs = [f"syncer-north:{name}" for name in ("validate", "plan", "apply")]
    ran = team.run(PUSH, *jobs)
    assert (dict.fromkeys(jobs, "PASS"), [(14, 90)]) == (ran.jobs, team.rules("Support French")), ran.log
    assert {"syncer-state", "syncer-north-state", "syncer-north-outbox"} <= team.caches()
    record = json.loads((team.kept / "syncer-northOgapply/.syncer/record.json").read_text())
    assert {"", "syncer-north"} == {each["name"] for place in record["places"] for each in place["sets"]}


def _inclusion(name: str) -> dict[str, Any]:
    return {
        "setup": "image",
        "prefix": f"syncer-{name}",
        "policies": name,
        "environment": f"production/{name}",
    }
