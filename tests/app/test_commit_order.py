"""Whether a commit may be applied after the one that was applied last."""

from pathlib import Path

import pytest

from syncer.app import LiveTarget, apply
from syncer.app.commit_order import CommitOrder
from syncer.audit.applied_set import AppliedSet
from syncer.audit.record import read_record, write_record
from syncer.errors import Refused
from syncer.policy.ancestry import Ancestry
from tests.hub import TOKEN, Hub
from tests.loopback import CLOSED
from tests.program import POLICIES, Program, policy_queue
from tests.use_cases import SOURCE, UNASKED, session

RECORD = Path(".syncer/record.json")
FIRST, SECOND = "1" * 40, "2" * 40


def after(target: LiveTarget, last: str, ours: str, **environ: str) -> tuple[int, str]:
    """Exit code and words of an apply of the commit ``ours``, where ``last`` was applied before."""
    apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": last} if last else {}))
    try:
        report = apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": ours, **environ}))
    except Refused as error:
        return error.exit_code, error.message
    assert report.view is not None
    return report.exit_code, report.view.message


@pytest.mark.parametrize(("last", "ours"), [("", SECOND), (FIRST, ""), ("", ""), (FIRST, FIRST)])
def test_where_one_is_not_known_or_both_are_the_same_nobody_is_asked(
    target: LiveTarget, last: str, ours: str
) -> None:
    assert 0 == after(target, last, ours)[0]


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({}, "the URL of GitLab's API is not known"),
        ({"CI_API_V4_URL": f"{CLOSED}/api/v4", "CI_PROJECT_ID": "42"}, "SYNCER_GITLAB_TOKEN is not set"),
        (
            {"CI_API_V4_URL": f"{CLOSED}/api/v4", "CI_PROJECT_ID": "42", "CI_JOB_TOKEN": "t0ken"},
            "GitLab gave no answer",
        ),
    ],
)
def test_where_nobody_knows_it_says_why(target: LiveTarget, environ: dict[str, str], why: str) -> None:
    code, words = after(target, FIRST, SECOND, **environ)
    assert (4, True, True) == (code, why in words, "t0ken" not in words)


def test_a_job_token_is_told_what_gitlab_says_of_it(target: LiveTarget, hub: Hub) -> None:
    where = {"CI_API_V4_URL": f"{hub.url}/api/v4", "CI_PROJECT_ID": "42"}
    code, words = after(target, FIRST, SECOND, **where, CI_JOB_TOKEN="job-token-of-the-stand-in")
    assert (4, True) == (code, "GitLab refused the token (401" in words)
    code, words = after(target, FIRST, SECOND, **where, CI_JOB_TOKEN="job", SYNCER_GITLAB_TOKEN=TOKEN)
    assert (4, True) == (code, "Could not find refs: 2222" in words)


def test_a_commit_that_is_no_whole_id_is_shown_to_nobody(target: LiveTarget, hub: Hub) -> None:
    apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": FIRST}))
    record = read_record(RECORD)
    (place,) = record.places
    odd = AppliedSet("", "--output=/etc/passwd\x1b[31m", "run\n::error::", "2026-11-27T08:00:00Z")
    write_record(RECORD, record.with_set(place.location, "", odd))
    where = {"CI_API_V4_URL": f"{hub.url}/api/v4", "CI_PROJECT_ID": "42", "SYNCER_GITLAB_TOKEN": TOKEN}
    with pytest.raises(Refused, match="one of them isn't a full commit id") as caught:
        apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": SECOND, **where}))
    assert (0, True) == (hub.asked("merge_base"), caught.value.message.isprintable())


def test_what_undid_a_run_is_no_newer_commit(program: Program, target: LiveTarget) -> None:
    """A rollback leaves the order as it was."""
    from syncer.app import rollback

    apply(SOURCE, target, UNASKED, session=session(environ={"CI_COMMIT_SHA": FIRST}))
    undo = session(environ={"CI_COMMIT_SHA": SECOND})
    assert 0 == rollback("last", SOURCE, target, UNASKED, session=undo).exit_code
    program.write_policies(policy_queue("Front", ("Back", 30)), *POLICIES[1:])
    assert FIRST == read_record(RECORD).places[0].sets[""].commit
    assert 0 == after(target, FIRST, FIRST)[0]


@pytest.mark.parametrize(
    ("how", "reason"), [(None, "unknown-commit"), (Ancestry.DIVERGED, "diverged-commit")]
)
def test_a_refusal_says_what_to_do(how: Ancestry | None, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        CommitOrder(how, "a", "b", "nobody said").refuse_unknown()
    assert (reason, True) == (caught.value.reason, "--allow-older" in caught.value.hint)


@pytest.mark.parametrize("how", [Ancestry.SAME, Ancestry.NEWER, Ancestry.OLDER])
def test_what_is_known_is_not_refused(how: Ancestry) -> None:
    order = CommitOrder(how)
    order.refuse_unknown()
    assert (how is Ancestry.OLDER, how is not Ancestry.OLDER) == (order.is_older, order.goes_on)
