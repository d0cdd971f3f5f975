"""What is said of a line of a trail that can't be read, and of entries that are missing."""

from typing import Any

from syncer.audit.segments import Line
from syncer.audit.tail import is_torn, unended
from syncer.model.json_reader import JsonError


def unreadable(line: Line) -> tuple[str, str]:
    """The kind of break that a line without an entry is, and why, in words."""
    raw, found = line.raw, line.value
    if not raw.endswith(b"\n"):
        if unended(raw):
            return "torn", "the last entry is whole except for its line end, which the next run writes"
        if is_torn(raw):
            return "torn", "the last line breaks off: program or machine died while writing it"
        return "edited", f"the last {len(raw):,} bytes have no line end and are not an entry"
    why = f": {found.reason} (column {found.column})" if isinstance(found, JsonError) else ""
    return "edited", f"this line holds no JSON object{why}"


def before(number: Any) -> Any:
    """The number in front of that of an entry, which may be anything."""
    return number - 1 if isinstance(number, int) else "?"


def truncated(head: str) -> str:
    """A kept head is missing."""
    return f"the kept head {head} is not in the chain: its entry and what followed were cut off or replaced"
