"""Writes docs/examples: what one change leaves behind, from its plan to drift, on an emulator of two queues.

``make examples`` runs it after a change of a JSON form. Every file is whole, as the program wrote it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import requests

from syncer.emulator.loading import demo_queues
from syncer.emulator.server import Emulator
from tests.receiver import SECRET, receiving

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "examples"
POLICY = """\
version: 1
queues:
  - queue: Support Tier 1
    capacity: 140
    base_load: 30
    backup:
      queue: Support Tier 2
      wait_for_agent: true
      agent_wait: 90
"""
SETTINGS = """\
version: 1
dialect: genesys-cloud
webhook:
  url: {url}
"""


ON_A_RUNNER = "import platform; platform.node = lambda: 'runner'; from syncer.cli.main import main; main()"
"""The program, on a machine of another name than this one."""


def queues() -> list[dict[str, Any]]:
    """Support Tier 1, whose contacts go to Support Tier 2 after 120 seconds."""
    first, second = (each for each in demo_queues() if each["name"] in ("Support Tier 1", "Support Tier 2"))
    backup = {"backupQueueId": second["id"], "agentWaitSeconds": 120, "waitForAgent": True}
    return [{**first, "directRouting": {**first.get("directRouting", {}), **backup}}, second]


class Story:
    """The folder of a repository, and the commands that are run in it."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self._folder = folder
        self._environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SYNCER", "GENESYS"))
            },
            "SYNCER_API_URL": emulator.url,
            "SYNCER_WEBHOOK_SECRET": SECRET,
            "GENESYSCLOUD_OAUTHCLIENT_ID": "demo",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo",
            "PYTHONPATH": str(ROOT),
            "USER": "deployer",
            "LOGNAME": "deployer",
        }

    def run(self, *arguments: str) -> None:
        """Run a command; what it prints is of no interest."""
        call = [sys.executable, "-c", ON_A_RUNNER, *arguments]
        subprocess.run(call, cwd=self._folder, env=self._environment, check=True, stdout=subprocess.DEVNULL)


def tell(folder: Path) -> None:
    """A change is planned and applied, then somebody edits the queue by hand."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "support.yaml").write_text(POLICY, encoding="utf-8")
    with (
        receiving() as heard,
        Emulator(queues=queues(), dialect="genesys-cloud", lock="none") as emulator,
    ):
        (policies / "settings.yaml").write_text(SETTINGS.format(url=heard.url), encoding="utf-8")
        story = Story(folder, emulator)
        story.run("plan", "--out", "plan.v1.json", "--report", "json=output.v1.plan.json")
        story.run("apply", "plan.v1.json", "--auto-approve", "--report", "json=output.v1.apply.json")
        edit = f"{emulator.url}/_emulator/queues/{queues()[0]['id']}?user=ada"
        requests.post(edit, json={"directRouting": {"agentWaitSeconds": 60}}, timeout=30).raise_for_status()
        story.run("drift", "--alert-after", "1", "--report", "json=output.v1.drift.json")
        alerts = [
            each.json for each in heard.received if each.json.get("format", "").startswith("syncer.alert")
        ]
    (folder / "alert.v1.jsonl").write_text(
        "".join(f"{json.dumps(each)}\n" for each in alerts), encoding="utf-8"
    )


def keep(folder: Path) -> None:
    """Copy what the story left into the documents."""
    state = folder / ".syncer"
    (trail,) = (state / "audit").glob("*.jsonl")
    shutil.copy(trail, FOLDER / "audit.v2.jsonl")
    for name in ("record", "drift", "witness"):
        shutil.copy(state / f"{name}.json", FOLDER / f"{name}.v1.json")
    for name in ("plan.v1.json", *(f"output.v1.{each}.json" for each in ("plan", "apply", "drift"))):
        shutil.copy(folder / name, FOLDER / name)
    shutil.copy(folder / "alert.v1.jsonl", FOLDER / "alert.v1.jsonl")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        tell(Path(temporary))
        keep(Path(temporary))
