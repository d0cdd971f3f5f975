"""The names of queues at the last apply: they tell a name that moved from one that never existed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property


def _nothing() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class KnownNames:
    """The names of queues by their ids, as of the last apply.

    ``older`` reads more names, of targets too; it is called at most once, and only if a name is not in
    ``names``, which take precedence.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    older: Callable[[], Mapping[str, str]] = _nothing

    def name_of(self, id_: str) -> str:
        """The name that a queue had; empty if it is not known."""
        return self.names.get(id_) or self._all.get(id_, "")

    def id_of(self, name: str) -> str:
        """The id of the queue that had this name; empty if it is not known, or if several had it."""
        found = [id_ for id_, known in self._all.items() if known == name]
        return found[0] if len(found) == 1 else ""

    @cached_property
    def _all(self) -> dict[str, str]:
        return {**self.older(), **self.names}


NO_NAMES = KnownNames()
