"""Pages of what became of a plan, of a drift, and of what would be."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Open, violations
from tests.browser.test_plan_page import chosen

KINDS = ("apply", "drift", "simulate")
SIGNS = {"failed": "✕", "conflict": "≠", "waiting": "…", "done": "✓"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_and_the_page_doesnt_scroll_sideways(
    opened: Open, kind: str, scheme: str, viewport: dict[str, int]
) -> None:
    page = opened(60, kind, viewport=viewport, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    assert [] == violations(page)
    assert viewport["width"] == page.evaluate("document.documentElement.scrollWidth")


def test_what_became_of_each_change_is_drawn_and_the_first_problem_is_seen(opened: Open) -> None:
    page = opened(200, "apply")
    for name, sign in SIGNS.items():
        boxes = page.locator(f".box.{name}:not(.danger, .alert) .sign")
        assert {sign} >= set(boxes.all_text_contents())
        for label in page.locator(f".link.{name} .pill").all_text_contents():
            assert label.startswith(sign)
    page.locator("#next").click()
    expect(page.locator("#panel")).to_contain_text("failed")
    expect(page.locator(".box.chosen.failed")).to_be_in_viewport()


def test_after_a_run_shows_what_is_there(opened: Open) -> None:
    page = opened(60, "apply")
    page.get_by_label("After", exact=True).check()
    undone = ".link.create:is(.failed, .waiting, .conflict)"
    assert page.locator(undone).count() > 0
    assert 0 == page.locator(f"{undone}:visible").count()
    assert page.locator(".link.create.done:visible").count() == page.locator(".link.create.done").count()


def test_a_drift_switches_between_policies_and_live(opened: Open) -> None:
    page = opened(15, "drift")
    for moment, sees in (("Policies", (False, True)), ("Live", (True, False)), ("Difference", (True, True))):
        page.get_by_label(moment, exact=True).check()
        assert sees == (
            page.locator(".link.create").first.is_visible(),
            page.locator(".link.delete").first.is_visible(),
        )


def test_a_name_in_the_verdict_leads_to_its_box(opened: Open) -> None:
    for kind in ("apply", "drift"):
        page = opened(60, kind)
        link = page.locator(".dangers a[data-q]").first
        name = link.inner_text()
        link.click()
        assert name == chosen(page)


def test_bars_and_curve_are_seen_on_a_phone_and_on_paper(opened: Open) -> None:
    page = opened(60, "simulate", viewport=PHONE)
    for media in ("screen", "print"):
        page.emulate_media(media=media)
        expect(page.locator(".bars").first).to_be_visible()
        box = page.locator(".curve").bounding_box()
        assert box
        assert 300 <= box["width"] <= PHONE["width"]


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_script_there_is_no_dead_control(opened: Open, kind: str) -> None:
    page = opened(15, kind, java_script_enabled=False)
    assert 0 == page.locator("button:visible, input:visible").count()
