"""The use cases from Python: no command line, no terminal, nothing heavy before it is needed."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from syncer.app import (
    DriftOptions,
    LiveTarget,
    PlanOptions,
    RunOptions,
    Session,
    apply,
    audit_verify,
    drift,
    plan,
    rollback,
    validate,
)
from syncer.errors import AuditError
from tests.use_cases import CREDENTIALS, SOURCE

if TYPE_CHECKING:
    from syncer.model.plan import Outcome

HEAVY = ("click", "yaml", "jsonschema", "requests", "sqlite3", "http.server")


def test_it_is_imported_without_what_only_the_work_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    code = (
        "import sys; from syncer.app import plan, apply, validate, drift, rollback, export;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_the_functions_stay_functions_when_they_have_run(target: LiveTarget) -> None:
    import syncer.app

    validate(SOURCE)
    plan(SOURCE, target, session=Session(environ=CREDENTIALS))
    for name in syncer.app.__all__:
        assert callable(getattr(syncer.app, name)), name


def test_plan_apply_drift_and_the_way_back_print_nothing(
    target: LiveTarget, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes: list[Outcome] = []
    session = Session(environ=CREDENTIALS, progress=outcomes.append)
    unasked = RunOptions(auto_approve=True)
    planned = plan(
        SOURCE, target, PlanOptions(out=Path("plan.json"), detailed_exitcode=True), session=session
    )
    assert planned.view is not None
    assert (2, "plan.json") == (planned.exit_code, planned.view.saved_to)
    before = drift(SOURCE, target, DriftOptions(detailed_exitcode=True), session=session)
    applied = apply(SOURCE, target, plan_file=Path("plan.json"), session=session)
    assert applied.view is not None
    assert applied.view.result is not None
    assert [change.queue for change in planned.view.plan.changes] == sorted(
        outcome.change.queue for outcome in outcomes
    )
    after = drift(SOURCE, target, DriftOptions(detailed_exitcode=True), session=session)
    back = rollback(applied.view.result.run.id, SOURCE, target, unasked, session=session)
    assert [2, 0, 0, 0] == [before.exit_code, applied.exit_code, after.exit_code, back.exit_code]
    verified = audit_verify().view
    assert verified is not None
    assert verified.verification.whole
    assert ("", "") == capsys.readouterr()


def test_policies_that_cannot_be_read_are_findings(target: LiveTarget) -> None:
    Path("policies/all.yaml").write_text("queues: 1")
    session = Session(environ=CREDENTIALS)
    for report in (
        validate(SOURCE),
        plan(SOURCE, target, session=session),
        apply(SOURCE, target, session=session),
        drift(SOURCE, target, session=session),
    ):
        assert (3, True) == (report.exit_code, bool(report.findings)), report.command
    with pytest.raises(AuditError, match="has no apply that changed anything"):
        rollback("last", SOURCE, target, session=session)  # a rollback goes on without them
