"""A file instead of a state folder: the entries of a stop, with all images, if no trail can be used.

The file is a trail of its own (one entry per line, chained). During a run its folder is next to it; a run
that was cut off leaves it there, and the next run with the same file continues with it; so does a run whose
writes still have to be checked in the organization's audit.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from syncer.errors import AuditError, SyncerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncer.app.options import RunOptions
    from syncer.audit.exceptions import Exemption

_MOST: Final = 256 * 1024 * 1024


@contextmanager
def state_of(options: RunOptions, undo: Path | None) -> Iterator[RunOptions]:
    """Provide the options with the state folder to use: the usual one, or with ``undo`` that of the file.

    Raises AuditError if the file isn't an unbroken trail, SyncerError if it can't be written.
    """
    if undo is None:
        yield options
        return
    from syncer.applying.journal import find_journals
    from syncer.applying.witness_file import NAME as WINDOWS
    from syncer.audit.segments import NAME, trail_files
    from syncer.files import make_private, read_regular, refuse_unwritable, write_state

    refuse_unwritable(undo)
    folder = _folder_of(undo)
    trail = folder / "audit"
    make_private(folder)
    if undo.exists() and not trail_files(trail):
        refuse_no_trail(undo)
        make_private(trail)
        write_state(trail / NAME, read_regular(undo, _MOST))
    try:
        yield replace(options, state_dir=folder)
    finally:
        if files := trail_files(trail):
            write_state(undo, b"".join(read_regular(path, _MOST) for path in files))
        if not find_journals(folder / "journal") and not (folder / WINDOWS).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _folder_of(undo: Path) -> Path:
    return undo.with_name(f".{undo.name}.state")


def take_windows(undo: Path, state: Path, warn: Callable[[str], None]) -> None:
    """Move the windows that still have to be checked in the organization's audit from the folder of a file to
    a state folder, whose runs check them from then on. A failure is a warning, and leaves the folder
    there."""
    from syncer.applying.journal import find_journals
    from syncer.applying.witness_file import WitnessFile

    folder, failures = _folder_of(undo), list[str]()
    windows = WitnessFile(folder, failures.append).read()
    if windows and not failures:
        WitnessFile(state, failures.append).update(lambda known: (*known, *windows))
    for failure in failures:
        warn(failure)
    if not failures and not find_journals(folder / "journal"):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def undo_as_way_out(undo: Path | None) -> Iterator[None]:
    """Add to an error of the state folder that a file can be used instead."""
    try:
        yield
    except SyncerError as error:
        if undo is None and type(error) in (SyncerError, AuditError):
            error.hint = f"{error.hint} Or work without a state folder: --undo FILE.".strip()
        raise


def entries_of(path: Path) -> list[dict[str, Any]]:
    """The entries of a file. Raises AuditError if it isn't an unbroken trail."""
    from syncer.audit.segments import entries_in, read_lines

    if not path.exists():
        raise AuditError(f"there is no file {path}", hint="Name the file of --undo.")
    refuse_no_trail(path)
    return list(entries_in(read_lines(path)))


def exceptions_of(path: Path) -> tuple[Exemption, ...]:
    """The exceptions of a file that were not lifted. Raises AuditError if it isn't an unbroken trail."""
    from syncer.app.exception_images import with_images
    from syncer.audit.record import Record
    from syncer.audit.record_fold import folded

    entries = entries_of(path)
    return with_images(folded(Record(), entries).exceptions, lambda: entries)


def refuse_no_trail(path: Path) -> None:
    """Raise AuditError if the file isn't an unbroken trail."""
    from syncer.audit.verify import verify_chain

    found = verify_chain([path])
    if found.breaks or not found.entries:
        raise AuditError(
            f"{path} isn't a file of a stop, or is damaged: nothing was done",
            hint="Name another file.",
        )
