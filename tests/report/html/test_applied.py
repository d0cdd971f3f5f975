from dataclasses import replace
from typing import Any

from syncer.applying.apply import Result
from syncer.errors import StalePlan
from syncer.model.finding import Finding, Severity
from syncer.model.plan import Outcome, Status
from syncer.model.settings import Organization
from syncer.report import render
from syncer.report.html.applied import MOST_ROWS, outcome_table
from syncer.report.views import Applied, Report
from tests.contact_centers import contact_center
from tests.report.html.pages import Page
from tests.report.report_samples import HEAD, RUN, reports

PLAN = contact_center(15, careful=True).plan()
DONE = tuple(Outcome(change, Status.APPLIED, "", 1, 21.5) for change in PLAN.changes)
FAILED = (replace(DONE[0], status=Status.FAILED, detail="the queue is <gone>"), *DONE[1:])


def page(outcomes: tuple[Outcome, ...], status: str = "done", code: int = 0, **values: Any) -> Page:
    result = Result(RUN, status, outcomes, HEAD, {"PUT /q": 2, "retries": 1}, 1234.5)
    view = Applied(PLAN, result)
    return Page(render("html", replace(Report("apply", code, view), **values)))


def test_what_was_done_is_one_line_and_a_row_a_queue() -> None:
    read = page(DONE)
    assert f"✓ Apply done: {len(DONE)} applied" == read.all("title")[0].text
    assert ["verdict", "good"] == read.one("header").classes
    assert len(DONE) + 1 == len(read.all("tr"))
    row = read.all("tr")[1].text
    assert DONE[0].change.name in row
    assert "threshold" in row
    assert "1 PUT" in row


def test_where_when_and_in_which_run_stands_on_top() -> None:
    run = replace(RUN, environment="prod", organization=Organization("3f2b", "Example"))
    view = Applied(PLAN, Result(run, "done", DONE, HEAD, {}, 1.0))
    read = Page(render("html", Report("apply", 0, view)))
    words = f"syncer apply · prod · Example (3f2b) · {RUN.started_at} · run {RUN.id}"
    assert words == read.one("p", "meta").text
    none = Applied(replace(PLAN, environment="prod"), None)
    assert "syncer apply · prod" == Page(render("html", Report("apply", 0, none))).one("p", "meta").text


def test_what_wasnt_done_comes_first_with_the_reason() -> None:
    read = page(FAILED, "in part", 5)
    assert f"✕ Apply in part: 1 failed, {len(DONE) - 1} applied" == read.all("title")[0].text
    assert ["Not done (1)", f"Done ({len(DONE) - 1})"] == [each.text for each in read.all("h2")][:2]
    assert "the queue is <gone>" in read.all("tr")[1].text


def test_the_head_of_the_audit_can_be_copied() -> None:
    assert {RUN.id, HEAD, "2 calls in 1.2 s"} == {each.text for each in page(DONE).all("dd")}


def test_an_error_or_a_warning_is_no_good_end() -> None:
    assert ["verdict", "bad"] == page(DONE, error=StalePlan("stale")).one("header").classes
    assert ["verdict", "warn"] == page(DONE, warnings=("odd",)).one("header").classes


def test_nothing_to_do_is_said() -> None:
    read = Page(render("html", Report("apply", 0, Applied(PLAN, None))))
    assert "✓ Nothing to do" == read.all("title")[0].text
    said = Page(render("html", Report("apply", 0, Applied(PLAN, None, message="live is as planned"))))
    assert "✓ live is as planned" == said.all("title")[0].text


def test_a_rollback_that_followed_and_a_watch_have_their_sections() -> None:
    undone = Page(render("html", reports("x")["apply, undone"]))
    assert any(each.text.startswith("Not done of the ") for each in undone.all("h2"))
    watched = Page(render("html", reports("x")["apply, watched"]))
    assert "Watched after the run" in [each.text for each in watched.all("h2")]


def test_runs_that_were_cut_off_and_findings_are_shown() -> None:
    read = Page(render("html", reports("x")["apply"]))
    headings = [each.text for each in read.all("h2")]
    assert any("was cut off" in each for each in headings)
    assert any(each.startswith("Findings (") for each in headings)


def test_a_part_says_that_it_is_one() -> None:
    read = Page(render("html", reports("Support")["apply, shown in part"]))
    assert "are shown" in read.one("p", "narrowed").text


def test_more_queues_than_a_table_takes_are_counted() -> None:
    many = [*DONE] * (MOST_ROWS // len(DONE) + 1)
    assert f"… and {len(many) - MOST_ROWS} more queue" in "".join(outcome_table("Queues", many))


def test_what_was_not_done_is_named_in_the_verdict_and_drawn() -> None:
    read = page(FAILED, "in part", 5)
    name = FAILED[0].change.name
    assert f"Failed {name}: the queue is <gone>" == read.all("li")[0].text
    assert "Network around the change" in [each.text for each in read.all("h2")]
    assert {"box", "link"} == {each.classes[0] for each in read.all("g", "failed")}
    assert "failed" in [each.text for each in read.all("text", "status")]


def test_of_much_that_was_not_done_the_rest_is_counted() -> None:
    left = tuple(replace(each, status=Status.SKIPPED) for each in DONE)
    many = (*left, *left, *left, *FAILED)
    assert f"{3 * len(DONE) + 1 - 4:,} more" in [each.text for each in page(many).all("li")]


def test_of_a_result_that_was_read_again_nothing_is_drawn() -> None:
    bare = tuple(replace(each, change=replace(each.change, rules=())) for each in DONE)
    assert [] == page(bare).all("g", "box")


def test_what_the_change_causes_is_named_where_all_was_done() -> None:
    warning = Finding("x.y", Severity.WARNING, "it is full")
    assert "Warning: it is full" == page(DONE, findings=(warning,)).all("li")[0].text
