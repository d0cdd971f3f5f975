"""Takes the picture in the README: the page of a plan that closes a loop, as ``docs/plan.png``."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from syncer.emulator.loading import demo_queues, demo_surroundings
from syncer.emulator.server import Emulator
from tests.browser.conftest import chromium

ROOT = Path(__file__).parents[2]
AT_REST = "    base_load: 12\n    overflow: []\n"
BACK = "    base_load: 12\n    overflow:\n      - {target: Support Tier 1, threshold: 10, delay: 300}\n"


def page(folder: Path) -> Path:
    """The page of a plan of the shipped policies, with a rule of Support Tier 3 that closes a loop."""
    shutil.copytree(ROOT / "policies", folder / "policies")
    support = folder / "policies" / "support.yaml"
    text = support.read_text(encoding="utf-8")
    assert AT_REST in text
    support.write_text(text.replace(AT_REST, BACK), encoding="utf-8")
    credentials = {"GENESYSCLOUD_OAUTHCLIENT_ID": "demo", "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo"}
    with Emulator(queues=demo_queues(), surroundings=demo_surroundings()) as emulator:
        done = subprocess.run(
            [sys.executable, "-m", "syncer", "plan", "--format", "html", "--output", "plan.html"],
            cwd=folder,
            env={**os.environ, **credentials, "SYNCER_API_URL": emulator.url, "PYTHONPATH": str(ROOT)},
        )
    assert done.returncode == 3, "the plan is refused"
    return folder / "plan.html"


def take(target: Path) -> None:
    """Take the picture of the top of that page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 1200, "height": 830})
        shown.goto(page(Path(folder)).as_uri())
        shown.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    take(ROOT / "docs" / "plan.png")
