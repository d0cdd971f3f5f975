import pytest

from tests.browser.conftest import PHONE, WIDE, Open, violations
from tests.report.report_samples import reports

REPORTS = reports("Tier 2 of the <b>people</b>")


@pytest.mark.parametrize("name", REPORTS)
def test_axe_finds_nothing_and_the_page_doesnt_scroll_sideways(opened: Open, name: str) -> None:
    for viewport, scheme in ((WIDE, "light"), (PHONE, "dark")):
        page = opened(REPORTS[name], viewport=viewport, color_scheme=scheme)
        for summary in page.locator("summary").all():
            summary.click()
        assert [] == violations(page)
        assert viewport["width"] == page.evaluate("document.documentElement.scrollWidth")
