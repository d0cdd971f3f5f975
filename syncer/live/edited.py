"""Who changed a queue last, as far as live says."""

from collections.abc import Mapping
from typing import Any

from syncer.model.queue import Edit
from syncer.model.sanitize import clean

_LONGEST = 120


def last_edit(raw: Mapping[str, Any]) -> Edit:
    """``modifiedBy`` and ``dateModified`` of a queue's JSON; what live doesn't say, or says oddly, is empty.

    Some answers name who it was by the id alone, others by an object with id and name.
    """
    who = raw.get("modifiedBy")
    by = who if isinstance(who, Mapping) else {"id": who}
    return Edit(id=_text(by.get("id")), name=_text(by.get("name")), at=_text(raw.get("dateModified")))


def _text(value: object) -> str:
    return clean(value, longest=_LONGEST) if isinstance(value, str) else ""
