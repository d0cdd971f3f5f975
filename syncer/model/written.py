"""What a PUT did to a queue's JSON, exactly: what rollback works with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Written:
    """The fields of a queue's JSON that hold its rules, right before and right after a PUT.

    A field that was not there is not here either. They are never shown to people: what others wrote into
    them is not looked at.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Both sides as journal and audit have them."""
        return {"before": dict(self.before), "after": dict(self.after)}

    @classmethod
    def of(cls, document: Any) -> Self | None:
        """Both sides read back; None where there are none. Raises KeyError, TypeError or ValueError where
        they are something else."""
        if document is None:
            return None
        before, after = document["before"], document["after"]
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            raise TypeError("what was written is no object")
        return cls(before, after)
