"""A branch of our own, made anew in one commit through GitLab's commits API."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from syncer.gitlab.api import Api
from syncer.gitlab.change import ChangedFile
from syncer.gitlab.place import Project


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that nobody else writes to: what stands on it is thrown away when it is made anew."""

    api: Api
    project: Project
    name: str

    def holds(self, trailer: str) -> bool:
        """Whether the last commit on it, if there is one, bears the line ``trailer``."""
        found = self.api.found(f"{self.project.path}/repository/branches/{quote(self.name, safe='')}")
        if found is None:
            return False
        commit = found.get("commit") if isinstance(found, dict) else None
        if not isinstance(commit, dict):
            raise self.api.senseless()
        return trailer in str(commit.get("message", "")).splitlines()

    def make(self, start: str, files: Sequence[ChangedFile], message: str) -> None:
        """Make it the commit ``start`` and one more, which updates ``files``."""
        self.api.send(
            "post",
            f"{self.project.path}/repository/commits",
            {
                "branch": self.name,
                "start_sha": start,
                "force": True,
                "commit_message": message,
                "actions": [
                    {"action": "update", "file_path": file.path, "content": file.text} for file in files
                ],
            },
        )
