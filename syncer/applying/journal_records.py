"""The records of a journal as they stand in its file: each a line, each in the form of its schema.

A run that was cut off is settled by what they say, and its trail is written from them. So anyone who wrote
into a journal may have put anything there, and none of it is believed.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from syncer.errors import AuditError
from syncer.files import read_regular
from syncer.model.fits_schema import Fits, compiled
from syncer.model.json_reader import JsonError, parsed
from syncer.net.timing import from_rfc3339

FORMAT: Final = "syncer.journal/v1"
START: Final = "start"
_SCHEMA: Final = "journal.v1.schema.json"


def read_records(path: Path) -> list[dict[str, Any]]:
    """The records of a journal, which begins with its start; a torn last line is passed over.

    Raises AuditError where the file can't be read or is no journal.
    """
    try:
        lines = read_regular(path).split(b"\n")
    except OSError as error:
        raise AuditError(
            f"the journal {path} can't be read: {error.strerror}",
            hint="Look at it, compare the live queues with the policies (syncer drift), then move it away.",
        ) from error
    return [_record(path, number, line) for number, line in enumerate(lines[:-1], 1)]


def _record(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        record = parsed(line)
    except JsonError as error:
        why = f": line {number}, column {error.column}: {error.reason}"
        raise no_journal(path, why) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise no_journal(path)
    if (record.get("record") == START) != (number == 1):
        raise no_journal(path)
    if not _fits(record):
        raise no_journal(path, f": line {number} does not have the form of its record")
    return record


def no_journal(path: Path, why: str = "") -> AuditError:
    """The error for a file that is not the journal of a run."""
    return AuditError(
        f"{path} can't be read as the journal of a run{why}",
        hint="Look at it, compare the live queues with the policies (syncer drift), then move the file away.",
    )


def _fits(record: Mapping[str, Any]) -> bool:
    try:
        from_rfc3339(str(record.get("at")))
    except ValueError:
        return False
    return _form()(record)


@cache
def _form() -> Fits:
    from syncer.policy.schema import schema_text

    return compiled(parsed(schema_text(_SCHEMA).encode()))
