"""Whatever becomes of an apply or rollback, the trail has an entry of it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from syncer.app import LiveTarget, RunOptions, apply, audit_show, plan, rollback
from syncer.app.attempt import file_digest_of
from syncer.app.options import PlanOptions
from syncer.app.places import PolicySource
from syncer.errors import SyncerError, WrongUsage
from tests.program import Program
from tests.use_cases import SOURCE, UNASKED, session

PLAN = Path("plan.json")


def saved(target: LiveTarget, **environ: str) -> None:
    plan(SOURCE, target, PlanOptions(out=PLAN), session=session(environ=environ))


def last() -> dict[str, Any]:
    """The newest entry of the trail."""
    shown = audit_show().view
    assert shown is not None
    return dict([*shown.entries][-1])


def refused(**how: Any) -> dict[str, Any]:
    """The entry of an apply that ends with an error."""
    environ = how.pop("environ", {})
    target = how.pop("target")
    within = session(environ=environ, **how.pop("session", {}))
    with pytest.raises(SyncerError):
        apply(how.pop("source", SOURCE), target, how.pop("options", UNASKED), session=within, **how)
    entry = last()
    assert (within.run, "run") == (entry["run"], entry["kind"])
    return entry


def edited() -> None:
    PLAN.write_text(PLAN.read_text().replace('"lock": "etag"', '"lock": "none"'))


def test_a_plan_that_was_edited(target: LiveTarget, program: Program) -> None:
    saved(target)
    edited()
    entry = refused(target=target, plan_file=PLAN)
    digest = f"sha256:{hashlib.sha256(PLAN.read_bytes()).hexdigest()}"
    assert ("refused", "plan-edited", digest, None) == (
        entry["status"],
        entry["reason"],
        entry["planPresented"],
        entry["intended"],
    )
    assert 0 == program.puts()


def test_a_plan_that_is_not_signed(target: LiveTarget) -> None:
    saved(target)
    entry = refused(target=target, plan_file=PLAN, environ={"SYNCER_PLAN_KEY": "a key"})
    assert ("refused", "plan-unsigned") == (entry["status"], entry["reason"])


@pytest.mark.parametrize("content", ["no plan", "{}", None])
def test_what_is_no_plan(target: LiveTarget, content: str | None) -> None:
    if content is not None:
        PLAN.write_text(content)
    entry = refused(target=target, plan_file=PLAN)
    assert ("refused", "bad-plan", file_digest_of(PLAN)) == (
        entry["status"],
        entry["reason"],
        entry["planPresented"],
    )


def test_a_plan_for_another_environment(target: LiveTarget) -> None:
    saved(target)
    entry = refused(target=target, plan_file=PLAN, source=PolicySource(environment="test"))
    assert ("refused", "plan-for-another-environment") == (entry["status"], entry["reason"])


def test_somebody_who_says_no_and_nobody_to_ask(target: LiveTarget, program: Program) -> None:
    declined = refused(target=target, options=RunOptions(), session={"approve": lambda _: False})
    assert ("refused", "declined") == (declined["status"], declined["reason"])
    assert 2 == len(declined["intended"]["queues"])
    assert declined["planDigest"]
    nobody = refused(target=target, options=RunOptions())
    assert ("refused", "nobody-to-ask") == (nobody["status"], nobody["reason"])
    assert 0 == program.puts()


def test_an_api_that_is_not_there_or_takes_no_credentials(target: LiveTarget) -> None:
    away = refused(target=LiveTarget(api_url="http://127.0.0.1:1"))
    assert ("failed", "unreachable") == (away["status"], away["reason"])
    wrong = refused(target=target, environ={"GENESYSCLOUD_OAUTHCLIENT_SECRET": "wrong"})
    assert ("failed", "unauthorized") == (wrong["status"], wrong["reason"])


def test_a_run_that_nobody_knows(target: LiveTarget) -> None:
    with pytest.raises(SyncerError):
        rollback("another", SOURCE, target, UNASKED, session=session())
    entry = last()
    assert ("ROLLBACK_RUN", "failed", "unknown-run") == (entry["action"], entry["status"], entry["reason"])


def test_policies_that_can_not_be_read(target: LiveTarget) -> None:
    Path("policies/broken.yaml").write_text("queues: [")
    assert 3 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    assert ("refused", "unreadable-policies") == (last()["status"], last()["reason"])
    with pytest.raises(SyncerError):  # there is nothing to undo; the policies are no reason
        rollback("last", SOURCE, target, UNASKED, session=session())
    assert ("failed", "unknown-run") == (last()["status"], last()["reason"])


def test_safety_says_which_limit_it_was(program: Program, target: LiveTarget) -> None:
    program.write_settings(safety={"protected": ["Front"]})
    assert 4 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    assert ("refused", "protected", False) == (last()["status"], last()["reason"], last()["success"])


def test_nothing_to_do_and_a_plan_that_was_applied_before(target: LiveTarget) -> None:
    saved(target)
    apply(SOURCE, target, UNASKED, plan_file=PLAN, session=session())
    assert ("done", "") == (last()["status"], last()["reason"])
    apply(SOURCE, target, UNASKED, plan_file=PLAN, session=session())
    assert ("done", "applied-before") == (last()["status"], last()["reason"])
    apply(SOURCE, target, UNASKED, session=session())
    assert ("done", "nothing-to-do") == (last()["status"], last()["reason"])
    rollback("last", SOURCE, target, UNASKED, session=session())
    rollback("last", SOURCE, target, UNASKED, session=session())
    assert ("done", "undone-before") == (last()["status"], last()["reason"])


def test_wrong_usage_is_no_attempt(target: LiveTarget) -> None:
    with pytest.raises(WrongUsage):
        apply(SOURCE, target, RunOptions(queues=("A",)), plan_file=PLAN, session=session())
    assert not Path(".syncer").exists()


def test_an_interruption_at_the_prompt(target: LiveTarget) -> None:
    def interrupted(_: object) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(SOURCE, target, RunOptions(), session=session(approve=interrupted))
    assert ("interrupted", "interrupted") == (last()["status"], last()["reason"])


def test_a_defect_is_recorded_too(target: LiveTarget) -> None:
    def defective(_: object) -> bool:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        apply(SOURCE, target, RunOptions(), session=session(approve=defective))
    assert ("failed", "defect") == (last()["status"], last()["reason"])


def test_an_entry_that_can_not_be_written_hides_no_error(target: LiveTarget) -> None:
    Path(".syncer").mkdir()
    (Path(".syncer") / "audit").write_text("")
    within = session()
    with pytest.raises(SyncerError, match=r"is not a plan|can't be read|is not a file"):
        apply(SOURCE, target, UNASKED, plan_file=PLAN, session=within)
    (warning,) = within.warnings
    assert warning.startswith("the audit has no entry for this run: ")


def test_the_plan_that_was_applied_is_kept_under_its_digest(target: LiveTarget) -> None:
    saved(target)
    apply(SOURCE, target, UNASKED, plan_file=PLAN, session=session())
    digest = json.loads(PLAN.read_bytes())["digest"]
    assert digest == last()["planDigest"]
    kept = Path(".syncer/audit/plans") / f"{digest.removeprefix('sha256:')}.json"
    assert PLAN.read_bytes() == kept.read_bytes()
    assert file_digest_of(kept) == last()["planPresented"]
