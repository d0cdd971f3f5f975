"""Files that are whole or not there: written beside, synced to disk, then moved into place."""

import contextlib
import errno
import os
import select
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from syncer.errors import SyncerError

_SOME = 16 * 1024
"""Bytes that are written to find out whether a disk has room."""

PATIENCE = 5.0
"""Seconds that a pipe is waited for whose other end nobody reads: what was done is reported elsewhere."""

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_OTHERS = 0o077
"""The rights of all but the owner: what the state folder holds names people, queues and rules."""


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` so that a reader sees the old file or the new one, never a half.

    A device or a pipe (``/dev/stdout``) is written to directly, and waited for ``PATIENCE`` seconds at most.
    Raises SyncerError when it can't be written.
    """
    write_pieces(path, (text,))


def write_pieces(path: Path, pieces: Iterable[str] | Iterable[bytes]) -> None:
    """Like ``write_whole``, for what is made bit by bit and never in memory as a whole."""
    try:
        if is_special(path):
            _write_special(path, map(_encoded, pieces))
            return
        _replace(path, pieces)
    except OSError as error:
        raise SyncerError(
            f"{path} can't be written: {error.strerror or error}", hint="Name another file."
        ) from error


def write_state(path: Path, text: str | bytes) -> None:
    """Like ``write_whole``, for a file that only the program writes: nothing else may be in its place, and
    only its owner may read it, whatever rights it had before.

    Raises SyncerError; never waits for a reader.
    """
    try:
        refuse_special(path)
        _replace(path, (text,), private=True)
    except OSError as error:
        raise SyncerError(
            f"{path} can't be written: {error.strerror or error}",
            hint="Look at what is in its place, and at the rights of its folder.",
        ) from error


@contextlib.contextmanager
def alone_with(lock_path: Path, patience: float) -> Iterator[None]:
    """What no other run does meanwhile that asks for the same lock, beside a file in a private folder.

    Raises SyncerError where the folder can't be written, or another run doesn't let go for ``patience``
    seconds.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(lock_path, timeout=patience, mode=PRIVATE_FILE)
    try:
        make_private(lock_path.parent, tighten=False)
        refuse_special(lock_path)
        lock.acquire()
    except Timeout as error:
        raise SyncerError(f"another run holds {lock_path}") from error
    except OSError as error:
        raise SyncerError(f"{lock_path.parent} can't be written: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


def refuse_unwritable(path: Path) -> None:
    """Raise SyncerError where ``write_whole`` could not write a text of some KiB to ``path`` now.

    It is tried beside the file, which stays as it is. A pipe or a device is taken at its word, but for one
    that is always full.
    """
    try:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            mode = stat.S_IFREG
        if stat.S_ISREG(mode):
            _try_beside(path)
        else:
            _try_special(path, mode)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise SyncerError(f"{path} can't be written: {why or error}", hint="Name another file.") from error


def is_special(path: Path) -> bool:
    """Whether a folder, pipe, device or socket is in the place of a file."""
    return path.exists() and not path.is_file()


def refuse_special(path: Path) -> None:
    """Raise OSError where a folder, pipe, device or socket is in the place of a file."""
    with contextlib.suppress(FileNotFoundError):
        _refuse_mode(path.stat().st_mode)


def open_regular(path: Path, *, append: bool = False) -> IO[bytes]:
    """Open a file to read it, or to append to it too: then it is made where it is missing, has no buffer, and
    from now on only its owner may read it.

    Raises OSError, also where no ordinary file is there. Never waits for the other end of a pipe.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT if append else os.O_RDONLY
    handle = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, PRIVATE_FILE)
    try:
        _refuse_mode(os.fstat(handle).st_mode)
        if append:
            _tighten(os.fstat(handle).st_mode, partial(os.fchmod, handle))
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "a+b", buffering=0) if append else os.fdopen(handle, "rb")


def create_private(path: Path) -> IO[bytes]:
    """A new file, without a buffer, that only its owner may read. Raises OSError, also where one is there."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE_FILE)
    return os.fdopen(handle, "wb", buffering=0)


def make_private(folder: Path, *, tighten: bool = True) -> None:
    """Make a folder that only its owner may look into, and the missing ones above it. Raises OSError.

    One that is there loses the rights of everybody else, unless ``tighten`` is false: then it is not the
    program's own, as a folder that somebody named.
    """
    for each in reversed((folder, *folder.parents)):
        if not each.exists():
            each.mkdir(PRIVATE_FOLDER, exist_ok=True)
    folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
    if tighten:
        _tighten(folder.stat().st_mode, folder.chmod)


def open_to_others(folder: Path) -> list[Path]:
    """The files in a folder, at any depth, that hold something and that others than their owner may use.

    Raises OSError where it can't be looked through.
    """
    found = ((path, path.lstat()) for path in folder.rglob("*"))
    return sorted(
        path for path, is_ in found if stat.S_ISREG(is_.st_mode) and is_.st_size and is_.st_mode & _OTHERS
    )


def _tighten(mode: int, change: Callable[[int], None]) -> None:
    """Take the rights of everybody but the owner. What is somebody else's stays so: doctor reports it."""
    if mode & _OTHERS:
        with contextlib.suppress(OSError):
            change(stat.S_IMODE(mode) & ~_OTHERS)


def read_regular(path: Path, most: int = -1) -> bytes:
    """What an ordinary file holds, at most ``most`` bytes of it. Raises OSError as ``open_regular`` does."""
    with open_regular(path) as file:
        return file.read(most)


def read_own(path: Path, most: int = -1) -> bytes:
    """What an ordinary file holds that only this user can have written: a checkout may bring others. Neither
    its folder nor the one above may be a link. Raises OSError."""
    _refuse_links(path.parent)
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
            raise PermissionError(errno.EPERM, "others may write it", str(path))
        return file.read(most)


def make_own(folder: Path) -> None:
    """Make a private folder for what may be deleted. Raises OSError as ``make_private`` does, and if the
    folder or the one above is a link: what is there is not ours to replace."""
    _refuse_links(folder)
    make_private(folder)


def _refuse_links(folder: Path) -> None:
    for each in (folder, folder.parent):
        if each.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(each))


def _refuse_mode(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it isn't a regular file but a pipe, a device or a socket")


def _write_special(path: Path, pieces: Iterable[bytes]) -> None:
    handle = _opened_special(path)
    try:
        writable = select.poll()
        writable.register(handle, select.POLLOUT)
        for piece in pieces:
            _write_all(handle, piece, writable)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes, writable: "select.poll") -> None:
    while data:
        if not writable.poll(PATIENCE * 1000):
            raise OSError(errno.ETIMEDOUT, "nobody reads what is written to it")
        with contextlib.suppress(BlockingIOError):
            data = data[os.write(handle, data) :]


def _opened_special(path: Path) -> int:
    """A device, or a pipe whose other end is read within ``PATIENCE``."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            if error.errno != errno.ENXIO or not path.is_fifo():
                raise
            if time.monotonic() > until:
                raise OSError(errno.ENXIO, "it is a pipe that nobody reads") from error
        time.sleep(0.02)


def _try_special(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        _refuse_mode(mode)
    if stat.S_ISCHR(mode):
        _write_synced(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY), b"", sync=False)


def _try_beside(path: Path) -> None:
    beside = _beside(path)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _write_synced(handle, bytes(_SOME))
    finally:
        beside.unlink()


def _write_synced(handle: int, data: bytes, *, sync: bool = True) -> None:
    try:
        os.write(handle, data)
        if sync:
            os.fsync(handle)
    finally:
        os.close(handle)


def refuse_larger(path: Path, text: str | bytes, most: int, hint: str) -> None:
    """Raise SyncerError, before anything is written, where ``text`` has more than ``most`` bytes in UTF-8.

    ``most`` is what the reader of such a file takes: what is written can be read.
    """
    refuse_size(path, len(text.encode("utf-8") if isinstance(text, str) else text), most, hint)


def refuse_size(path: Path, size: int, most: int, hint: str) -> None:
    """The same of a number of bytes."""
    if size > most:
        raise SyncerError(
            f"{path} would be {mebibytes(size)}, and at most {mebibytes(most)} are read again: "
            "it was not written",
            hint=hint,
        )


def mebibytes(size: int) -> str:
    """A number of bytes in MiB, such as ``256 MiB`` or ``256.1 MiB``."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MiB"


def _replace(path: Path, pieces: Iterable[str | bytes], *, private: bool = False) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    mode = PRIVATE_FILE if private else mode
    beside = _beside(path)
    # The rights of a new file are what the umask leaves of 0666; those of one that is replaced stay.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(map(_encoded, pieces))
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


def _encoded(piece: str | bytes) -> bytes:
    return piece.encode("utf-8") if isinstance(piece, str) else piece


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


def _beside(path: Path) -> Path:
    """A name in the folder of ``path`` that no other file has."""
    return path.parent / f".syncer-{os.urandom(8).hex()}.part"
