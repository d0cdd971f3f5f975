"""Who runs this, at which place, and why, as the entry of a run says it."""

from pathlib import Path
from typing import Any

import pytest

from syncer import __version__
from syncer.app import LiveTarget, RunOptions, apply, audit_show, plan, rollback
from syncer.app.options import PlanOptions
from syncer.errors import ConfigError
from tests.program import Program
from tests.use_cases import CREDENTIALS, SOURCE, UNASKED, session

PLAN = Path("plan.json")
KEY = {"SYNCER_IDENTITY_KEY": "k" * 32}
PIPELINE = {"GITLAB_USER_LOGIN": "ann", "CI_COMMIT_SHA": "c" * 40, "CI_JOB_ID": "7"}


def last() -> dict[str, Any]:
    """The newest entry of the trail."""
    shown = audit_show().view
    assert shown is not None
    return dict([*shown.entries][-1])


def test_it_says_what_is_known_without_gitlab(target: LiveTarget) -> None:
    options = RunOptions(auto_approve=True, ticket="CHG-7", reason="Christmas trade")
    apply(SOURCE, target, options, session=session(environ=PIPELINE))
    entry = last()
    assert {
        "client": CREDENTIALS["GENESYSCLOUD_OAUTHCLIENT_ID"],
        "executor": "ann",
        "approvers": [],
        "segregation": "unknown",
        "ticket": "CHG-7",
        "justification": "Christmas trade",
        "tool": __version__,
        "approval": "auto-approve",
        "planSignature": "",
    }.items() <= entry.items()
    assert ("gitlab", False) == (entry["origin"]["source"], entry["origin"]["verified"])
    assert entry["origin"]["unverified"]
    assert {"policies/all.yaml", "policies/settings.yaml"} == set(entry["policies"]["blobs"])
    assert isinstance(entry["clockOffsetMs"], int | float)


@pytest.mark.parametrize(
    ("made_with", "applied_with", "expected"),
    [("", "", "unsigned"), ("a key", "", "not checked"), ("a key", "a key", "checked")],
)
def test_the_signature_of_a_plan(
    target: LiveTarget, made_with: str, applied_with: str, expected: str
) -> None:
    plan(SOURCE, target, PlanOptions(out=PLAN), session=session(environ={"SYNCER_PLAN_KEY": made_with}))
    within = session(environ={"SYNCER_PLAN_KEY": applied_with})
    apply(SOURCE, target, UNASKED, plan_file=PLAN, session=within)
    assert ("saved plan", expected) == (last()["approval"], last()["planSignature"])


def test_whoever_agreed_is_known(target: LiveTarget) -> None:
    apply(SOURCE, target, RunOptions(), session=session(approve=lambda _: True))
    assert "session" == last()["approval"]


def test_persons_are_pseudonyms_where_the_settings_say_so(program: Program, target: LiveTarget) -> None:
    program.write_settings(audit={"identity": "pseudonym"})
    apply(SOURCE, target, UNASKED, session=session(environ={**PIPELINE, **KEY}))
    shown = audit_show().view
    assert shown is not None
    for entry in shown.entries:
        assert entry["origin"]["user"].startswith("p-")
        assert entry["origin"]["host"].startswith("h-")
    assert last()["origin"]["user"] == last()["executor"]
    with pytest.raises(ConfigError, match="SYNCER_IDENTITY_KEY is not set"):
        apply(SOURCE, target, UNASKED, session=session(environ=PIPELINE))
    assert ("failed", "configuration") == (last()["status"], last()["reason"])


def test_what_ends_before_the_settings_are_read_names_nobody_either(target: LiveTarget) -> None:
    PLAN.write_text("no plan")
    with pytest.raises(Exception, match="is not a plan"):
        apply(SOURCE, target, UNASKED, plan_file=PLAN, session=session(environ={**PIPELINE, **KEY}))
    assert last()["origin"]["user"].startswith("p-")


def test_evidence_that_is_demanded(program: Program, target: LiveTarget) -> None:
    program.write_settings(audit={"require": ["ticket", "reason", "merge_request", "approver"]})
    report = apply(SOURCE, target, UNASKED, session=session())
    assert report.error is not None
    assert (4, "refused", "evidence-missing") == (report.exit_code, last()["status"], last()["reason"])
    for what in (
        "there is no ticket",
        "there is no reason",
        "no merge request is known",
        "approved the change",
    ):
        assert what in report.error.message
    assert 0 == program.puts()


def test_a_rollback_needs_no_merge_request(program: Program, target: LiveTarget) -> None:
    assert 0 == apply(SOURCE, target, UNASKED, session=session()).exit_code
    program.write_settings(audit={"require": ["reason", "merge_request", "approver"]})
    refused = rollback("last", SOURCE, target, UNASKED, session=session())
    assert refused.error is not None
    assert "no merge request" not in refused.error.message
    assert (4, "evidence-missing") == (refused.exit_code, last()["reason"])
    given = RunOptions(auto_approve=True, reason="contacts circle")
    assert 0 == rollback("last", SOURCE, target, given, session=session()).exit_code


def test_a_limit_that_is_lifted_needs_a_reason_where_anything_is_demanded(
    program: Program, target: LiveTarget
) -> None:
    program.write_settings(audit={"require": ["ticket"]}, safety={"protected": ["Front"]})
    lifted = RunOptions(auto_approve=True, allow_protected=True, ticket="CHG-7")
    report = apply(SOURCE, target, lifted, session=session())
    assert report.error is not None
    assert "--allow-protected lifts a limit, and there is no reason for it" in report.error.message
    explained = RunOptions(auto_approve=True, allow_protected=True, ticket="CHG-7", reason="agreed")
    assert 0 == apply(SOURCE, target, explained, session=session()).exit_code
