"""Git as a program, for what only it knows: revisions, trees and messages."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

SECONDS = 60
"""How long Git may take."""


def run_git(folder: Path, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """What Git prints when it runs in ``folder`` and reads ``given``. It asks nobody for a password.

    Raises FileNotFoundError where Git isn't installed, OSError where it can't be run, and
    subprocess.TimeoutExpired.
    """
    program = shutil.which("git")
    if program is None:
        raise FileNotFoundError(errno.ENOENT, "git is not installed")
    command = [program, "-C", str(folder), *arguments]
    silent = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(command, capture_output=True, input=given, timeout=SECONDS, check=False, env=silent)


def asked(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What Git answers; None where it has no answer, for whatever reason."""
    try:
        done = run_git(folder, *arguments, given=given)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout


def answered(folder: Path, *arguments: str) -> str | None:
    """The same as one line of text."""
    said = asked(folder, *arguments)
    return None if said is None else said.decode("utf-8", "surrogateescape").strip()
