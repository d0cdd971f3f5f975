"""The stand-in of GitLab as a process of its own, as tests talk to it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).parents[1]
TOKEN = "glpat-the-token-of-this-test"
OTHERS_TOKEN = "glpat-somebody-else"


class Hub:
    """The stand-in at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def notes(self, iid: int = 5) -> list[dict[str, Any]]:
        return [note for note in self._ask("notes") if note["noteable_iid"] == iid]

    def write(self, body: str) -> None:
        """A note by somebody else."""
        path = "/api/v4/projects/42/merge_requests/5/notes"
        token = {"PRIVATE-TOKEN": OTHERS_TOKEN}
        requests.post(self.url + path, json={"body": body}, headers=token, timeout=60).raise_for_status()

    def asked(self, path: str) -> int:
        """How often a path was asked for, whatever was queried."""
        return sum(urlsplit(called).path.endswith(path) for _, called in self._ask("calls"))

    def writes(self) -> int:
        return sum(method in ("POST", "PUT") for method, _ in self._ask("calls"))

    def begin(self, commit: str, files: dict[str, str], merged: int = 0, parent: str | None = None) -> None:
        """The main branch is a commit with these files, out of ``parent`` or of what it was; with ``merged``
        that merge request brought it, which is made where there is none."""
        self._ask("begin", {"commit": commit, "files": files, "merged": merged, "parent": parent})

    def requests(self) -> dict[int, dict[str, Any]]:
        """All merge requests by their numbers."""
        return {request["iid"]: request for request in self._ask("repository")["requests"]}

    def branches(self) -> dict[str, str]:
        found: dict[str, str] = self._ask("repository")["branches"]
        return found

    def merge(self, iid: int) -> dict[str, str]:
        """A click on *Merge*; the answer are the files of the main branch."""
        found: dict[str, str] = self._ask("merge", {"iid": iid})
        return found

    def _ask(self, what: str, body: dict[str, Any] | None = None) -> Any:
        send = requests.post if body else requests.get
        answer = send(f"{self.url}/stand-in/{what}", json=body, timeout=60)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def serving() -> Iterator[Hub]:
    """A stand-in for the time of a test."""
    command = [sys.executable, "-m", "tests.stand_in", "--port", "0", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        yield Hub(process.stdout.readline().split()[-1])
        process.terminate()
