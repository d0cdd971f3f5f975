"""The data of policy files from the last reading: a file with the same bytes isn't parsed again.

One entry is a pack with one line per file: the digest of the file, the digest of its data, and the data as
JSON. Only files that match their schema and have no finding are kept, so the data is enough: positions are
looked up in the file on demand. An entry belongs to one program and its schema; a line that doesn't match its
digests is ignored.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from syncer import __version__
from syncer.policy.cache_folder import CacheFolder, program

MOST_PACKS: Final = 8
MOST_BYTES: Final = 64 * 1024 * 1024

_DIGEST: Final = 64


@dataclass(slots=True)
class ParsedFiles:
    """The cached files of one set of policies, and those that were used this time."""

    folder: CacheFolder
    name: str
    known: dict[str, bytes] = field(default_factory=dict)
    used: dict[str, bytes] = field(default_factory=dict)
    fresh: int = 0

    @classmethod
    def kept_in(cls, folder: Path, about: Sequence[str]) -> "ParsedFiles":
        """The cached entries in ``folder`` for the policies that ``about`` identifies."""
        key = sha256(json.dumps([__version__, program(), *about]).encode()).hexdigest()
        packs = CacheFolder(folder, ".jsonl", MOST_PACKS, MOST_BYTES)
        try:
            lines = packs.read(key).split(b"\n")
        except (OSError, ValueError):
            lines = []
        return cls(packs, key, {line[:_DIGEST].decode("latin-1"): line for line in lines})

    def find(self, digest: str) -> dict[str, Any] | None:
        """The data of the file with this digest, if it is cached."""
        line = self.known.get(digest, b"")
        data = line[2 * _DIGEST :]
        if line[_DIGEST : 2 * _DIGEST] != _bound(digest, data):
            return None
        try:
            found: dict[str, Any] = json.loads(data)
        except (ValueError, RecursionError):
            return None
        self.used[digest] = line
        return found

    def add(self, digest: str, data: Any) -> None:
        """Cache the data of a file, if JSON can represent it."""
        said = json.dumps(data, separators=(",", ":")).encode()
        self.used[digest] = b"".join((digest.encode(), _bound(digest, said), said))
        self.fresh += 1

    def keep(self) -> None:
        """Write what was used, if some of it was not cached yet."""
        if self.fresh:
            self.folder.keep(self.name, b"\n".join(self.used.values()))


def _bound(digest: str, data: bytes) -> bytes:
    """The digest of a file's digest with its data: a line about another file is none about this one."""
    return sha256(digest.encode() + data).hexdigest().encode()
