"""What apply and rollback share: refusals, the audit, and who is told."""

from pathlib import Path

from syncer.app import LiveTarget, RunOptions, apply, audit_show
from syncer.audit.chain import Chain
from syncer.emulator.directory import NAME
from syncer.emulator.documents import made_up_id
from syncer.errors import Refused
from syncer.model.plan import Outcome
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

AUDIT = Path(".syncer") / "audit"


def test_a_refusal_is_the_error_of_the_report(target: LiveTarget) -> None:
    Path("policies/settings.yaml").write_text("{version: 1, safety: {protected: [Front]}}")
    refused = apply(SOURCE, target, UNASKED, session=session())
    assert (4, None) == (refused.exit_code, refused.view)
    assert isinstance(refused.error, Refused)
    allowed = apply(SOURCE, target, RunOptions(auto_approve=True, allow_protected=True), session=session())
    assert 0 == allowed.exit_code
    assert allowed.view is not None
    assert allowed.view.result is not None
    assert ("--allow-protected",) == allowed.view.result.run.overrides


def test_a_refusal_stands_in_the_audit(program: Program, target: LiveTarget) -> None:
    program.write_settings(safety={"protected": ["Front"]})
    refused = apply(SOURCE, target, UNASKED, session=session())
    shown = audit_show().view
    assert refused.error is not None
    assert shown is not None
    (entry,) = shown.entries
    assert ("refused", refused.error.message) == (entry["status"], entry["detail"])
    assert 0 == program.puts()


def test_whoever_follows_a_run_hears_of_it_before_and_after_each_queue(
    program: Program, target: LiveTarget
) -> None:
    heard: list[str] = []

    def outcome(each: Outcome) -> None:
        heard.append(each.change.name)

    within = session(
        started=lambda run, plan: heard.append(f"{run.id}: {len(plan.changes)}"),
        planned=lambda report: heard.append(report.command),
        progress=outcome,
    )
    apply(SOURCE, target, UNASKED, session=within)
    assert ["plan", f"{within.run}: 2"] == heard[:2]
    assert ["Desk", "Front"] == sorted(heard[2:])
    assert {"GET /api/v2/routing/queues", "PUT /api/v2/routing/queues/{id}"} <= within.calls().keys()


def test_environment_and_organization_stand_in_the_trail_without_environments(
    program: Program, target: LiveTarget
) -> None:
    apply(SOURCE, target, UNASKED, session=session())
    found = {(entry["environment"], *entry["organization"].values()) for entry in Chain(AUDIT).entries()}
    assert {("", made_up_id(NAME), NAME)} == found


def test_a_lock_can_be_required(program: Program, target: LiveTarget) -> None:
    strict = RunOptions(auto_approve=True, require_etag=True)
    assert 0 == apply(SOURCE, target, strict, session=session()).exit_code
