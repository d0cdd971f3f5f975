"""What a state folder knows of what was applied last."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from syncer.app.last_applied import LastApplied, trail_in
from syncer.audit.chain import Chain
from syncer.audit.entries import run_entry
from syncer.audit.record import Record, intent_of, write_record
from syncer.model.plan import Plan
from syncer.model.settings import DEFAULTS, ApiLocation
from syncer.planning.gather import read_live
from tests.audit.test_record import PLACE
from tests.audit.trails import RUN
from tests.organizations import API, NOW, Live, planned, policies, policy, raw

HERE = PLACE.location
PLAN = Plan(NOW, HERE.api, PLACE.environment, organization=HERE.organization)


def last(folder: Path, **values: Any) -> LastApplied:
    said: list[str] = []
    return LastApplied(folder, NOW, said.append, **values)


def test_the_record_of_the_folder_counts_unless_another_is_given(tmp_path: Path) -> None:
    write_record(tmp_path / "record.json", Record(places=(PLACE,)))
    assert PLACE.queues == last(tmp_path).sources(PLAN, ()).applied
    assert {} == last(tmp_path, record=Record()).sources(PLAN, ()).applied
    assert {} == last(tmp_path / "none").sources(PLAN, ()).applied


def test_a_record_that_can_not_be_read_knows_nothing(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text("no record")
    assert Record() == last(tmp_path).known()


def test_the_queues_of_a_run_that_vanished_are_not_settled(tmp_path: Path) -> None:
    run = RUN.__class__("gone", NOW, HERE.api, organization=HERE.organization)
    record = Record(places=(replace(PLACE, queues={}),)).with_intent(intent_of(run, ["a", "b"]))

    def unsettled(trail: Any = (), plan: Plan = PLAN) -> frozenset[str]:
        here = ApiLocation(plan.api, plan.organization)
        return last(tmp_path, record=record).sources(plan, trail).unsettled(here)

    assert {"a", "b"} == unsettled()
    assert set() == unsettled([run_entry(run, NOW, status="done", validation_pass=True)])
    assert set() == unsettled(plan=Plan(NOW, "https://other"))
    (tmp_path / "journal").mkdir()
    (tmp_path / "journal" / "gone.journal.jsonl").write_text("")
    assert set() == unsettled(), "what its journal says is asked of live"


def test_a_queue_that_the_record_leaves_open_is_not_settled(tmp_path: Path) -> None:
    sources = last(tmp_path, record=Record(places=(PLACE,))).sources(PLAN, ())
    assert {"x"} == sources.unsettled(HERE)


def test_a_trail_that_can_not_be_read_is_said(tmp_path: Path) -> None:
    assert () == trail_in(tmp_path, lambda words: None)
    said: list[str] = []
    Chain(tmp_path / "audit").append([run_entry(RUN, NOW, status="done", validation_pass=True)])
    (path,) = (tmp_path / "audit").glob("*.jsonl")
    path.unlink()
    path.mkdir()
    assert () == trail_in(tmp_path, said.append)
    assert [True] == [words.startswith("what was applied last is not known: ") for words in said]


def test_nothing_is_read_for_a_plan_without_changes(tmp_path: Path) -> None:
    raws, wanted = [raw("A")], policies(policy("A"))
    plan = planned(wanted, raws)
    (tmp_path / "journal").write_text("no folder")
    told = last(tmp_path).causes(DEFAULTS)(plan, read_live(Live(raws), wanted))
    assert (plan, API) == (told, plan.api)
