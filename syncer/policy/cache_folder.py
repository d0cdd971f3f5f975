"""A cache folder: one file per entry; only the newest entries are kept.

It is safe to delete. An entry that can't be read counts as missing; one that can't be written is not kept.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from syncer.errors import SyncerError
from syncer.files import make_own, read_own, write_state
from syncer.model.quick_dataclass import quick_dataclass

_PROGRAM: Final = Path(__file__).parents[1]
_NAME: Final = re.compile(r"[0-9a-f]{64}")
"""What entries are called: nothing else is removed."""


@quick_dataclass(frozen=True, slots=True)
class CacheFolder:
    """The entries of ``folder`` named ``*suffix``: at most ``many``, of at most ``size`` bytes."""

    folder: Path
    suffix: str
    many: int
    size: int

    def read(self, name: str) -> bytes:
        """The content of an entry that only this user can have written: a checkout may give others rights.
        Raises OSError."""
        return read_own(self._path(name), self.size)

    def keep(self, name: str, content: bytes) -> None:
        """Write an entry as a whole if possible, and drop the oldest."""
        if len(content) > self.size:
            return
        with suppress(OSError, SyncerError, ValueError):
            make_own(self.folder)
            write_state(self.folder / ".gitignore", "*\n")
            write_state(self._path(name), content)
            for path in self._oldest():
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}{self.suffix}"

    def _oldest(self) -> list[Path]:
        entries = (path for path in self.folder.glob(f"*{self.suffix}") if _NAME.fullmatch(path.stem))
        found = {path: path.lstat().st_mtime_ns for path in entries}
        return sorted(found, key=lambda path: found[path], reverse=True)[self.many :]


@cache
def program() -> list[list[Any]]:
    """Distinguishes this program from the same version after an edit."""
    return sorted(_sources(_PROGRAM))


def _sources(folder: Path) -> Iterator[list[Any]]:
    """Path, size and time of each source file below a folder. Each ``scandir`` gives many of them at once,
    which takes half as long as a walk over paths."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sources(Path(entry.path))
            elif entry.name.endswith((".py", ".toml")):
                status = entry.stat()
                yield [entry.path, status.st_size, status.st_mtime_ns]
