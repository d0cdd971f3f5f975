"""The data of policy files as they were read the last time: what has the same bytes isn't parsed once more.

One entry is a pack, one line a file: the digest of the file, that of its data, and the data as JSON. Only
what fits its schema and has no finding is kept, so data is all there is to know of it: no verdict, and no
place, which is looked for in the file when somebody asks. An entry is about one program and its schema; a
line that isn't what its digests say is as good as none.
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
    """What is known of the files of one set of policies, and what of it was asked for this time."""

    folder: CacheFolder
    name: str
    known: dict[str, bytes] = field(default_factory=dict)
    used: dict[str, bytes] = field(default_factory=dict)
    fresh: int = 0

    @classmethod
    def kept_in(cls, folder: Path, about: Sequence[str]) -> "ParsedFiles":
        """What ``folder`` has of the policies that are told from others by ``about``."""
        key = sha256(json.dumps([__version__, program(), *about]).encode()).hexdigest()
        packs = CacheFolder(folder, ".jsonl", MOST_PACKS, MOST_BYTES)
        try:
            lines = packs.read(key).split(b"\n")
        except (OSError, ValueError):
            lines = []
        return cls(packs, key, {line[:_DIGEST].decode("latin-1"): line for line in lines})

    def find(self, digest: str) -> dict[str, Any] | None:
        """The data of the file with this digest, where it is known."""
        line = self.known.get(digest, b"")
        data = line[2 * _DIGEST :]
        if line[_DIGEST : 2 * _DIGEST] != sha256(data).hexdigest().encode():
            return None
        try:
            found: dict[str, Any] = json.loads(data)
        except (ValueError, RecursionError):
            return None
        self.used[digest] = line
        return found

    def add(self, digest: str, data: Any) -> None:
        """Know the data of a file from now on, where JSON says all of it."""
        said = json.dumps(data, separators=(",", ":")).encode()
        self.used[digest] = b"".join((digest.encode(), sha256(said).hexdigest().encode(), said))
        self.fresh += 1

    def keep(self) -> None:
        """Write what was asked for, where some of it was not known."""
        if self.fresh:
            self.folder.keep(self.name, b"\n".join(self.used.values()))
