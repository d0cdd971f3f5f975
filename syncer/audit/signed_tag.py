"""Signed Git tags as anchors: the message of the tag holds the head, and Git signs it as it is configured.

The receipt holds the whole text of the tag, signature included, so it can be verified where the tag is not,
or not any more.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from syncer.errors import ConfigError
from syncer.model.json_reader import parsed
from syncer.model.json_values import readable

FORMAT = "syncer.anchor/v1"
PREFIX = "syncer/audit/"
SECONDS = 60
"""How long Git may take."""

_HEADER = re.compile(
    r"object [0-9a-f]+\ntype \w+\ntag (?P<tag>\S+)\ntagger .*> (?P<seconds>\d{1,11}) [+-]\d{4}"
)
_ENTRY = re.compile(r"^entry: (\d{1,18})$", re.MULTILINE)
_HEAD = re.compile(r"^head: (sha256:[0-9a-f]{64})$", re.MULTILINE)
_SIGNATURE = re.compile(r"^-----BEGIN [A-Z ]+-----$", re.MULTILINE)
_PASSWORD = re.compile(r"//[^/@\s]*@")
_CAN_NOT_SAY = (
    "allowedSignersFile needs to be configured",
    "No public key",
    "cannot run gpg",
    "cannot run ssh",
)
"""What Git says where it can't tell a good signature from a bad one."""


class BadTag(ValueError):
    """What should be a signed tag with a head is none; or, ``unchecked``, Git can't say what it is worth."""

    def __init__(self, message: str, *, unchecked: bool = False) -> None:
        super().__init__(message)
        self.unchecked = unchecked


@dataclass(frozen=True, slots=True)
class TaggedHead:
    """What the text of a tag says: a head, its entry, and when, by the clock of the signer."""

    tag: str
    entry: int
    head: str
    time: datetime


def tag_head(repository: Path, name: str, entry: int, head: str) -> str:
    """Sign the tag ``name`` of the current commit with a head; one that is there already is taken.

    Returns its receipt. Raises ConfigError where there is no repository, no key, no name to sign with, or
    another such tag.
    """
    tag = PREFIX + name
    if _git(repository, "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}").returncode:
        _sign(repository, tag, f"The head of the audit trail of syncer\n\nentry: {entry}\nhead: {head}\n")
    receipt = _receipt_of(repository, tag)
    try:
        found = read(receipt.encode())
    except BadTag as error:
        raise _another(tag) from error
    if (found.tag, found.entry, found.head) != (tag, entry, head):
        raise _another(tag)
    return receipt


def _sign(repository: Path, tag: str, message: str) -> None:
    done = _git(repository, "tag", "-s", "-F", "-", tag, "HEAD", given=message.encode())
    failed = done.returncode != 0
    if not failed:
        try:
            read(_receipt_of(repository, tag).encode())
        except BadTag:  # Git 2.39 makes an unsigned tag, and ends with 0, where the SSH key is missing
            _git(repository, "tag", "-d", tag)
            failed = True
    if failed:
        raise ConfigError(
            f"the tag {tag} was not signed: {_said(done)}",
            hint="Git signs with user.signingkey and gpg.format, in the name of user.name and "
            "user.email; the repository needs a commit.",
        )


def _receipt_of(repository: Path, tag: str) -> str:
    text = _git(repository, "cat-file", "tag", tag).stdout.decode("utf-8", "replace")
    return readable({"format": FORMAT, "tag": tag, "text": text})


def push_tag(repository: Path, name: str, remote: str) -> None:
    """Push the tag to a remote; raises ConfigError where that doesn't take it."""
    done = _git(repository, "push", "--quiet", remote, f"refs/tags/{PREFIX}{name}")
    if done.returncode:
        raise ConfigError(
            f"the tag {PREFIX}{name} was signed, and not pushed to {_PASSWORD.sub('//', remote)}: "
            f"{_said(done)}",
            hint="Push it: the head is anchored here alone.",
        )


def read(receipt: bytes) -> TaggedHead:
    """What a receipt says, its signature not looked at. Raises BadTag."""
    text = _text(receipt)
    header, _, rest = text.partition("\n\n")
    match = _HEADER.fullmatch(header)
    signature = _SIGNATURE.search(rest)
    if match is None or not match["tag"].startswith(PREFIX):
        raise BadTag(f"it holds no tag {PREFIX}…")
    if signature is None:
        raise BadTag("its tag is not signed")
    said = rest[: signature.start()]
    entry, head = _ENTRY.findall(said), _HEAD.findall(said)
    if len(entry) != 1 or len(head) != 1:
        raise BadTag("its tag names no head")
    signed = datetime.fromtimestamp(int(match["seconds"]), UTC)
    return TaggedHead(match["tag"], int(entry[0]), head[0], signed)


def verify(receipt: bytes, repository: Path) -> None:
    """Let Git verify the signature of a receipt, by the signers that it is configured to trust in
    ``repository``, or for this user where that is none. Nothing is written there. Raises BadTag.
    """
    text = _text(receipt).encode()
    with TemporaryDirectory(prefix="syncer-") as temporary:
        folder, objects = repository, {"GIT_OBJECT_DIRECTORY": temporary}
        if _git(repository, "rev-parse", "--git-dir").returncode:
            folder, objects = Path(temporary), {}
            _git(folder, "init", "--quiet", "--bare")
        made = _git(folder, "hash-object", "-t", "tag", "-w", "--stdin", given=text, more=objects)
        if made.returncode:
            raise BadTag("its tag is malformed")
        done = _git(folder, "verify-tag", made.stdout.decode().strip(), more=objects)
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace")
        raise BadTag(
            f"Git does not verify the signature: {_said(done)}",
            unchecked=any(why in words for why in _CAN_NOT_SAY),
        )


def refuse_without_git() -> str:
    """The path of Git; raises ConfigError where it is not installed."""
    program = shutil.which("git")
    if program is None:
        raise ConfigError("signed tags need Git, which is not installed", hint="Install git.")
    return program


def _text(receipt: bytes) -> str:
    try:
        document = parsed(receipt)
    except ValueError as error:
        raise BadTag("it is not JSON") from error
    text = document.get("text") if isinstance(document, dict) else None
    if not isinstance(text, str) or document.get("format") != FORMAT:
        raise BadTag(f"it is not a receipt of the format {FORMAT}")
    return text


def _another(tag: str) -> ConfigError:
    return ConfigError(
        f"there is a tag {tag} that holds another head, or none",
        hint="Find out who made it: git cat-file tag " + tag,
    )


def _git(
    folder: Path, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(more or {})}
    try:
        return subprocess.run(
            [refuse_without_git(), "-C", str(folder), *arguments],
            input=given,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(
            f"git {arguments[0]} took more than {SECONDS} s",
            hint="A key with a passphrase needs an agent (ssh-agent, gpg-agent).",
        ) from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line that Git said, without passwords of URLs."""
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return _PASSWORD.sub("//", lines[0].strip()) if lines else "git says no more"
