import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Open, violations

SIZES = (15, 200, 2_000)
CONTROLS = "[...document.querySelectorAll('button, input, summary')].filter(e => e.checkVisibility())"
NAME = "e => e.id || e.textContent || e.value"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_and_the_page_doesnt_scroll_sideways(
    opened: Open, size: int, scheme: str, viewport: dict[str, int]
) -> None:
    page = opened(size, viewport=viewport, color_scheme=scheme)
    for summary in page.locator("summary").all():
        summary.click()
    assert [] == violations(page)
    assert viewport["width"] == page.evaluate("document.documentElement.scrollWidth")


def chosen(page: Page) -> str:
    name: str = page.locator("#panel h3").inner_text()
    return name


def test_the_verdict_and_the_danger_are_seen_without_scrolling(opened: Open) -> None:
    page = opened(200)
    for words in ("This change closes 1 loop", "Apply refuses this plan.", "Overload"):
        box = page.get_by_text(words).first.bounding_box()
        assert box
        assert box["y"] + box["height"] < WIDE["height"]


def test_next_problem_leads_from_the_loop_to_overloads(opened: Open) -> None:
    page = opened(200)
    following = page.locator("#next")
    following.click()
    assert "Sales Berlin Specialists" == chosen(page)
    expect(page.locator(".box.chosen")).to_be_in_viewport()
    assert page.locator(".link.loop").count() == page.locator(".link.loop.lit").count()
    following.click()
    assert "Billing Berlin Tier 2" == chosen(page)


def test_a_click_shows_what_comes_from_where_and_escape_ends_that(opened: Open) -> None:
    page = opened(15)
    page.locator(".box", has_text="Billing Berlin Tier 2").click()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Comes from (1)")
    expect(panel).to_contain_text("10 % after 60 s → 55 % after 60 s")
    assert 0 < page.locator(".box.lit").count() < page.locator(".box").count()
    panel.get_by_role("button", name="Billing Berlin Tier 1").click()
    assert "Billing Berlin Tier 1" == chosen(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert 0 == page.locator(".lit").count()


def test_the_drawing_is_one_tab_stop_and_arrows_lead_through_it(opened: Open) -> None:
    page = opened(15)
    assert 1 == page.locator('.box[tabindex="0"]').count()
    first = page.locator('.box[tabindex="0"]')
    first.focus()
    before = first.get_attribute("id")
    page.keyboard.press("ArrowLeft")
    now = page.evaluate("document.activeElement.id")
    assert before != now
    assert 1 == page.locator('.box[tabindex="0"]').count()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("/")
    assert "search" == page.evaluate("document.activeElement.id")


def test_every_control_is_reached_by_the_keyboard(opened: Open) -> None:
    page = opened(15)
    wanted = set(page.evaluate(f"{CONTROLS}.map({NAME})"))
    reached = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(f"({NAME})(document.activeElement)"))
    # Of a group of radio buttons the tab leads to one; arrows lead to the others.
    assert {"before", "after", "create", "update", "delete"} == wanted - reached


def place(page: Page) -> tuple[int, int]:
    """Where the first box stands in the drawing."""
    box, net = page.locator(".box").first.bounding_box(), page.locator("#net").bounding_box()
    assert box and net
    return round(box["x"] - net["x"]), round(box["y"] - net["y"])


def test_before_change_and_after_switch_in_place(opened: Open) -> None:
    page = opened(15)
    at = place(page)
    created, deleted = page.locator(".link.create").first, page.locator(".link.delete").first
    for moment, sees in (("Before", (False, True)), ("After", (True, False)), ("Change", (True, True))):
        page.get_by_label(moment, exact=True).check()
        assert sees == (created.is_visible(), deleted.is_visible())
        assert at == place(page)


def test_before_shows_no_danger_of_the_change(opened: Open) -> None:
    page = opened(15)
    strips = page.locator(".strip:visible")
    assert strips.count() > 0
    page.get_by_label("Before", exact=True).check()
    assert 0 == strips.count()
    assert 0 == page.locator(".link.loop .core:visible").count()


def test_zoom_keeps_the_drawing_in_its_frame(opened: Open) -> None:
    page = opened(200)
    width = page.locator("#net").bounding_box()
    page.locator("#zoom-in").click()
    wider = page.locator("#net").bounding_box()
    assert width and wider and wider["width"] > width["width"]
    page.locator("#zoom-fit").click()
    view, net = page.locator("#view").bounding_box(), page.locator("#net").bounding_box()
    assert view and net and net["width"] <= view["width"] + 1
    page.locator("#zoom-out").click()
    page.locator("#zoom-full").click()
    assert page.locator("#net").evaluate("e => e.width.baseVal.value === e.viewBox.baseVal.width")


def test_the_search_finds_queues_anywhere(opened: Open) -> None:
    page = opened(2_000)
    assert 10 == page.locator("#rows li").count()
    page.locator("#search").fill("zürich")
    assert "50 of" in page.locator("#found").inner_text()
    page.locator("#search").fill("fleet zürich 3 tier 2")
    expect(page.locator("#rows li")).to_have_count(1)
    page.locator("#rows button").click()
    assert "Fleet Zürich 3 Tier 2" == chosen(page)


def test_changes_are_filtered_by_action_and_name(opened: Open) -> None:
    page = opened(200)
    rows = page.locator("#change-rows tbody tr:visible")
    every = rows.count()
    page.get_by_label("delete", exact=True).check()
    assert 1 == rows.count()
    assert f"1 of {every} rules" == page.locator("#change-count").inner_text()
    page.get_by_label("all", exact=True).check()
    page.locator("#change-search").fill("billing berlin")
    assert 0 < rows.count() < every


def test_a_name_anywhere_leads_to_its_box(opened: Open) -> None:
    page = opened(200)
    page.locator("#causes a.queue").first.click()
    expect(page.locator(".box.chosen")).to_be_in_viewport()


def test_without_a_script_there_is_no_dead_control(opened: Open) -> None:
    page = opened(15, java_script_enabled=False)
    assert 0 == page.locator("button:visible, input:visible").count()
    for heading in ("What this change causes", "Network around the change", "Changes", "Applying it"):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("#net")).to_be_visible()


def test_on_paper_there_is_what_matters(opened: Open) -> None:
    page = opened(200, color_scheme="dark")
    page.emulate_media(media="print")
    assert 0 == page.locator("button:visible, input:visible, #all:visible, .stage:visible").count()
    assert page.locator(".paper:visible").count() == page.locator(".paper").count() > 0
    assert "rgb(27, 31, 36)" == page.evaluate("getComputedStyle(document.documentElement).color")
