"""The description of the merge request that writes drift back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.drift.found import drift_of
from syncer.drift.write_back import NotWritten
from syncer.gitlab.place import Job
from syncer.model.change import Moved
from syncer.model.plan import Plan
from syncer.model.queue import Edit
from syncer.report.note.drifted import DriftStory, drift_texts, gone_texts
from tests.report.harmless import assert_tame
from tests.report.report_samples import HOSTILE, mixed_plan, plan

DIGEST = "sha256:" + "a" * 64
JOB = Job("1" * 40, "https://gitlab.example.com/-/jobs/1", "https://gitlab.example.com/-/pipelines/1")
NAMES = st.text(st.characters(exclude_categories=()), min_size=1, max_size=20)


def told(made: Plan, name: str) -> DriftStory:
    edits = {each.queue: Edit(name, name, name) for each in made.changes}
    return DriftStory(drift_of(made, edits), (NotWritten("q", name, name),), name, (name,), JOB)


def description(of: DriftStory) -> str:
    return drift_texts(of, DIGEST).description


def test_the_hidden_line_tells_the_change() -> None:
    texts = drift_texts(told(plan("Q"), "prod"), DIGEST)
    assert texts.description.startswith(
        f"<!-- syncer:drift:prod {DIGEST} -->\nThe live queues and the policies of `prod`"
    )
    assert "<!-- syncer:drift:prod " == texts.marker
    assert "Drift of the live queues: 8 rules of 2 queues" == texts.title
    gone = gone_texts("prod", JOB, "it is over")
    links = f"[job](<{JOB.url}>), [pipeline](<{JOB.pipeline_url}>)"
    assert f"<!-- syncer:drift:prod gone -->\nClosed by syncer: it is over ({links}).\n" == gone.description
    assert (texts.marker, "Closed by syncer: it is over.") == (
        gone.marker,
        gone_texts("prod", Job(), "it is over").description.splitlines()[1],
    )


def test_a_set_of_policies_has_a_line_of_its_own() -> None:
    texts = drift_texts(replace(told(plan("Q"), "prod"), policy_set="a:b/c--d"), DIGEST)
    assert "<!-- syncer:drift:a%3Ab%2Fc-%2Dd:prod " == texts.marker
    assert texts.description.startswith(
        f"{texts.marker}{DIGEST} -->\nThe live queues and the policies of `prod` in `a:b/c--d`"
    )
    assert texts.marker == gone_texts("prod", JOB, "it is over", "a:b/c--d").marker
    other = drift_texts(told(plan("Q"), "prod"), DIGEST)
    assert not texts.description.startswith(other.marker)
    assert not other.description.startswith(texts.marker)


def test_of_rules_that_both_moved_it_says_what_is_in_here() -> None:
    story = told(plan("Q"), "prod")
    rules = [
        replace(rule, moved=Moved.BOTH, agreed=rule.policy) if rule.policy and rule.live else rule
        for rule in story.drift.rules
    ]
    text = description(replace(story, drift=replace(story.drift, rules=tuple(rules))))
    assert "that the policies changed too, only changes of the live queues are included." in text
    assert "just what live alone moved" not in description(story)


def test_both_sides_of_each_rule() -> None:
    text = description(told(plan("Q"), "prod"))
    for row in (
        "| `Q` | `→ Q` | nothing | 5 % after 0 s, disabled |",
        "| `Q` | `→ Q` | 10 % after 60 s | 20 % after 0 s, disabled |",
        "| `Q` | `→ Q` | 10 % after 60 s | nothing |",
    ):
        assert row in text.splitlines()
    assert "| `Q` | `prod` | `prod` |" in text
    assert "- `prod`: `prod`" in text
    assert text.endswith(f"Found by this [job](<{JOB.url}>), [pipeline](<{JOB.pipeline_url}>).\n")


@pytest.mark.parametrize(
    ("edit", "cells"),
    [
        (Edit("7", "anna"), "`anna` |  |"),
        (Edit("7"), "`7` |  |"),
        (Edit(at="now"), " | `now` |"),
        (Edit(), ""),
    ],
)
def test_who_did_it_where_live_says_so(edit: Edit, cells: str) -> None:
    made = replace(plan("Q"), changes=plan("Q").changes[1:])
    shown = description(DriftStory(drift_of(made, {"z": edit})))
    assert bool(cells) is ("### Who changed these queues last" in shown)
    assert f"| `Q` | {cells}" in shown
    assert "### Not written" not in shown


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_names_can_do_nothing(name: str) -> None:
    for made in (plan(name), mixed_plan(name)):
        assert_tame(description(told(made, name)))
    assert_tame(gone_texts(name, JOB, "it is over").description)


@given(NAMES)
def test_any_name_at_all(name: str) -> None:
    assert_tame(description(told(mixed_plan(name), name)))


def test_three_thousand_queues_are_cut_with_a_count() -> None:
    made = plan("x" * 200)
    changes = tuple(replace(made.changes[0], queue=str(number)) for number in range(3000))
    text = description(told(replace(made, changes=changes), "x" * 200))
    assert len(text) < 300_000
    assert "… and 11,700 more rules." in text
    assert "… and 2,700 more queues." in text


def test_other_environments_change_too() -> None:
    several = replace(told(plan("Q"), "prod"), others=("test", "dev"))
    assert "change with them: `test`, `dev`." in description(several)
    many = replace(several, others=tuple(f"e{number}" for number in range(22)))
    assert "`e19` and 2 more." in description(many)
    assert "Other environments" not in description(replace(several, others=()))
