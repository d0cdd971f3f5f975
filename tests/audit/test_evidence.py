"""The evidence of a run: how it is written, and what is missing of what the settings demand."""

from dataclasses import fields, replace

import pytest

from syncer.audit.evidence import APPROVER, MERGE_REQUEST, REASON, TICKET, Evidence, missing
from syncer.model.policy import PolicyState

ALL = (MERGE_REQUEST, APPROVER, TICKET, REASON)
WHOLE = Evidence(
    client="c-1",
    requester="ann",
    approvers=("bob",),
    approved_sha="2" * 40,
    executor="carol",
    segregation="ok",
    merge_request="https://gitlab.example.com/team/queues/-/merge_requests/5",
    ticket="OPS-7",
    justification="season",
    policies=PolicyState("sha256:1", False, (("policies/a.yaml", "b" * 40),)),
    tool="0.1.0",
    approval="saved plan",
    plan_signature="checked",
)


def test_evidence_as_json_has_all_that_is_known() -> None:
    assert {
        "client": "c-1",
        "requester": "ann",
        "approvers": ["bob"],
        "approvedSha": "2" * 40,
        "executor": "carol",
        "segregation": "ok",
        "mergeRequest": "https://gitlab.example.com/team/queues/-/merge_requests/5",
        "ticket": "OPS-7",
        "justification": "season",
        "policies": {"digest": "sha256:1", "dirty": False, "blobs": {"policies/a.yaml": "b" * 40}},
        "tool": "0.1.0",
        "approval": "saved plan",
        "planSignature": "checked",
    } == WHOLE.as_json()
    assert len(fields(Evidence)) == len(WHOLE.as_json())


def test_nothing_known_is_unknown_and_empty() -> None:
    found = Evidence().as_json()
    assert "unknown" == found["segregation"]
    assert {"digest": "", "dirty": None, "blobs": {}} == found["policies"]


def test_nothing_is_missing_of_what_is_there_or_not_demanded() -> None:
    assert () == missing(WHOLE, ALL, ["--allow-delete"])
    assert () == missing(Evidence(), (), ["--allow-delete"])


def test_all_that_is_missing_is_named_once_in_the_order_of_the_settings() -> None:
    found = missing(Evidence(), (REASON, *ALL, REASON), ["--allow-delete"])
    assert (REASON, MERGE_REQUEST, APPROVER, TICKET) == tuple(each.what for each in found)
    assert all(each.message and each.hint.endswith(".") for each in found)


@pytest.mark.parametrize(
    ("evidence", "what", "words"),
    [
        (replace(WHOLE, merge_request=""), MERGE_REQUEST, "no merge request is known"),
        (replace(WHOLE, ticket=""), TICKET, "no ticket"),
        (replace(WHOLE, justification=""), REASON, "no reason"),
        (replace(WHOLE, segregation="self-approved"), APPROVER, "nobody but its authors approved"),
        (replace(WHOLE, segregation="unknown"), APPROVER, "the last commit"),
        (replace(WHOLE, segregation="unknown", approvers=()), APPROVER, "nobody is known"),
    ],
)
def test_each_that_is_missing_says_why(evidence: Evidence, what: str, words: str) -> None:
    (found,) = missing(evidence, ALL)
    assert what == found.what
    assert words in found.message


def test_a_limit_is_lifted_with_a_reason_where_anything_is_demanded() -> None:
    unexplained = replace(WHOLE, justification="")
    (found,) = missing(unexplained, [TICKET], ["--allow-delete", "--allow-frozen"])
    assert (REASON, True) == (found.what, "--allow-delete, --allow-frozen lifts" in found.message)
    assert () == missing(unexplained, [TICKET])
    assert () == missing(WHOLE, [TICKET], ["--allow-delete"])
