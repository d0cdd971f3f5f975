"""The use cases from Python: no command line, no terminal, nothing heavy before it is needed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from syncer.app import (
    DriftOptions,
    LiveTarget,
    PlanOptions,
    PolicySource,
    RunOptions,
    Session,
    apply,
    audit_verify,
    comment,
    drift,
    environments,
    init,
    plan,
    rollback,
    schema,
    schemas,
    validate,
)
from syncer.app.options import CommentOptions
from syncer.emulator.server import Emulator
from syncer.errors import ConfigError, Refused, WrongUsage
from syncer.report.views import Planned, ReportOf
from tests.program import Program, queues

if TYPE_CHECKING:
    from syncer.model.plan import Outcome

CREDENTIALS = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}
HEAVY = ("click", "yaml", "jsonschema", "requests", "deepdiff", "sqlite3", "http.server")
SOURCE = PolicySource()


@pytest.fixture
def target(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveTarget]:
    """Policies in this folder, and an organization that no variable of this process names."""
    program.write_policies()
    program.write_settings()
    for name in (*CREDENTIALS, "SYNCER_API_URL"):
        monkeypatch.delenv(name, raising=False)
    with Emulator(queues=queues(), rate_limit=1_000_000) as emulator:
        yield LiveTarget(api_url=emulator.url)


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


def test_nothing_is_applied_that_nobody_approved(target: LiveTarget) -> None:
    with pytest.raises(Refused, match="nobody is here to be asked"):
        apply(SOURCE, target, session=Session(environ=CREDENTIALS))
    asked: list[int] = []

    def no(report: ReportOf[Planned]) -> bool:
        assert report.view is not None
        asked.append(len(report.view.plan.changes))
        return False

    with pytest.raises(Refused, match="you said no"):
        apply(SOURCE, target, session=Session(environ=CREDENTIALS, approve=no))
    assert [2] == asked


def test_the_variables_of_a_session_are_the_only_ones(
    target: LiveTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    assert 0 == plan(SOURCE, target).exit_code
    with pytest.raises(ConfigError, match="There are no credentials"):
        plan(SOURCE, target, session=Session(environ={}))


def test_policies_that_cannot_be_read_are_findings(target: LiveTarget) -> None:
    Path("policies/all.yaml").write_text("queues: 1")
    session = Session(environ=CREDENTIALS)
    for report in (
        validate(SOURCE),
        plan(SOURCE, target, session=session),
        apply(SOURCE, target, session=session),
        drift(SOURCE, target, session=session),
        rollback("last", SOURCE, target, session=session),
    ):
        assert (3, True) == (report.exit_code, bool(report.findings)), report.command


def test_a_repository_begins_and_its_schemas_are_known(tmp_path: Path) -> None:
    written = init(tmp_path / "new")
    assert all(path.is_file() for path in written)
    assert 0 == validate(PolicySource(tmp_path / "new" / "policies")).exit_code
    found = environments(tmp_path / "new" / "policies").view
    assert found is not None
    assert "policy.v1.schema.json" in schemas()
    assert schema("policy.v1") == schema("policy.v1.schema.json")
    with pytest.raises(WrongUsage, match="there is no schema nothing"):
        schema("nothing")


def test_a_note_is_shown_without_gitlab(target: LiveTarget) -> None:
    plan(SOURCE, target, PlanOptions(out=Path("plan.json")), session=Session(environ=CREDENTIALS))
    done = comment(Path("plan.json"), CommentOptions(dry_run=True), session=Session(environ={}))
    assert (True, None) == ("Front" in done.text, done.problem)
    missing = comment(Path("missing.json"), CommentOptions(dry_run=True))
    assert missing.problem is not None


def test_a_refusal_is_the_error_of_the_report(target: LiveTarget) -> None:
    Path("policies/settings.yaml").write_text("{version: 1, safety: {protected: [Front]}}")
    session = Session(environ=CREDENTIALS)
    refused = apply(SOURCE, target, RunOptions(auto_approve=True), session=session)
    assert (4, None) == (refused.exit_code, refused.view)
    assert isinstance(refused.error, Refused)
    allowed = apply(SOURCE, target, RunOptions(auto_approve=True, allow_protected=True), session=session)
    assert 0 == allowed.exit_code
    assert allowed.view is not None
    assert allowed.view.result is not None
    assert ("--allow-protected",) == allowed.view.result.run.overrides
