"""Files that are whole or not there: written beside, synced to disk, then moved into place."""

import contextlib
import os
import secrets
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


def refuse_larger(path: Path, text: str, most: int, hint: str) -> None:
    """Raise SyncerError, before anything is written, where ``text`` has more than ``most`` bytes in UTF-8.

    ``most`` is what the reader of such a file takes: what is written can be read.
    """
    size = len(text.encode("utf-8"))
    if size > most:
        raise SyncerError(
            f"{path} would be {mebibytes(size)}, and at most {mebibytes(most)} are read again: "
            "it was not written",
            hint=hint,
        )


def mebibytes(size: int) -> str:
    """A number of bytes in MiB, such as ``256 MiB`` or ``256.1 MiB``."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MiB"


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    beside = path.parent / f".syncer-{secrets.token_hex(8)}.part"
    # The rights of a new file are what the umask leaves of 0666; those of one that is replaced stay.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    sync_folder(path.parent)


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


def with_line_ends_of(path: Path, text: str) -> str:
    """``text`` with the line ends that a file has now."""
    windows = path.exists() and b"\r\n" in path.read_bytes()
    return text.replace("\n", "\r\n") if windows else text
