"""Marks of the owner: not a routing rule, but a line that names the repository that manages a queue.

It is at the end of the queue's ``description``, on a separate line. Every other character of the description
stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from syncer.errors import BadAnswer
from syncer.kinds.field import Record, RuleReading, Schema
from syncer.kinds.kind import Kind
from syncer.model.json_values import shown
from syncer.model.queue import LiveQueue
from syncer.model.rule import Value

NAME = "owner"

_MARK = re.compile(r"(?:\r?\n)?\[managed by syncer: ([A-Za-z0-9._/:-]{1,100})\](?=\s*\Z)")
"""Whitespace after it may come from a server or an editor; it isn't part of the mark. The mark may also
follow other text on its line: joined lines must not hide it, or each run would add another."""


@dataclass(frozen=True, slots=True)
class OwnerMark(Record):
    """The repository ``owner`` manages the queue."""

    kind: ClassVar[str] = NAME
    role: ClassVar[None] = None
    enabled: ClassVar[bool] = True
    target: ClassVar[str] = ""
    groups: ClassVar[tuple[str, ...]] = ()
    key: ClassVar[str] = ""
    share: ClassVar[int] = 0
    percent: ClassVar[None] = None
    delay: ClassVar[int] = 0

    owner: str

    def values(self) -> dict[str, Value]:
        """The fields that may change while it stays the same rule."""
        return {"owner": self.owner}

    def subject(self, _names: Mapping[str, str]) -> str:
        """``mark``."""
        return "mark"

    def label(self, _target_name: str) -> str:
        """``mark``."""
        return "mark"

    def which(self, _names: Mapping[str, str]) -> str:
        """``of the mark``."""
        return "of the mark"

    def settings(self, _names: Mapping[str, str]) -> str:
        """``managed by contact-center/routing``."""
        return f"managed by {self.owner}"

    def in_words(self, names: Mapping[str, str]) -> str:
        """``managed by contact-center/routing``."""
        return self.settings(names)


def owner_of(queue: LiveQueue) -> str:
    """The owner in a queue's mark; empty if it has none."""
    return next((rule.owner for rule in queue.rules if isinstance(rule, OwnerMark)), "")


class Owner(Kind[OwnerMark]):
    """A mark at the end of the ``description``."""

    name = NAME
    record = OwnerMark
    stated = False

    noun = "OWNER_MARK"
    plural = "marks"
    names_in_settings = True

    definition = "ownerMark"

    def read(self, raw: Mapping[str, Any]) -> list[RuleReading]:
        """The mark of ``raw``, if its description ends with one; a mark can always be understood."""
        description = raw.get("description")
        found = _MARK.search(description) if isinstance(description, str) else None
        return [RuleReading(OwnerMark(found[1]))] if found else []

    def write(self, written: dict[str, Any], marks: Sequence[OwnerMark]) -> None:
        """Replace the mark in ``written`` by the first of ``marks``, or remove it; several are removed
        together.

        Raises BadAnswer when the description is not a string.
        """
        if [reading.rule for reading in self.read(written)] == list(marks):
            return
        description = written.get("description")
        if description is not None and not isinstance(description, str):
            raise BadAnswer(f"The description of the queue {shown(written.get('id'))} is not a string.")
        text = description or ""
        while found := _MARK.search(text):
            text = text[: found.start()] + text[found.end() :]
        lines = [f"[managed by syncer: {mark.owner}]" for mark in marks[:1]]
        # As in the text, so that a CR of the text never counts as part of the mark's own line end.
        line_end = "\r\n" if "\r" in text else "\n"
        written["description"] = line_end.join([text, *lines] if text else lines)

    def document_schema(self) -> Schema:
        """Its definition in the schemas of documents."""
        owner = {"type": "string", "description": "Name of the repository that manages the queue."}
        return {
            "type": "object",
            "properties": {"kind": {"const": self.name}, "owner": owner},
            "required": ["kind", "owner"],
            "additionalProperties": False,
        }
