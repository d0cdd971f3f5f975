"""Histories of Git, as tests make them: commits in a row or beside each other, and clones of any depth."""

import subprocess
from pathlib import Path

from tests.policy.test_revision import git


def started(folder: Path) -> Path:
    """A repository without a commit."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--initial-branch=main")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return folder


def committed(folder: Path, content: str, *, on: str = "") -> str:
    """The id of a new commit with this content of a file; ``on`` another commit than the last one."""
    if on:
        git(folder, "checkout", "--quiet", "--detach", on)
    (folder / "content").write_text(content)
    git(folder, "add", "--all")
    git(folder, "commit", "--allow-empty", f"--message={content}")
    return head(folder)


def head(folder: Path) -> str:
    """The commit that is checked out."""
    said = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, check=True, text=True
    )
    return said.stdout.strip()


def cloned(source: Path, folder: Path, *, depth: int = 0, commit: str = "") -> Path:
    """A clone of all, or with a ``depth`` of so many commits; and so deep of another ``commit`` too."""
    limit = [f"--depth={depth}"] if depth else []
    git(source, "clone", "--quiet", *limit, source.as_uri(), str(folder))
    if commit:
        git(folder, "fetch", "--quiet", *limit, "origin", commit)
    return folder
