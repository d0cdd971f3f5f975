"""How a queue's JSON says who manages it: a mark at the end of its ``description``.

It is written on a line of its own. Every other character of the description belongs to somebody else and
stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from syncer.errors import BadAnswer
from syncer.model.json_shapes import Reading
from syncer.model.rule import OwnerMark
from syncer.model.sanitize import shown

_MARK = re.compile(r"(?:\r?\n)?\[managed by syncer: ([A-Za-z0-9._/:-]{1,100})\](?=\s*\Z)")
"""Whitespace behind it may be a server's or an editor's; it is no part of the mark. So may be its place on a
line with other text: whoever joins lines takes no mark away, or each run would add one."""


def read_owner(raw: Mapping[str, Any]) -> list[Reading]:
    """The mark of ``raw``, if its description ends in one; nothing of a mark can be misunderstood."""
    description = raw.get("description")
    found = _MARK.search(description) if isinstance(description, str) else None
    return [Reading(OwnerMark(found[1]))] if found else []


def write_owner(written: dict[str, Any], marks: Sequence[OwnerMark]) -> None:
    """Replace the mark in ``written`` by the first of ``marks``, or take it away; several go together.

    Raises BadAnswer when the description is no text.
    """
    if [reading.rule for reading in read_owner(written)] == list(marks):
        return
    description = written.get("description")
    if description is not None and not isinstance(description, str):
        raise BadAnswer(f"The description of the queue {shown(written.get('id'))} is no text.")
    text = description or ""
    while found := _MARK.search(text):
        text = text[: found.start()] + text[found.end() :]
    lines = [f"[managed by syncer: {mark.owner}]" for mark in marks[:1]]
    # As in the text, so that a CR of the text is never taken for a part of the mark's own line end.
    line_end = "\r\n" if "\r" in text else "\n"
    written["description"] = line_end.join([text, *lines] if text else lines)
