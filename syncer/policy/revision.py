"""The policy files as a revision of their Git repository has them: the facts of the target branch."""

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from syncer.errors import ConfigError

SECONDS = 60
"""How long Git may take."""


@contextmanager
def folder_at(revision: str, folder: Path) -> Iterator[Path]:
    """``folder`` as ``revision`` has it, in a temporary folder; empty where it was not there yet.

    ``revision`` may also be a folder: then it is that. Raises ConfigError where Git doesn't know it, or is
    not available.
    """
    if Path(revision).is_dir():
        yield Path(revision)
        return
    _git(folder, revision, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    with TemporaryDirectory(prefix="syncer-") as temporary:
        listed = _git(folder, revision, "ls-tree", "-r", "-z", "--name-only", revision, "--", ".")
        if listed:
            _unpack(_git(folder, revision, "archive", "--format=tar", revision, "."), Path(temporary))
        yield Path(temporary)


def _git(folder: Path, revision: str, *arguments: str) -> bytes:
    program = shutil.which("git")
    hint = "Name a commit or branch that is fetched (in GitLab: GIT_DEPTH: 0), or a folder of policies."
    if program is None:
        raise ConfigError(f"the policies of {revision} can't be read: git is not installed", hint=hint)
    if revision.startswith("-"):
        raise ConfigError(f"{revision} is no revision", hint=hint)
    try:
        done = subprocess.run(
            [program, "-C", str(folder), *arguments], capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"the policies of {revision} can't be read: git failed", hint=hint) from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().split("\n")[0] or "git doesn't know it"
        raise ConfigError(f"the policies of {revision} can't be read: {why}", hint=hint)
    return done.stdout


def _unpack(archive: bytes, into: Path) -> None:
    """Write the regular files of an archive; links and whatever leads elsewhere stay out."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        for member in members:
            path = PurePosixPath(member.name)
            content = members.extractfile(member) if member.isreg() else None
            if content is None or path.is_absolute() or ".." in path.parts:
                continue
            target = into.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())
