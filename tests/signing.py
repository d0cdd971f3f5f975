"""Git repositories whose tags are really signed, by an SSH key that is made for a test."""

import subprocess
from pathlib import Path

import pytest

SIGNER = "auditor@example.com"


def git(folder: Path, *arguments: str) -> str:
    """What Git says, which does what it is asked."""
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    return done.stdout.strip()


def alone(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Git as on a new machine: nothing of whoever runs the tests is configured."""
    for name, value in (
        ("HOME", str(folder)),
        ("XDG_CONFIG_HOME", str(folder / "xdg")),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GNUPGHOME", str(folder / "gnupg")),
    ):
        monkeypatch.setenv(name, value)


def repository(folder: Path, key: Path, *, trusted: bool = True) -> Path:
    """A repository with a commit that signs its tags with ``key``, which is made where it is missing."""
    folder.mkdir(parents=True)
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name, value in (
        ("user.name", "Audit Bot"),
        ("user.email", SIGNER),
        ("gpg.format", "ssh"),
        ("user.signingkey", str(key)),
    ):
        git(folder, "config", name, value)
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "Begin")
    if trusted:
        trust(folder, key)
    return folder


def trust(folder: Path, key: Path) -> None:
    """Let the repository trust the key, and no other."""
    signers = folder / ".git" / "signers"
    signers.write_text(f"{SIGNER} {key.with_suffix('.pub').read_text()}")
    git(folder, "config", "gpg.ssh.allowedSignersFile", str(signers))
