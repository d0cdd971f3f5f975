import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from syncer.applying.apply import Result
from syncer.drift.found import drift_of
from syncer.model.plan import Outcome, Status
from syncer.model.scenario import Scenario
from syncer.model.settings import Settings
from syncer.planning.document import plan_document
from syncer.planning.simulation import Side, simulated
from syncer.report import render
from syncer.report.sights import Simulated
from syncer.report.views import Applied, Drifted, Planned, Report
from syncer.resolving.resolve import resolve_offline
from tests.contact_centers import contact_center
from tests.report.report_samples import HEAD, RUN

WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
NAMES = ("chromium", "chromium-browser", "google-chrome")

Open = Callable[..., Page]


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds wrong with a page: its rules, and where."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]


@cache
def page_of(size: int, kind: str) -> str:
    """A page of a contact center of so many queues: of a ``plan`` of a change that goes wrong, of an
    ``apply`` of it that was done in part, of the ``drift`` against it, or of what a larger load would do."""
    center = contact_center(size)
    if kind == "simulate":
        network, _ = resolve_offline(center.policies(center.before))
        found = simulated(Side.of(network), Side.of(network, Scenario(load=1.3)), Settings())
        what = Simulated("the policies alone", "1h", found, ("1.3 × today's load",))
        return render("html", Report(kind, 0, what, found.findings))
    plan = center.plan()
    view: Any = Planned(plan, plan_document(plan))
    if kind == "drift":
        view = Drifted(drift_of(plan))
    elif kind == "apply":
        statuses = cycle((Status.APPLIED, Status.FAILED, Status.SKIPPED, Status.CONFLICT))
        outcomes = tuple(map(Outcome, plan.changes, statuses))
        view = Applied(plan, Result(RUN, "in part", outcomes, HEAD, {}, 20.0))
    return render("html", Report(kind, 3, view, plan.findings))


def chromium() -> str:
    """The browser that the machine has: none is downloaded."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, f"this needs {NAMES[0]}: apt-get install chromium"
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a size and kind, or of a report; at the end no page may have logged or asked for
    anything."""
    contexts = []
    noise: list[str] = []

    def page_at(shown: int | Report, kind: str = "plan", **values: Any) -> Page:
        context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **values})
        contexts.append(context)
        page = context.new_page()
        file = tmp_path / f"{len(contexts)}.html"
        text = page_of(shown, kind) if isinstance(shown, int) else render("html", shown)
        file.write_text(text, encoding="utf-8")
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "request", lambda request: noise.append(request.url) if request.url != file.as_uri() else None
        )
        page.goto(file.as_uri())
        return page

    yield page_at
    for context in contexts:
        context.close()
    assert [] == noise
