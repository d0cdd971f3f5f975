"""The policy files of a revision of their Git repository: the facts of the target branch."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from syncer.errors import ConfigError
from syncer.policy.git import run_git

_LINK = "120000"
_FILES = ("100644", "100755", _LINK)
_PASSWORD = re.compile(r"//[^/@\s]*@")
_HINT = "Name a commit or branch that is fetched (in GitLab: GIT_DEPTH: 0), or a folder of policies."


@contextmanager
def folder_at(revision: str, folder: Path, *, folders: bool = True) -> Iterator[Path]:
    """``folder`` as of ``revision``, in a temporary folder; empty if it didn't exist yet.

    With ``folders``, a ``revision`` may be a folder. Raises ConfigError if Git doesn't know it, or is not
    available.
    """
    if folders and Path(revision).is_dir():
        yield Path(revision)
        return
    _git(folder, revision, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    with TemporaryDirectory(prefix="syncer-") as temporary:
        for mode, blob, path in _tree(folder, revision):
            _write(Path(temporary), path, mode, _git(folder, revision, "cat-file", "blob", blob))
        yield Path(temporary)


def _tree(folder: Path, revision: str) -> Iterator[tuple[str, str, PurePosixPath]]:
    """Mode, blob and path of each file and link below ``folder``."""
    listed = _git(folder, revision, "ls-tree", "-r", "-z", revision, "--", ".")
    for entry in filter(None, listed.split(b"\0")):
        about, _, path = entry.partition(b"\t")
        mode, _, blob = about.decode("ascii").split()
        if mode in _FILES:
            yield mode, blob, PurePosixPath(path.decode("utf-8", "surrogateescape"))


def _write(folder: Path, path: PurePosixPath, mode: str, content: bytes) -> None:
    """Write a file, or a link that stays within the folder; other links are left out."""
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    if mode != _LINK:
        target.write_bytes(content)
        return
    link = Path(content.decode("utf-8", "surrogateescape"))
    if (target.parent / link).resolve().is_relative_to(folder.resolve()):
        target.symlink_to(link)


def _git(folder: Path, revision: str, *arguments: str) -> bytes:
    shown = _PASSWORD.sub("//", revision)
    if revision.startswith("-"):
        raise ConfigError(f"{shown} is not a revision", hint=_HINT)
    try:
        done = run_git(folder, *arguments)
    except FileNotFoundError as error:
        raise ConfigError(
            f"the policies of {shown} can't be read: git is not installed", hint=_HINT
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"the policies of {shown} can't be read: git failed", hint=_HINT) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        why = _PASSWORD.sub("//", said) or "git doesn't know it"
        raise ConfigError(f"the policies of {shown} can't be read: {why}", hint=_HINT)
    return done.stdout
