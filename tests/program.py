"""The program as its users see it: arguments in; exit code, stdout and stderr out."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from syncer.cli.main import run
from syncer.emulator.server import Emulator
from tests.loopback import Server

FAST: dict[str, Any] = {
    "version": 1,
    "pace": {"requests_per_second": 1000, "burst": 1000},
    "retries": {"backoff": 0.01, "settle": 0},
}


def queues() -> list[dict[str, Any]]:
    """Four queues: one rule to change and one to delete against ``POLICIES``; Desk has forty odd fields."""
    odd = {f"field{number}": {"deep": [number, {"null": None}]} for number in range(40)}
    return [
        live_queue("Front", overflow("back", 10), {"operator": "MEETS_THRESHOLD", "threshold": 9}),
        live_queue("Back"),
        live_queue("Desk", overflow("front", 20), **odd),
        live_queue("Other", overflow("back", 5)),
    ]


def live_queue(name: str, *rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A live queue whose id is its name in lower case."""
    return {"id": name.lower(), "name": name, "routingRules": list(rules), **fields}


def overflow(target: str, threshold: int) -> dict[str, Any]:
    """A live overflow rule."""
    return {
        "type": "overflow",
        "overflowTarget": target,
        "threshold": threshold,
        "overflowDelay": 60,
        "enabled": True,
    }


def policy_queue(name: str, *rules: tuple[str, int], **fields: Any) -> dict[str, Any]:
    """A queue of a policy with rules of target and threshold."""
    found = [{"target": target, "threshold": threshold, "delay": 60} for target, threshold in rules]
    return {"queue": name, "capacity": 100, "base_load": 50, "overflow": found, **fields}


POLICIES = (
    policy_queue("Front", ("Back", 25)),
    policy_queue("Desk", ("Back", 20)),
    policy_queue("Back"),
)
"""Against ``queues()``: Front → Back is changed, Desk → Front deleted, Desk → Back created."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stands on stdout, as JSON."""
        return json.loads(self.out)


class Program:
    """Runs commands in one folder, within this process or as processes of their own."""

    def __init__(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.setenv = monkeypatch.setenv
        self._capsys = capsys
        self.url = ""

    def use(self, emulator: Emulator | Server, credentials: tuple[str, str] = ("demo", "demo")) -> None:
        """Call this emulator from now on."""
        self.url = emulator.url
        self.setenv("SYNCER_API_URL", emulator.url)
        self.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", credentials[0])
        self.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", credentials[1])

    def write_policies(self, *queues: dict[str, Any], name: str = "all.yaml") -> Path:
        """Write one policy file; JSON is YAML too."""
        return self._write(name, {"version": 1, "queues": list(queues or POLICIES)})

    def write_settings(self, **settings: Any) -> None:
        """Write the settings: as fast as can be, and mass changes allowed unless said otherwise."""
        safety = {"max_change_percent": 100, "max_delete_percent": 100}
        self._write("settings.yaml", {**FAST, "safety": safety, **settings})

    def _write(self, name: str, document: dict[str, Any]) -> Path:
        path = self.folder / "policies" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document, indent=1))
        return path

    def run(self, *arguments: str) -> Done:
        """One command, within this process."""
        self._capsys.readouterr()
        code = run(list(arguments))
        captured = self._capsys.readouterr()
        return Done(code, captured.out, captured.err)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """One command, as a process."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            [sys.executable, "-m", "syncer", *arguments],
            **{**pipes, "text": True, "cwd": self.folder, **options},
        )

    def finish(self, *arguments: str, **options: Any) -> Done:
        """One command, as a process, until its end."""
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(timeout=300)
        return Done(process.returncode, out, err)

    def ask(self, what: str) -> Any:
        """What the emulator tells about itself: ``requests`` or ``history``."""
        return requests.get(f"{self.url}/_emulator/{what}", timeout=60).json()

    def puts(self) -> int:
        """How many PUTs the emulator has seen."""
        count: int = self.ask("requests").get("PUT /api/v2/routing/queues/{id}", 0)
        return count

    def edit(self, queue: str, **fields: Any) -> None:
        """An edit by somebody else."""
        answer = requests.post(f"{self.url}/_emulator/queues/{queue}", json=fields, timeout=60)
        assert 200 == answer.status_code

    def live(self) -> dict[str, dict[str, Any]]:
        """All live queues by id."""
        grant = {"grant_type": "client_credentials"}
        token = requests.post(f"{self.url}/oauth/token", data=grant, auth=("demo", "demo"), timeout=60).json()
        answer = requests.get(
            f"{self.url}/api/v2/routing/queues?pageSize=500",
            headers={"Authorization": f"Bearer {token['access_token']}"},
            timeout=60,
        )
        return {queue["id"]: queue for queue in answer.json()["entities"]}
