"""The note that says what became of a merge request."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.applying.apply import Result
from syncer.errors import StalePlan
from syncer.gitlab.place import Job
from syncer.model.finding import Finding, Severity
from syncer.model.plan import Status
from syncer.report.json import render
from syncer.report.note.applied import (
    MOST_ROWS,
    OnRequest,
    applied_commit_in,
    applied_marker,
    applied_stub,
    applied_text,
    reaches_others,
)
from syncer.report.views import Applied, Report
from tests.report.harmless import assert_tame
from tests.report.report_samples import HEAD, HOSTILE, RUN, outcomes, reports

JOB = Job("1" * 40, "https://gitlab.example.com/-/jobs/1", "https://gitlab.example.com/-/pipelines/1")
DONE = Result(RUN, "done", outcomes("Q")[:1], HEAD, {}, 1.0)
LATER = replace(DONE, run=replace(RUN, id="20260302T083000Z-fedcba"), head="sha256:" + "b" * 64)
NAMES = st.text(st.characters(exclude_categories=()), min_size=1, max_size=20)


def note(report: Report, previous: str = "", environment: str = "prod") -> str:
    return applied_text(json.loads(render(report, color=False)), environment, JOB, previous)


def applied(result: Result | None, message: str = "") -> Report:
    return Report("apply", 0, Applied(None, result, message=message))


def test_the_whole_note() -> None:
    assert (
        "<!-- syncer:apply:prod -->\n"
        f"<!-- syncer:run {RUN.id} done {HEAD} -->\n\n"
        "## syncer apply for `prod`: done (1 applied)\n\n"
        f"Run `{RUN.id}`, audit head `{HEAD}`, commit {JOB.commit}, [job](<{JOB.url}>), "
        f"[pipeline](<{JOB.pipeline_url}>).\n"
    ) == note(applied(DONE))


def test_what_failed_is_a_table() -> None:
    text = note(applied(replace(DONE, status="in part", outcomes=outcomes("Q"))))
    rows = [line for line in text.splitlines() if line.startswith("| `Q`")]
    left = [status for status in Status if status not in ("applied", "merged", "already")]
    assert [f"| `Q` | {status.value} | `Q` |" for status in left] == rows
    assert "for `prod`: in part (1 applied, 1 merged, 1 already, 1 conflict" in text


def test_a_loop_that_a_look_found_is_named() -> None:
    loop = Finding("loops.cycle", Severity.ERROR, "`Q` → R → `Q` overflowed in a circle; Q was taken back")
    other = Finding("loops.unmanaged", Severity.WARNING, "S → T → S overflows in a circle")
    text = note(replace(applied(DONE), findings=(loop, other)))
    assert "**Loop:** ``` `Q` → R → `Q` overflowed" in text or "**Loop:** `` `Q` → R" in text
    assert "S → T" not in text


def test_an_edit_that_may_be_overwritten_is_named_with_what_to_do() -> None:
    lost = Finding("writes.overwritten", Severity.ERROR, "Q: an edit by `Ada`", tip="set `x` again")
    text = note(replace(applied(DONE), findings=(lost,)))
    [line] = [each for each in text.splitlines() if each.startswith("**Overwritten:**")]
    assert "Q: an edit by `Ada` (set `x` again)" in line


def test_names_that_moved_come_first_and_hand_edits_before_what_was_overwritten() -> None:
    ids = ["writes.overwritten", "changes.overwrites", "changes.unexplained", "references.name-moved"]
    found = tuple(Finding(id_, Severity.WARNING, f"about `{id_}`", tip="look") for id_ in ids)
    text = note(replace(applied(DONE, message="words"), findings=found))
    lines = [each.partition(":**")[0] for each in text.splitlines() if each.startswith("**")]
    assert ["**Name moved", "**Hand edit", "**Hand edit", "**Overwritten"] == lines
    assert text.index("**Name moved") < text.index("words")


def test_a_new_chain_of_the_audit_is_named() -> None:
    begun = Finding("trail.new-chain", Severity.INFO, "new chain: the trail here is empty")
    assert "`new chain: the trail here is empty`" in note(replace(applied(DONE), findings=(begun,)))


def test_a_run_that_was_lost_is_named() -> None:
    lost = Finding("runs.lost", Severity.WARNING, "how x finished is not known")
    text = note(replace(applied(DONE), findings=(lost,)))
    assert "**Lost run:** `how x finished is not known`" in text
    assert "see the log of the job" not in text


def test_every_head_of_the_audit_stays() -> None:
    first = note(applied(DONE))
    second = note(applied(LATER), first)
    assert f"- run `{RUN.id}`: done; audit head `{HEAD}`" in second
    assert "<summary>1 earlier run</summary>" in second
    third = note(applied(None, message="nothing to do"), second)
    assert "for `prod`: nothing to do" in third
    assert "<summary>2 earlier runs</summary>" in third
    assert f"audit head `{HEAD}`" in third and f"audit head `{LATER.head}`" in third
    assert second == note(applied(LATER), second)


def test_a_rollback_that_followed_is_told_too() -> None:
    report = Report("apply", 1, Applied(None, replace(DONE, status="failed"), (), "rolled back", LATER))
    text = note(report)
    assert f"syncer:run {LATER.run.id} done" in text and f"syncer:run {RUN.id} failed" in text
    assert "Rolled back: done." in text
    assert f"Run `{LATER.run.id}`, audit head `{LATER.head}`" in text


@pytest.mark.parametrize(
    ("code", "words"), [(3, "not valid, nothing was applied"), (4, "refused"), (1, "failed")]
)
def test_an_error_before_there_was_a_result(code: int, words: str) -> None:
    text = note(Report("apply", code, error=StalePlan("it is stale:\nQ", hint="again")))
    assert f"for `prod`: {words}\n" in text
    assert "**Error:** `it is stale: · Q`" in text


def test_without_an_environment_and_a_job() -> None:
    text = applied_text(json.loads(render(applied(None), color=False)), "", Job())
    assert (
        "<!-- syncer:apply:default -->\n\n## syncer apply for the default environment: nothing to do\n"
        == text
    )


def test_markers_of_plan_and_apply_are_two() -> None:
    assert applied_marker("prod") != applied_marker("prod-eu") != applied_marker("")
    assert not applied_stub("prod").startswith(applied_marker("prod"))


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_can_do_nothing(name: str) -> None:
    for report in reports(name).values():
        if isinstance(report.view, Applied | None):
            assert_tame(note(report, environment=name))


@given(NAMES)
def test_any_name_at_all(name: str) -> None:
    result = replace(DONE, status="in part", outcomes=outcomes(name), run=replace(RUN, id=name))
    assert_tame(note(applied(result, message=name), environment=name))


def test_three_thousand_failures_are_cut_with_a_count() -> None:
    failed = outcomes("x" * 200)[4]
    text = note(applied(replace(DONE, status="failed", outcomes=(failed,) * 3000)))
    assert len(text) < 200_000
    assert MOST_ROWS == text.count("| failed |")
    assert "… and 2,700 more queues." in text


def test_only_lines_of_runs_are_read_of_the_note_before() -> None:
    before = (
        f"{applied_marker('prod')}\n<!-- syncer:run x y z -->\n<!-- syncer:run {RUN.id} done {HEAD} -->\n"
    )
    assert "earlier" not in note(applied(LATER), before)
    assert re.search(r"earlier", note(applied(LATER), note(applied(DONE)).replace("\n", "\r\n")))


def document(result: Result | None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(render(applied(result), color=False))
    return {**made, "result": {**made["result"], **more}}


def test_an_apply_reaches_others_where_it_did_something_or_nothing_was_left() -> None:
    failed = replace(DONE, status="failed", outcomes=tuple(each for each in outcomes("Q") if not each.done))
    for made, reaches in (
        (document(DONE), True),
        (document(replace(DONE, status="in part", outcomes=outcomes("Q"))), True),
        (document(None), True),
        (document(failed), False),
        (document(DONE, rollback=document(DONE)["result"]), False),
        (json.loads(render(Report("apply", 4, error=StalePlan("moved")), color=False)), False),
        (json.loads(render(Report("apply", 3), color=False)), False),
    ):
        assert reaches == reaches_others(made)


@pytest.mark.parametrize(
    ("request_", "job", "words"),
    [
        (OnRequest(), JOB, ""),
        (OnRequest(others=2), JOB, "Went live with 2 other merge requests merged before it."),
        (OnRequest(own=False), JOB, f"Applied by the apply of commit {JOB.commit} (run `{RUN.id}`)."),
        (
            OnRequest(own=False, others=1),
            Job(),
            f"Applied by the apply of a later commit (run `{RUN.id}`), with 1 other merge request.",
        ),
    ],
)
def test_a_merge_request_is_told_with_which_apply_it_went_live(
    request_: OnRequest, job: Job, words: str
) -> None:
    text = applied_text(document(DONE), "prod", job, request=request_)
    said = text.partition("done (1 applied)\n\n")[2].split("\n")[0]
    assert words == ("" if said.startswith("Run `") else said)


def test_the_note_says_whether_it_is_what_was_reviewed() -> None:
    digest, counts = f"sha256:{'c' * 64}", {"create": 2, "update": 0, "delete": 1}
    made = document(DONE, change_digest=digest, counts=counts)
    plan = f"<!-- syncer:plan:prod -->\n<!-- syncer:commit - {digest} create=1 update=1 delete=0 -->\n"
    same = OnRequest(planned=f"{plan}<!-- syncer:changes {digest} -->\n")
    other = OnRequest(planned=f"{plan}<!-- syncer:changes sha256:{'d' * 64} -->\n")
    differs = "**Differs from what was reviewed:** {}; reviewed: 1 to create, 1 to update, 0 to delete."
    for report, request, words in (
        (made, same, "As reviewed: the changes are those that the note of the plan shows."),
        (made, other, differs.format("2 to create, 0 to update, 1 to delete")),
        (document(DONE, change_digest=digest), other, differs.format("others")),
    ):
        assert f"\n\n{words}\n\n" in applied_text(report, "prod", JOB, request=request)
    for report, request in (
        (made, OnRequest()),
        (document(DONE), same),
        (document(None, change_digest=digest), same),
    ):
        assert "eviewed" not in applied_text(report, "prod", JOB, request=request)


def test_a_report_that_comes_late_takes_no_headline_from_a_later_run() -> None:
    later = note(applied(LATER))
    late = note(applied(DONE), later)
    assert "## syncer apply for `prod`: done (1 applied)" in late
    assert f"<!-- syncer:run {LATER.run.id} done {LATER.head} -->\n<!-- syncer:earlier {RUN.id} done" in late
    assert f"Run `{LATER.run.id}`" in late
    assert late == note(applied(DONE), late)
    assert note(applied(LATER), note(applied(DONE))) == note(applied(LATER), late)


def test_which_commit_was_applied_is_found_in_the_note() -> None:
    for report in (
        applied(DONE),
        applied(None),
        replace(applied(None, message="Commit 99999999, x"), exit_code=4),
    ):
        assert JOB.commit == applied_commit_in(note(report))
    assert "" == applied_commit_in("<!-- syncer:apply:prod -->\n\n**Error:** `a`, commit 99999999, b\n")
