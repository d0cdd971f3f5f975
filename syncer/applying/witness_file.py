"""The file of the windows that the organization's audit is still to be asked about, ``syncer.witness/v1``.

It is written whole and moved into place. Of two runs at once each keeps what the other added.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from syncer.errors import SyncerError
from syncer.files import alone_with, read_regular, refuse_larger, write_state
from syncer.model.fits_schema import Fits, compiled
from syncer.model.json_reader import parsed
from syncer.model.json_values import compact
from syncer.model.settings import ApiLocation, Organization
from syncer.model.window import Window

FORMAT: Final = "syncer.witness/v1"
NAME: Final = "witness.json"
LOCK: Final = f"{NAME}.lock"
MAX_BYTES: Final = 256 * 1024 * 1024
"""The largest file, for who writes it and for who reads it."""

PATIENCE: Final = 30.0
"""Seconds to wait for another run to have written."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A window that is still to be asked about, at the ``place`` where its PUT went.

    ``seen``: the audit has had the PUT itself. ``reported`` are the marks of edits that were reported.
    """

    window: Window
    place: ApiLocation
    seen: bool = False
    reported: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The window as the file has it."""
        return {
            **self.window.as_json(),
            "api": self.place.api,
            "organization": self.place.organization.id,
            "seen": self.seen,
            "reported": list(self.reported),
        }

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """It read back. Raises KeyError, TypeError or ValueError where it is something else."""
        place = ApiLocation(document["api"], Organization(document["organization"]))
        return cls(Window.of(document), place, document["seen"], tuple(document["reported"]))


Change = Callable[[tuple[Pending, ...]], Iterable[Pending]]


class WitnessFile:
    """The file in the state folder ``folder``; ``warn`` hears where it can't be used."""

    def __init__(self, folder: Path, warn: Callable[[str], None]) -> None:
        self.path = folder / NAME
        self._warn = warn

    def read(self) -> tuple[Pending, ...]:
        """What is pending. A file that can't be used is a warning, and is moved aside by the next write."""
        try:
            data = read_regular(self.path, MAX_BYTES + 1)
            document: Any = parsed(data) if len(data) <= MAX_BYTES else None
            if not _form()(document):
                raise ValueError("not as the schema requires")
            return tuple(Pending.of(each) for each in document["windows"])
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except (OSError, ValueError, TypeError, KeyError):
            self._warn(
                f"{self.path} can't be read as {FORMAT}: whether the windows in it overwrote an edit is not "
                "known; look at the organization's audit (syncer audit reconcile)"
            )
            return ()

    def update(self, change: Change) -> None:
        """Write what ``change`` makes of what is pending; an empty file goes. What fails is a warning."""
        try:
            with alone_with(self.path.with_name(LOCK), PATIENCE):
                before = self.read()
                after = tuple(change(before))
                if after:
                    self._write(after)
                elif self.path.exists():
                    self.path.unlink()
        except (OSError, SyncerError) as error:
            why = (
                error.message if isinstance(error, SyncerError) else f"{self.path}: {error.strerror or error}"
            )
            self._warn(f"the list of edits that may have been overwritten can't be kept: {why}")

    def _write(self, pending: tuple[Pending, ...]) -> None:
        text = compact({"format": FORMAT, "windows": [each.as_json() for each in pending]})
        refuse_larger(
            self.path, text, MAX_BYTES, "Run syncer drift, which asks the organization's audit about them."
        )
        write_state(self.path, text)


@cache
def _form() -> Fits:
    from syncer.policy.schema import schema_text

    return compiled(parsed(schema_text("witness.v1.schema.json").encode()))
