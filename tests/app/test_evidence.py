"""Gathering evidence: from options, the commit, the policies, an ID token and GitLab."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syncer import __version__
from syncer.app.evidence import Known, gather_evidence, proved_origin
from syncer.app.session import Session
from syncer.audit.evidence import Evidence, missing
from syncer.audit.origin import GITLAB, Origin, origin
from syncer.model.settings import AuditSettings
from syncer.planning.disk import OnDisk, read_disk
from tests.id_tokens import NOW, claims, public, signed
from tests.loopback import CLOSED
from tests.policy.test_revision import git
from tests.stand_in import TOKEN, StandIn, gitlab
from tests.stand_in_repository import approval, pushed, user, version

HEAD = "2" * 40
ANN, BOB = user(7, "ann", "Ann Arbor"), user(8, "bob", "Bob Beamon")
NOBODY = Known()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of policies in a repository, which is where the program runs."""
    monkeypatch.chdir(tmp_path)
    Path("policies").mkdir()
    Path("policies/a.yaml").write_text("version: 1\nqueues:\n  - {queue: A, overflow: []}\n")
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message=Title\n\nTicket: GIT-1\nReason: as it was committed")
    return Path("policies")


def commit() -> str:
    """The commit that is checked out."""
    said = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, check=True, text=True)
    return said.stdout.strip()


@pytest.fixture
def server(folder: Path) -> Iterator[StandIn]:
    """GitLab, whose merge request 5 brought the commit: Ann wrote it, Bob approved it."""
    with gitlab() as running:
        repository = running.hub.repository
        repository.begin(commit(), {}, merged=5)
        repository.requests[5].update(sha=HEAD, author=ANN, merge_user=BOB)
        repository.versions[5] = [version(1, HEAD, "2026-03-01T08:00:00Z")]
        repository.approvals[5] = [approval(BOB, "2026-03-01T08:10:00Z")]
        message = "Change\n\nTicket: MR-1\nReason: as it was proposed\n"
        repository.commits_of[5] = [pushed(HEAD, "Ann Arbor", "ann@example.com", message)]
        running.hub.keys = [public()]
        yield running


def job(server: StandIn, **other: str) -> dict[str, str]:
    """The variables of a job."""
    return {
        "CI_API_V4_URL": server.api,
        "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": commit(),
        "CI_COMMIT_REF_NAME": "main",
        "CI_JOB_ID": "1123",
        "GITLAB_USER_LOGIN": "eve",
        "SYNCER_GITLAB_TOKEN": TOKEN,
        **other,
    }


def disk(folder: Path, **audit: Any) -> OnDisk:
    read = read_disk(folder)
    return replace(read, settings=replace(read.settings, audit=AuditSettings(**audit)))


def session(environ: dict[str, str]) -> Session:
    return Session(environ=environ, now=lambda: datetime.fromtimestamp(NOW, UTC))


def gathered(
    folder: Path, environ: dict[str, str], known: Known = NOBODY, **audit: Any
) -> tuple[Evidence, list[str]]:
    """The evidence, and what the session was warned of."""
    calling = session(environ)
    found = gather_evidence(disk(folder, **audit), folder, origin(environ), calling, known)
    return found, calling.warnings


def test_all_that_can_be_known(server: StandIn, folder: Path) -> None:
    known = Known("client-1", "OPS-7", "because", "saved plan", "checked")
    found, warnings = gathered(folder, job(server), known, issuer=server.url)
    blob = subprocess.run(
        ["git", "rev-parse", "HEAD:policies/a.yaml"], capture_output=True, check=True, text=True
    )
    expected = Evidence(
        client="client-1",
        requester="ann",
        approvers=("bob",),
        approved_sha=HEAD,
        executor="eve",
        segregation="ok",
        merge_request="https://gitlab.example.com/team/queues/-/merge_requests/5",
        ticket="OPS-7",
        justification="because",
        policies=replace(found.policies, dirty=False, blobs=(("policies/a.yaml", blob.stdout.strip()),)),
        tool=__version__,
        approval="saved plan",
        plan_signature="checked",
    )
    assert (expected, []) == (found, warnings)
    assert found.policies.digest.startswith("sha256:")
    assert () == missing(found, ("merge_request", "approver", "ticket", "reason"))


def test_an_option_goes_before_the_message_and_that_before_those_of_the_merge_request(
    server: StandIn, folder: Path
) -> None:
    def said(known: Known, message: str) -> tuple[str, str]:
        found, _ = gathered(folder, job(server, CI_COMMIT_MESSAGE=message), known)
        return found.ticket, found.justification

    message = "Title\n\nTicket: CI-1\nReason: as the job says\n"
    assert ("OPS-7", "as the job says") == said(Known(ticket="OPS-7"), message)
    assert ("CI-1", "because") == said(Known(reason="because"), message)
    assert ("GIT-1", "as it was committed") == said(NOBODY, "")
    merged = "Merge branch 'topic' into 'main'\n\nSee merge request team/queues!5"
    assert ("MR-1", "as it was proposed") == said(NOBODY, merged)
    assert ("CI-2", "as it was proposed") == said(NOBODY, "Title\n\nTicket: CI-2\n")


def test_what_people_write_is_one_clean_line(folder: Path) -> None:
    known = Known(ticket="OPS\x1b[31m-7\n\u202e", reason="x" * 5000)
    found, _ = gathered(folder, {}, known)
    assert "OPS [31m-7" == found.ticket
    assert 1000 == len(found.justification)
    long = Known(ticket="T" * 500)
    assert 200 == len(gathered(folder, {}, long)[0].ticket)


def test_without_gitlab_people_are_unknown_and_that_is_no_warning(folder: Path) -> None:
    found, warnings = gathered(folder, {"LOGNAME": "ann"})
    assert ("", (), "", "unknown", "") == (
        found.requester,
        found.approvers,
        found.approved_sha,
        found.segregation,
        found.merge_request,
    )
    assert ("GIT-1", []) == (found.ticket, warnings)


@pytest.mark.parametrize("without", ["SYNCER_GITLAB_TOKEN", "CI_API_V4_URL", "CI_PROJECT_ID"])
def test_who_has_no_token_or_project_is_not_asked_for(server: StandIn, folder: Path, without: str) -> None:
    found, warnings = gathered(folder, job(server, **{without: " "}))
    assert ("unknown", [], []) == (found.segregation, warnings, server.hub.calls)


@pytest.mark.parametrize("other", [{"CI_COMMIT_SHA": "main"}, {"CI_COMMIT_REF_NAME": ""}])
def test_without_a_commit_on_a_branch_nobody_is_asked(
    server: StandIn, folder: Path, other: dict[str, str]
) -> None:
    found, warnings = gathered(folder, job(server, **other))
    assert ("unknown", [], []) == (found.segregation, warnings, server.hub.calls)


def test_a_gitlab_that_fails_is_a_warning(server: StandIn, folder: Path) -> None:
    known = Known(ticket="OPS-7")
    server.hub.fail_with = 403
    found, (warning,) = gathered(folder, job(server), known)
    assert ("OPS-7", "unknown", "") == (found.ticket, found.segregation, found.merge_request)
    assert "GitLab was not asked who approved this: the token may not read merge requests" in warning
    assert TOKEN not in warning
    server.hub.fail_with, server.hub.nonsense = 0, {"approvals": b"<html>"}
    found, (warning,) = gathered(folder, job(server), known)
    assert ("unknown", True) == (found.segregation, "not GitLab's API" in warning)


def test_another_gitlab_than_the_settings_name_is_never_asked(server: StandIn, folder: Path) -> None:
    """It could say anything, and would be shown the token."""
    found, (warning,) = gathered(folder, job(server), issuer="https://gitlab.example.com")
    assert ("unknown", True, []) == (found.segregation, "audit.issuer" in warning, server.hub.calls)


def test_a_commit_that_no_merge_request_brought(server: StandIn, folder: Path) -> None:
    server.hub.repository.requests[5]["merge_commit_sha"] = None
    found, warnings = gathered(folder, job(server))
    assert ("unknown", "", []) == (found.segregation, found.merge_request, warnings)


def test_policies_that_the_commit_does_not_have(server: StandIn, folder: Path) -> None:
    Path("policies/new.yaml").write_text("version: 1\nqueues:\n  - {queue: B, overflow: []}\n")
    assert gathered(folder, job(server))[0].policies.dirty is True
    Path("policies/new.yaml").unlink()
    assert gathered(folder, job(server))[0].policies.dirty is False
    assert gathered(folder, job(server, CI_COMMIT_SHA="1" * 40))[0].policies.dirty is True


def test_an_id_token_proves_who_runs_it(server: StandIn) -> None:
    environ = job(server, SYNCER_ID_TOKEN=signed(claims(server.url, sha=commit())))
    found = proved_origin(session(environ), AuditSettings(issuer=server.url))
    expected = Origin(
        user="ann",
        host=found.host,
        commit=commit(),
        pipeline=f"{server.url}/team/queues/-/pipelines/455",
        job=f"{server.url}/team/queues/-/jobs/1123",
        source=GITLAB,
        verified=True,
        unverified="",
        ref="main",
        ref_protected=True,
    )
    assert expected == found


@pytest.mark.parametrize(
    ("audit", "other", "words"),
    [
        ({}, {}, "no audit.issuer"),
        ({"issuer": "server"}, {"SYNCER_ID_TOKEN": ""}, "SYNCER_ID_TOKEN is not set"),
        ({"issuer": "server", "audience": "other"}, {}, "another audience"),
        ({"issuer": "server"}, {"CI_COMMIT_SHA": "9" * 40}, "another commit"),
        ({"issuer": CLOSED}, {}, "can't be fetched"),
    ],
)
def test_without_a_proof_it_stays_a_claim_that_says_why(
    server: StandIn, audit: dict[str, str], other: dict[str, str], words: str
) -> None:
    token = signed(claims(server.url, sha=commit()))
    environ = job(server, **{"SYNCER_ID_TOKEN": token, **other})
    issuer = {"server": server.url, None: ""}.get(audit.get("issuer"), CLOSED)
    settings = AuditSettings(issuer, audit.get("audience", "syncer"))
    found = proved_origin(session(environ), settings)
    assert replace(origin(environ), unverified=found.unverified) == found
    assert ("eve", False, True) == (found.user, found.verified, words in found.unverified)
    assert token not in found.unverified


def test_outside_of_gitlab_no_token_is_looked_at(server: StandIn) -> None:
    environ = {"SYNCER_ID_TOKEN": signed(claims(server.url)), "GITHUB_ACTOR": "bob"}
    assert origin(environ) == proved_origin(session(environ), AuditSettings(issuer=server.url))
    assert [] == server.hub.calls
