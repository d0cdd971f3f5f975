"""Git as a program: revisions, trees and messages."""

import errno
import os
import shutil
import subprocess
from pathlib import Path

SECONDS = 60
"""How long Git may take."""


def run_git(folder: Path, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """The output of Git in ``folder`` with ``given`` as input. It never prompts for a password.

    Raises FileNotFoundError if Git isn't installed, OSError if it can't be run, and
    subprocess.TimeoutExpired.
    """
    program = shutil.which("git")
    if program is None:
        raise FileNotFoundError(errno.ENOENT, "git is not installed")
    command = [program, "-C", str(folder), *arguments]
    silent = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    return subprocess.run(command, capture_output=True, input=given, timeout=SECONDS, check=False, env=silent)


def asked(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """The output of Git; None if it fails for any reason."""
    try:
        done = run_git(folder, *arguments, given=given)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout


def answered(folder: Path, *arguments: str) -> str | None:
    """The same as one line of text."""
    said = asked(folder, *arguments)
    return None if said is None else said.decode("utf-8", "surrogateescape").strip()
