"""A repository whose pipeline gitlab-ci-local runs, with an emulator and a stand-in of GitLab around it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.hub import TOKEN, Hub
from tests.spec_inputs import resolve

COMPONENT = Path(__file__).parents[2] / "templates" / "sync.yml"
STATE = ".gitlab-ci-local"


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
        self.kept = folder / STATE / "artifacts"
        self.token = TOKEN

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(text)

    def include(self, *adoptions: Mapping[str, Any]) -> None:
        """The component is included once with each of these inputs, put in as GitLab does."""
        component = COMPONENT.read_text(encoding="utf-8")
        names = [f"sync-{number}.yml" for number in range(len(adoptions))]
        self.write(**dict(zip(names, (resolve(component, inputs) for inputs in adoptions), strict=True)))
        local = "".join(f"  - local: {name}\n" for name in names)
        self.write(**{".gitlab-ci.yml": f"include:\n{local}", ".gitignore": f"{STATE}/\n"})

    def begin(self) -> None:
        """The repository, with all that is in the folder as its first commit."""
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("remote", "add", "origin", "https://gitlab.example.com/team/queues.git")
        self.commit()

    def commit(self) -> str:
        """All that is in the folder, as a commit on the branch that is checked out. Returns its SHA."""
        self._git("add", "--all")
        who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        self._git(*who, "commit", "--quiet", "--allow-empty", "--message=policies")
        return self._git("rev-parse", "HEAD")

    def at(self, commit: str) -> None:
        """The runner checks out this commit of the main branch."""
        self._git("reset", "--quiet", "--hard", commit)

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def run(self, source: Mapping[str, str], *jobs: str) -> Ran:
        """A pipeline from this source, or these jobs of one; a variable that is empty is not there."""
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
        # A stand-in of GitLab has no pushes to take changed paths from.
        where.append("--no-evaluate-rule-changes")
        done = subprocess.run(
            ["gitlab-ci-local", *how, *where, *given, *absent, *jobs],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ended = re.findall(r"^ (PASS|FAIL|WARN) +(\S+)", done.stdout, re.MULTILINE)
        return Ran(done.returncode, {job: how for how, job in ended}, done.stdout)

    def caches(self) -> set[str]:
        """The keys of the caches that the runner has."""
        return {path.name for path in (self.folder / STATE / "cache").iterdir()}

    def another_runner(self) -> None:
        """From now on jobs run where no cache of before is."""
        shutil.rmtree(self.folder / STATE / "cache", ignore_errors=True)

    @contextmanager
    def pipeline(self, commit: str) -> Iterator[None]:
        """Jobs of one pipeline of the main branch: their artifacts are its own, whatever runs in between."""
        own = self.folder.parent / f"artifacts-{commit}"
        self.at(commit)
        shutil.rmtree(self.kept, ignore_errors=True)
        if own.is_dir():
            shutil.copytree(own, self.kept)
        yield
        shutil.rmtree(own, ignore_errors=True)
        shutil.copytree(self.kept, own)

    def artifacts(self, job: str) -> set[str]:
        """The files that a job left."""
        folder = self.kept / job
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    def notes(self) -> list[str]:
        return [note["body"] for note in self.hub.notes()]

    def merged(self, request: int = 5) -> None:
        """GitLab knows this commit, as the one that a merge request brought."""
        files = {
            path.relative_to(self.folder).as_posix(): path.read_text()
            for path in self.folder.glob("policies/*.yaml")
        }
        self.hub.begin(self._git("rev-parse", "HEAD"), files, merged=request)

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
