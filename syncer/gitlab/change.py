"""What a merge request changes, and what it says."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that changes: its ``path`` in the repository, and its whole text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What people read: the first line of ``description`` is hidden, and begins with ``marker``."""

    marker: str
    title: str
    description: str


def digest_of(files: Sequence[ChangedFile]) -> str:
    """What tells one change from another: the paths and the texts of its files."""
    content = json.dumps([[file.path, file.text] for file in files])
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
