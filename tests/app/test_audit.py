"""The audit, called from Python: its entries, its chain, its figures, and runs that did not finish."""

from pathlib import Path

import pytest

from syncer.app import LiveTarget, apply, audit_report, audit_show, audit_verify
from syncer.applying.journal import SUFFIX
from syncer.errors import AuditError
from tests.use_cases import SOURCE, UNASKED, session

STATE = Path(".syncer")


@pytest.fixture
def run(target: LiveTarget) -> str:
    """The id of an apply that was done."""
    within = session()
    assert 0 == apply(SOURCE, target, UNASKED, session=within).exit_code
    return within.run


def test_entries_are_shown_by_run(run: str) -> None:
    everything, own = audit_show().view, audit_show(run=run).view
    assert everything is not None
    assert own is not None
    assert list(everything.entries) == list(own.entries)
    assert {run} == {entry["run"] for entry in own.entries}
    with pytest.raises(AuditError, match="has no run another"):
        audit_show(run="another")


def test_figures_count_what_was_changed(run: str) -> None:
    found = audit_report().view
    assert found is not None
    assert 3 == len(list(found.changes))
    assert {"Front", "Desk"} == {entry["queueName"] for entry in found.changes}


def test_a_run_that_did_not_end_is_a_warning_of_every_command(run: str) -> None:
    assert ((), ()) == (audit_show().warnings, audit_report().warnings)
    (STATE / "journal").mkdir(exist_ok=True)
    (STATE / "journal" / f"r7{SUFFIX}").touch()
    for report in (audit_show(), audit_verify(), audit_report()):
        (warning,) = report.warnings
        assert warning.startswith("run r7 did not finish")
