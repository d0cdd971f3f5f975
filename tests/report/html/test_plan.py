from dataclasses import replace
from typing import Any

import pytest

from syncer.errors import StalePlan
from syncer.model.change import Unmanaged
from syncer.model.plan import Plan
from syncer.model.settings import Organization
from syncer.model.source import Source
from syncer.planning.document import plan_document
from syncer.report import render
from syncer.report.html.names import NO_NAMES
from syncer.report.html.plan import MOST_LOADS, MOST_ROWS, changes
from syncer.report.views import Planned, Report
from tests.contact_centers import contact_center
from tests.report.changes import small, solving
from tests.report.html.pages import Page
from tests.report.report_samples import reports

PLAN = contact_center(60).plan()


def page(plan: Plan, **values: Any) -> Page:
    view = replace(Planned(plan, plan_document(plan)), **values)
    return Page(render("html", Report("plan", 0, view, plan.findings)))


@pytest.fixture(scope="module")
def read() -> Page:
    return page(PLAN)


def test_the_sections_come_in_the_order_of_a_review(read: Page) -> None:
    assert [
        "What this change causes",
        "Network around the change",
        "Changes",
        "Load that moves",
        "There before",
        "All queues",
        "Applying it",
    ] == [each.text for each in read.all("h2")]


def test_the_verdict_is_title_and_first_heading(read: Page) -> None:
    title = read.all("title")[0].text
    assert title.startswith("✕ This change closes 1 loop, overloads ")
    assert title == " ".join(read.one("h1").text.split())


def test_jumps_count_what_they_lead_to(read: Page) -> None:
    jumps = {each.attributes["href"]: each.text for each in read.all("a") if each.text.endswith(")")}
    assert f"Changes ({sum(len(change.rules) for change in PLAN.changes)})" == jumps["#changes"]
    assert {"#causes", "#network", "#changes", "#before"} == jumps.keys()


def test_every_rule_has_a_row_with_its_place(read: Page) -> None:
    rows = [each.text for each in read.all("tr")][1:]
    rules = [(change, rule) for change in PLAN.changes for rule in change.rules]
    assert len(rules) == len([row for row in rows if "policies/a.yaml" in row or "delete" in row]) - 1
    for (change, rule), row in zip(rules, rows, strict=False):
        assert change.name in row
        assert rule.target_name in row
        assert rule.action.value in row


def test_a_queue_in_danger_is_marked_in_the_table(read: Page) -> None:
    marked = [row.text for row in read.all("tr") if "▲" in row.text]
    assert marked
    assert all("Sales Berlin" in row or "Billing Berlin Tier 2" in row for row in marked)


def test_the_largest_moves_of_load_are_listed_and_the_rest_counted() -> None:
    read = page(contact_center(400).plan())
    items = [each.text for each in read.all("li") if " takes in " in each.text or " keeps " in each.text]
    moved = [each for each in items if " of " in each and "→" in each and "Overload" not in each]
    assert len(moved) >= MOST_LOADS
    assert any("more queue" in each.text for each in read.all("p", "more"))


def test_all_is_well_where_all_is_well() -> None:
    read = page(small())
    assert read.one("header").classes == ["verdict", "good"]
    assert "✓ Can be applied: it causes no loop and no overload" == read.all("title")[0].text
    assert [] == list(read.all("article"))


def test_what_it_solves_is_said() -> None:
    assert "✓ Solves " in page(solving()).one("p", "solved").text


def test_what_is_there_before_is_folded(read: Page) -> None:
    (before,) = [each for each in read.all("details") if "there before" in each.text]
    assert "open" not in before.attributes


def test_where_it_comes_from_and_what_it_is_bound_to() -> None:
    plan = replace(
        PLAN, environment="prod", organization=Organization("o-1", "Acme"), source=Source("a" * 40, "7")
    )
    read = page(plan)
    digest = plan_document(plan)["digest"]
    assert (
        f"syncer plan · prod · Acme (o-1) · 2026-03-01T08:30:00.000Z · {digest[:19]} · commit {'a' * 12} · !7"
    ) == read.one("p", "meta").text
    assert digest in [each.text for each in read.all("dd")]
    assert "0" * 64 in [each.text for each in read.all("td")]


def test_part_of_a_plan_keeps_the_verdict_of_the_whole() -> None:
    whole = page(PLAN)
    part = page(PLAN, only=("Support*",))
    assert whole.one("h1").text == part.one("h1").text
    assert "only queues that match Support* are shown" in part.one("p", "narrowed").text
    assert len(part.all("tr")) < len(whole.all("tr"))


def test_an_error_and_the_unmanaged_queues_are_on_the_page() -> None:
    view = Planned(PLAN, plan_document(PLAN), unmanaged=(Unmanaged("u", "Odd", ("to A: 5 %",)),))
    read = Page(render("html", Report("apply", 4, view, error=StalePlan("stale", hint="again"))))
    assert "Error: stale" in read.one("div", "error").text
    assert "1 queue that no policy describes" in [each.text for each in read.all("summary")]


def test_more_rules_than_a_table_takes_are_counted() -> None:
    many = replace(PLAN, changes=PLAN.changes * MOST_ROWS)
    text = "".join(changes(many, NO_NAMES))
    left = sum(len(change.rules) for change in many.changes) - MOST_ROWS
    assert f"… and {left:,} more rules." in text


def test_exceptions_that_it_holds_are_listed() -> None:
    read = Page(render("html", reports("x")["plan, held"]))
    assert [each.text for each in read.all("li") if each.text.startswith("Exception: ")]
