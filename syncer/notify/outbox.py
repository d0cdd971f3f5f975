"""Messages to a webhook: one per audit entry, and the outbox of those not yet delivered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from syncer.errors import AuditError
from syncer.files import make_private, read_regular, write_state
from syncer.model.json_reader import parsed
from syncer.model.json_values import one_line, readable

FORMAT = "syncer.message/v1"

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of a message that is read."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True)
class Message:
    """An audit entry to send. ``id`` stays the same however often it is sent, so receivers can recognize
    it."""

    id: str
    entry: Mapping[str, Any]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """Return the message for an entry of the chain; its id consists of the run and the number of the
        entry."""
        return cls(f"{_part(entry.get('run'))}-{_part(entry.get('n'))}", entry)

    @property
    def age(self) -> tuple[str, int]:
        """The sort key by time; at the same time, by position in the chain."""
        number = self.entry.get("n")
        return (str(self.entry.get("timestamp")), number if isinstance(number, int) else 0)


class Outbox:
    """The folder of the messages that were not delivered, each in its own file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, message: Message, reason: str) -> None:
        """Write a message and the reason why it is kept, completely or not at all. Raises SyncerError."""
        content = {"format": FORMAT, "id": message.id, "reason": reason, "entry": dict(message.entry)}
        try:
            make_private(self.folder)
        except OSError as error:
            raise AuditError(f"{self.folder} can't be made: {error.strerror}") from error
        write_state(self._path(message), readable(content))

    def drop(self, message: Message) -> None:
        """Remove a message if it is here. Raises AuditError if that fails."""
        try:
            self._path(message).unlink(missing_ok=True)
        except OSError as error:
            raise AuditError(f"{self._path(message)} can't be removed: {error.strerror}") from error

    def kept(self) -> list[Message]:
        """Return all messages, oldest first; a file that isn't a message stays where it is.

        A folder that may not be read has none.
        """
        try:
            found = [_read(path) for path in self.folder.glob("*.json")]
        except OSError:
            found = []
        return sorted((message for message in found if message), key=lambda message: message.age)

    def _path(self, message: Message) -> Path:
        return self.folder / f"{message.id}.json"


def _part(value: Any) -> str:
    """Return ``value`` in a form that fits into a header and a file name, and is still unique."""
    text = str(value)
    return text if _PLAIN_ID.fullmatch(text) else sha256(one_line(value).encode()).hexdigest()[:24]


def _read(path: Path) -> Message | None:
    """Return the message in a file that is named after it."""
    try:
        content = parsed(read_regular(path, MAX_BYTES))
        message = Message.of(content["entry"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return message if path.stem == message.id else None
