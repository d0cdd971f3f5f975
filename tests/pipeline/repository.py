"""A repository whose pipeline gitlab-ci-local runs, with an emulator and a stand-in of GitLab around it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.hub import TOKEN, Hub


@dataclass(frozen=True)
class Ran:
    """A pipeline that has ended: its jobs with PASS or FAIL, and all that was said."""

    code: int
    jobs: dict[str, str]
    log: str


class Repository:
    """A repository with a pipeline; ``api`` is the emulator, ``hub`` the stand-in of GitLab."""

    def __init__(self, folder: Path, api: str, hub: Hub) -> None:
        self.folder = folder
        self.api = api
        self.hub = hub
        self.kept = folder / ".gitlab-ci-local" / "artifacts"
        self.token = TOKEN

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(text)

    def commit(self) -> None:
        who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        for line in (
            ("init", "--quiet", "--initial-branch=main"),
            ("add", "--all"),
            (*who, "commit", "--quiet", "--message=policies"),
            ("remote", "add", "origin", "https://gitlab.example.com/team/queues.git"),
        ):
            subprocess.run(["git", *line], cwd=self.folder, check=True)

    def run(self, source: dict[str, str]) -> Ran:
        """A pipeline from this source; a variable that is empty is not there."""
        variables = {
            "CI_PROJECT_ID": "42",
            "CI_API_V4_URL": f"{self.hub.url}/api/v4",
            "GENESYSCLOUD_OAUTHCLIENT_ID": "demo",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": "demo",
            "SYNCER_API_URL": self.api,
            "SYNCER_GITLAB_TOKEN": self.token,
            "SYNCER_SETUP": "true",
            **source,
        }
        given = [f"--variable={name}={value}" for name, value in variables.items() if value]
        absent = [f"--unset-variable={name}" for name, value in variables.items() if not value]
        how = ["--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source", "--no-color"]
        known = ",".join(name for name in variables if name.startswith("CI_"))
        where = [f"--home={self.folder.parent}", f"--ignore-predefined-vars={known}"]
        done = subprocess.run(
            ["gitlab-ci-local", *how, *where, *given, *absent],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ended = re.findall(r"^ (PASS|FAIL) +(\S+)", done.stdout, re.MULTILINE)
        return Ran(done.returncode, {job: how for how, job in ended}, done.stdout)

    def artifacts(self, job: str) -> set[str]:
        """The files that a job left."""
        folder = self.kept / job
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    def notes(self) -> list[str]:
        return [note["body"] for note in self.hub.notes()]

    def merged(self, request: int = 5) -> None:
        """GitLab knows this commit, as the one that a merge request brought."""
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=self.folder, capture_output=True, text=True)
        files = {
            path.relative_to(self.folder).as_posix(): path.read_text()
            for path in self.folder.glob("policies/*.yaml")
        }
        self.hub.begin(head.stdout.strip(), files, merged=request)

    def puts(self) -> int:
        """How many queues were written."""
        seen: dict[str, int] = requests.get(f"{self.api}/_emulator/requests", timeout=10).json()
        return seen.get("PUT /api/v2/routing/queues/{id}", 0)

    def rules(self, queue: str) -> list[tuple[int, int]]:
        """Threshold and delay of each live overflow rule of a queue."""
        rules = [rule for rule in self._live(queue)["routingRules"] if rule.get("type") == "overflow"]
        return [(rule["threshold"], rule["overflowDelay"]) for rule in rules]

    def edit(self, queue: str, threshold: int, times: int = 1) -> None:
        """Somebody gives the first rule of a live queue another threshold, and repeats it."""
        live = self._live(queue)
        rules = [{**live["routingRules"][0], "threshold": threshold}] * times
        url = f"{self.api}/_emulator/queues/{live['id']}"
        assert 200 == requests.post(url, json={"routingRules": rules}, timeout=10).status_code

    def _live(self, queue: str) -> dict[str, Any]:
        grant = {"grant_type": "client_credentials"}
        token = requests.post(f"{self.api}/oauth/token", data=grant, auth=("demo", "demo"), timeout=10).json()
        found: dict[str, Any] = requests.get(
            f"{self.api}/api/v2/routing/queues?pageSize=500",
            headers={"Authorization": f"Bearer {token['access_token']}"},
            timeout=10,
        ).json()
        (entity,) = [entity for entity in found["entities"] if entity["name"] == queue]
        return dict(entity)


@contextmanager
def serving_process(*command: str) -> Iterator[str]:
    """The URL of a server that runs as a process and says on its first line where it listens."""
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
