"""The note of an apply that left no report."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncer.audit.applied_set import AppliedSet
from syncer.audit.record import Intent
from syncer.gitlab.place import Job
from syncer.model.settings import ApiLocation
from syncer.report.note.applied import applied_marker
from syncer.report.note.unknown import MOST_QUEUES, MOST_RUNS, WHAT_TO_DO, LastKnown, unknown_text
from tests.report.harmless import assert_tame

NOW = "2026-03-01T08:30:00Z"
JOB = Job("1" * 40, "https://gitlab.example.com/-/jobs/1")
INTENT = Intent(
    "run-2", "apply", NOW, ApiLocation("https://api"), "prod", user="ann", commit="c0ffee", queues=("q", "r")
)
KNOWN = LastKnown((INTENT,), AppliedSet("", "facade", "run-1", NOW), {"q": "Front"}, read=True)
HEAD = f"sha256:{'a' * 64}"


def test_the_whole_note() -> None:
    assert [
        "<!-- syncer:apply:prod -->",
        f"<!-- syncer:earlier run-0 done {HEAD} -->",
        "",
        "## syncer apply for `prod`: the result is not known",
        "",
        "The apply left no report: its job was killed, or its runner is gone. Queues may have been written.",
        "",
        (
            f"- **Open:** run `run-2` of commit `c0ffee`, begun at `{NOW}` by `ann`, was about to write "
            "2 queues: `Front`, `r`."
        ),
        f"- Applied last from commit `facade`, by run `run-1` at `{NOW}`.",
        "",
        f"**What to do:** {WHAT_TO_DO}",
        "",
        f"Commit {JOB.commit}, [job](<{JOB.url}>).",
        "",
        "<details>",
        "<summary>1 earlier run</summary>",
        "",
        f"- run `run-0`: done; audit head `{HEAD}`",
        "",
        "</details>",
    ] == unknown_text(
        "prod", JOB, f"{applied_marker('prod')}\n<!-- syncer:run run-0 done {HEAD} -->", KNOWN
    ).splitlines()


def test_what_is_not_known_is_said() -> None:
    for known, words in (
        (LastKnown(), "- No record could be read here"),
        (LastKnown(read=True), "- The record has no open run"),
        (LastKnown(read=True), "- Nothing is recorded as applied before."),
        (replace(KNOWN, open=(replace(INTENT, queues=()),)), "was about to write no queue."),
        (replace(KNOWN, open=(INTENT,) * (MOST_RUNS + 2)), "- … and 2 more open runs."),
        (replace(KNOWN, open=(replace(INTENT, queues=("q",) * (MOST_QUEUES + 3)),)), "`Front` and 3 more."),
    ):
        assert words in unknown_text("", Job(), "", known)


def test_each_set_of_policies_has_its_own() -> None:
    text = unknown_text("prod", Job(), "", KNOWN, policy_set="eu/policies")
    assert text.startswith("<!-- syncer:apply:prod:eu%2Fpolicies -->\n")
    assert "## syncer apply for `prod`, policies `eu/policies`: the result" in text


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=20))
def test_names_do_nothing(name: str) -> None:
    intent = replace(INTENT, run=name, user=name, commit=name, started_at=name, queues=(name, "q"))
    known = LastKnown((intent,), AppliedSet(name, name, name, name), {"q": name}, read=True)
    assert_tame(unknown_text(name, Job(), "", known, policy_set=name))
