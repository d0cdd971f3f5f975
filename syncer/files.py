"""Files that are whole or not there: written beside, synced to disk, then moved into place."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import IO

from syncer.errors import SyncerError


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that a reader sees the old file or the new one, never a half.

    A device or a pipe (``/dev/stdout``) is written to directly. Raises SyncerError when it can't be written.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
            return
        _replace(path, text)
    except OSError as error:
        raise SyncerError(
            f"{path} can't be written: {error.strerror or error}", hint="Name another file."
        ) from error


def _replace(path: Path, text: str) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".syncer-", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), _mode(path))
        Path(beside).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        raise
    sync_folder(path.parent)


def _mode(path: Path) -> int:
    """The rights of the file that is replaced, else what the umask leaves of 0666."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def append_synced(file: IO[bytes], data: bytes) -> None:
    """Append all of ``data`` or none of it, as far as the disk lets us, and sync it.

    ``file`` has no buffer, which would try again to write what was taken back. Raises OSError.
    """
    size = file.seek(0, os.SEEK_END)
    try:
        while data:
            data = data[file.write(data) :]
        os.fsync(file.fileno())
    except OSError:
        file.truncate(size)
        raise


def sync_folder(folder: Path) -> None:
    """Sync the names in ``folder`` to disk: a new file is safe only then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
