"""Runs of which the record alone knows that they meant to write."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncer.app import LiveTarget, apply, drift, plan
from syncer.app.options import DriftOptions, PlanOptions
from syncer.app.session import Session
from syncer.audit.chain import Chain
from syncer.audit.entries import Origin, Run, run_entry
from syncer.audit.record import intent_of, read_record, write_record
from syncer.model.settings import Organization
from syncer.net.timing import rfc3339
from tests.audit.trails import NOW, RUN
from tests.use_cases import SOURCE, UNASKED, session

RECORD = Path(".syncer/record.json")
WORDS = (
    f"run {RUN.id} of commit c0ffee was to write 2 queues at {NOW}, and how it finished is not known: it is "
    "in progress, or was cut off; the next apply reads the live queues and settles it (syncer status shows "
    "the runs that are open)"
)


@pytest.fixture
def gone(target: LiveTarget) -> Run:
    """A run that meant to write here and vanished long ago."""
    apply(SOURCE, target, UNASKED, session=session())
    place = read_record(RECORD).places[0].location
    run = replace(RUN, api=place.api, organization=place.organization, origin=Origin(commit="c0ffee"))
    intend(run)  # the same id takes its place
    return run


def intend(run: Run) -> None:
    write_record(RECORD, read_record(RECORD).with_intent(intent_of(run, ["front", "desk"])))


def warned(target: LiveTarget, within: Session | None = None) -> list[str]:
    """What plan and drift warn of alike."""
    planned = plan(SOURCE, target, PlanOptions(), session=within or session())
    drifted = drift(SOURCE, target, DriftOptions(), session=within or session())
    said = [[each for each in report.warnings if "was to write" in each] for report in (planned, drifted)]
    assert said[0] == said[1]
    return said[0]


def test_plan_and_drift_warn_of_a_run_that_vanished(gone: Run, target: LiveTarget) -> None:
    assert [WORDS] == warned(target)
    assert 0 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    assert [] == warned(target), "the apply has settled it"


def test_of_one_that_has_just_begun_nothing_is_said(gone: Run, target: LiveTarget) -> None:
    within = session()
    intend(replace(gone, started_at=rfc3339(within.now())))
    assert [] == warned(target)


def test_a_time_that_is_none_is_old(gone: Run, target: LiveTarget) -> None:
    intend(replace(gone, started_at="some\x1bday"))
    (said,) = warned(target)
    assert "at some day, and how" in said


def test_a_run_elsewhere_is_not_of_this_place(gone: Run, target: LiveTarget) -> None:
    intend(replace(gone, organization=Organization("other", "Other")))
    assert [] == warned(target)


def test_what_trail_or_journal_know_is_told_by_them(gone: Run, target: LiveTarget) -> None:
    journal = Path(".syncer/journal") / f"{gone.id}.journal.jsonl"
    journal.parent.mkdir(exist_ok=True)
    journal.write_text("")
    assert [] == warned(target)
    journal.unlink()
    Chain(Path(".syncer/audit")).append([run_entry(gone, NOW, status="done", validation_pass=True)])
    assert [] == warned(target)


def test_a_record_that_can_not_be_read_names_no_run(gone: Run, target: LiveTarget) -> None:
    RECORD.write_text("{")
    assert [] == warned(target)
