"""``into``: what overflows into a queue, with and without policies, in both dialects."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, StopOptions, apply, into, stop
from syncer.app.into import AGENTS
from syncer.emulator.server import Emulator
from syncer.errors import WrongUsage
from syncer.report.sights import Flowing
from tests.program import Program, overflow
from tests.use_cases import SOURCE, UNASKED, session


def seen(queue: str, target: LiveTarget) -> Flowing:
    report = into(queue, SOURCE, target, session=session())
    assert report.view
    return report.view


def told(view: Flowing) -> list[tuple[str, str, int, float | None]]:
    return [
        (each.source_name, each.target_name, each.depth, each.high)
        for found in view.queues
        for each in found.feeders
    ]


FOUND = [
    ("Front", "Back", 1, 6.0),
    ("Other", "Back", 1, None),
    ("Desk", "Front", 2, 10.0),
]


def test_contacts_come_from_the_loads_of_the_policies(target: LiveTarget) -> None:
    view = seen("Back", target)
    assert ("the policies", "1h", (AGENTS,)) == (view.loads, view.interval, view.unknown)
    assert FOUND == told(view)


def test_without_policies_the_loads_that_were_applied_last_count(target: LiveTarget) -> None:
    assert 0 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    shutil.rmtree("policies")
    view = seen("Back", target)
    assert "what was applied last" == view.loads
    assert [("Front", 12.5), ("Desk", 10.0), ("Other", None)] == [
        (each.source_name, each.high) for each in view.queues[0].feeders
    ]


def test_with_neither_no_load_is_known(target: LiveTarget) -> None:
    shutil.rmtree("policies")
    view = seen("Back", target)
    assert ("", ("loads: there are no policies, and no record of what was applied last", AGENTS)) == (
        view.loads,
        view.unknown,
    )
    assert [(*found[:3], None) for found in FOUND] == told(view)


def test_a_record_that_is_damaged_is_said(target: LiveTarget) -> None:
    shutil.rmtree("policies")
    Path(".syncer").mkdir()
    Path(".syncer/record.json").write_text("{")
    assert "is not a record of this version" in seen("Back", target).unknown[0]


def test_a_stop_is_said_of_the_queue_that_it_holds_and_of_those_below(target: LiveTarget) -> None:
    within = session()
    wanted = StopOptions(reason="flooded", seconds=7200)
    assert 0 == stop("Front", SOURCE, target, wanted, UNASKED, session=within).exit_code
    for queue in ("Front", "Back"):
        (held,) = seen(queue, target).held
        assert (within.run, "Front", "flooded", ()) == (held.id, held.target_name, held.reason, held.open)
        assert held.until
    assert () == seen("Desk", target).held


def test_what_overflows_against_a_stop_is_said(program: Program, target: LiveTarget) -> None:
    wanted = StopOptions(reason="flooded", seconds=7200)
    assert 0 == stop("Front", SOURCE, target, wanted, UNASKED, session=session()).exit_code
    program.edit("desk", routingRules=[overflow("front", 20)])
    (held,) = seen("Front", target).held
    assert ("Desk",) == held.open


def test_a_glob_means_several_queues_and_a_beginning_one(target: LiveTarget) -> None:
    assert ["Back", "Desk", "Front", "Other"] == sorted(each.name for each in seen("*", target).queues)
    assert ["Front"] == [each.name for each in seen("fro", target).queues]


def test_near_names_are_offered(target: LiveTarget) -> None:
    with pytest.raises(WrongUsage) as error:
        seen("Bock", target)
    assert ("live has no queue 'Bock'", True) == (error.value.message, "'Back'" in error.value.hint)


def test_backup_queues_count_too(program: Program) -> None:
    direct = {"directRouting": {"backupQueueId": "b", "agentWaitSeconds": 5}}
    queues: list[dict[str, Any]] = [{"id": "a", "name": "A", **direct}, {"id": "b", "name": "B"}]
    shutil.rmtree("policies")
    with Emulator(queues=queues, lock="none") as emulator:
        (found,) = seen("B", LiveTarget(api_url=emulator.url)).queues
    (feeder,) = found.feeders
    assert ("A", "backup", "the backup queue", 1) == (
        feeder.source_name,
        feeder.kind,
        feeder.share,
        feeder.depth,
    )
