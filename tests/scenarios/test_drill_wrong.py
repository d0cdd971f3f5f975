"""The drill of what went wrong: the last section of docs/on-call.md, walked as in ``test_drill_steps``."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from syncer.emulator.server import Emulator
from tests.docs.documents import section_of
from tests.program import Done, Program, overflow
from tests.proxy import Blind, proxied
from tests.scenarios.test_drill import PAGE, SENDS
from tests.scenarios.test_drill_steps import (
    DIALECTS,
    HEAD,
    KILLED,
    NO_STEP,
    ONWARD,
    PLAN,
    RECORD,
    SECTIONS,
    SHARED,
    WALKED,
    WRONG,
    OnCall,
    applied,
    edited,
    lines_of,
    named,
    on_call,
    walks,
)

BACK, LIFT = "sync rollback RUN", "sync rollback --lift RUN"


def run_of(done: Done) -> str:
    """The run that a command reports."""
    (found,) = re.findall(r"^run (\S+), ", done.out, re.MULTILINE)
    return str(found)


@pytest.fixture(params=DIALECTS)
def here(
    request: pytest.FixtureRequest, program: Program, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnCall]:
    with on_call(request, program, monkeypatch) as found:
        yield found


@pytest.fixture
def calm(here: OnCall) -> Iterator[OnCall]:
    with applied(here) as found:
        yield found


@pytest.fixture
def unknown(here: OnCall) -> Iterator[OnCall]:
    """What became of the first PUT was not known, and can be read now."""
    here.program.write_settings(retries={"attempts": 2, "backoff": 0.01, "settle": 0.3})
    blind = Blind({}, float("inf"), done=True)
    with (
        Emulator(queues=here.queues, lock=here.lock, rate_limit=1_000_000) as emulator,
        proxied(emulator.url, blind.put, get=blind.get) as front,
    ):
        here.program.use(front)
        here.follow("sync plan --out plan.json")
        ended = here.said("sync apply plan.json --parallel 1 --on-failure stop")
        assert (5, 1) == (ended.code, len(here.edges))
        blind.left = 0
        yield here


@walks(WRONG, "sync audit show", "sync doctor", "sync plan", "sync apply plan.json --on-cut-off stop", BACK)
def test_a_queue_is_unknown_and_settled_first(unknown: OnCall) -> None:
    warned = unknown.step("sync audit show", says="finished without knowing the state of a queue")
    (run,) = re.findall(r"run (\S+) finished without", warned.err)
    unknown.step("sync doctor")
    unknown.step("sync plan", says="plan: 2 to create, 0 to update, 0 to delete")
    unknown.step("sync apply plan.json --on-cut-off stop", code=4, says="nothing more was sent")
    assert "ended without" not in unknown.step("sync audit show").err
    unknown.step(BACK, RUN=run, live={})


@walks(WRONG, BACK)
def test_a_queue_is_unknown_and_undone(unknown: OnCall) -> None:
    unknown.step(BACK, RUN=unknown.run(), live={})


@walks(WRONG, "sync audit show", BACK, "sync rollback last", "--queue NAME", "--auto-approve", LIFT)
def test_a_mistake_is_undone_in_parts_and_lifted(calm: OnCall) -> None:
    run = calm.run()
    calm.step("sync audit show", says=run)
    rest = {"Tier 1": "Tier 2", "Tier 2": "Tier 3"}
    calm.step(BACK, "--queue NAME", RUN=run[:-1], NAME="Desk", live=rest)
    back = run_of(calm.step("sync rollback last", "--auto-approve", live={}, says="this is the rest"))
    calm.step("sync rollback last", says=f"run {run} was undone by run ")
    calm.step(BACK, RUN=back, live=rest)
    assert f"held: rollback {back}" not in calm.follow("sync status").out
    again = run_of(calm.step("sync rollback last", live={}))
    calm.follow("sync apply", says="nothing to do except what is held back")
    calm.step(LIFT, RUN=again)
    desk = calm.follow("sync apply", live=rest, says="Desk is held back since ")
    calm.follow(named(desk, "syncer rollback --lift "))
    calm.follow("sync apply", live=SENDS)


@walks(WRONG, BACK)
def test_a_protected_queue_is_undone_and_that_is_said(calm: OnCall) -> None:
    calm.program.write_settings(safety={"protected": ["Desk"], "max_delete_percent": 100})
    calm.step(
        BACK, RUN=calm.run(), live={}, says="Desk is protected (Desk) and would be changed: a rollback is ex"
    )


@walks(WRONG, BACK, '--ignore-checks "INC-4711"')
def test_the_queue_of_another_owner_is_undone_when_it_is_meant(calm: OnCall) -> None:
    run = calm.run()
    calm.program.write_settings(ownership={"owner": "us"})
    calm.program.edit("desk", description="[managed by syncer: them]")
    calm.step(BACK, RUN=run, code=3, says="them")
    calm.step(BACK, '--ignore-checks "INC-4711"', RUN=run, live={})


@walks(WRONG, BACK)
def test_settings_that_are_broken_hold_no_rollback(calm: OnCall) -> None:
    run = calm.run()
    calm.program.write_settings(protected_queues=["Desk"])
    calm.step(BACK, RUN=run, live={}, says="the settings can't be read")


@walks(WRONG, "sync rollback last", "--record")
def test_what_was_undone_stays_so_wherever_its_record_is_known(calm: OnCall) -> None:
    calm.step("sync rollback last", "--record", live={}, **SHARED)
    shutil.rmtree(".syncer")
    calm.follow(f"sync apply {RECORD}", says="nothing to do except what is held back")


@walks(WRONG, BACK, "--skip-conflicts")
def test_what_somebody_changed_since_is_left(calm: OnCall) -> None:
    if calm.dialect == "genesys-cloud":
        calm.program.edit("desk", directRouting=calm.wire("tier 2") | {"agentWaitSeconds": 240})
    else:
        calm.program.edit("desk", routingRules=[overflow("tier 2", 44)])
    run = calm.run()
    refused = calm.step(BACK, RUN=run, code=4, says="error rollback.conflict: Desk: the run left ")
    assert "--skip-conflicts" == named(refused, "--skip-conflicts")
    calm.step(BACK, "--skip-conflicts", RUN=run, live={"Desk": "Tier 2"})


@walks(WRONG, BACK)
def test_a_newer_run_is_undone_first(calm: OnCall) -> None:
    run = calm.run()
    path = Path("policies/all.yaml")
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    for queue in said["queues"]:
        for rule in queue.get("overflow") or [queue.get("backup")]:
            if rule:
                rule["delay" if "threshold" in rule else "agent_wait"] = 120
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    calm.follow("sync apply", live=SENDS)
    refused = calm.step(BACK, RUN=run, code=4, says="error rollback.newer-run: ")
    calm.follow(named(refused, "syncer rollback "), live=SENDS)
    calm.step(BACK, RUN=run, live={})


@walks(WRONG, PLAN)
def test_the_trail_is_gone(calm: OnCall) -> None:
    shutil.rmtree(".syncer")
    calm.follow("sync rollback last", code=1, says="has no apply that changed anything")
    calm.step(PLAN, live={})


@walks(WRONG, HEAD)
def test_the_trail_is_broken_before_the_run(calm: OnCall) -> None:
    calm.state({})
    newer = calm.follow("sync apply", live={})
    edited("Tier 2")
    (head,) = re.findall(r"^audit head: (\S+)", newer.out, re.MULTILINE)
    calm.step(HEAD, RUN=run_of(newer), HASH=head, live=SENDS)


EXPORT = "sync export --output policies --update"


@walks(WRONG, "sync drift", "sync apply", EXPORT, '--only "Support *"')
def test_an_edit_by_hand_is_taken_back_or_kept(calm: OnCall) -> None:
    by_hand = SENDS | {"Desk": "Tier 3", "Tier 1": "Tier 3"}
    for name in ("Desk", "Tier 1"):
        calm.edit(name, "Tier 3")
    calm.step("sync drift", says="drift: 4 rules")
    calm.step("sync apply", live=SENDS)
    for name in ("Desk", "Tier 1"):
        calm.edit(name, "Tier 3")
    calm.step(EXPORT, '--only "Support *"', Support="Tier", live=by_hand)
    calm.step("sync drift", says="drift: 2 rules")
    calm.step(EXPORT, live=by_hand)
    calm.step("sync drift", says="no drift")


@walks(KILLED, ONWARD)
def test_the_same_plan_once_more(unknown: OnCall) -> None:
    unknown.step(ONWARD, live=SENDS, says="the live queue shows that the change was done")


@pytest.mark.parametrize("section", SECTIONS)
def test_each_line_of_a_section_is_walked(section: str) -> None:
    printed = lines_of(section_of(PAGE, f"## {section}"))
    assert WALKED[section] == printed - NO_STEP
