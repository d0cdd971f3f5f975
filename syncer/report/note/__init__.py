"""A saved plan as the note that its merge request shows."""

from syncer.report.note.note import marker, missing_text, note_text, stub

__all__ = ["marker", "missing_text", "note_text", "stub"]
