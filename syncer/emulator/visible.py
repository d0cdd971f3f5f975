"""What a client may see: the queues of the divisions that its role covers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from syncer.emulator.directory import Directory
from syncer.emulator.documents import Document
from syncer.emulator.kinds.kind import division_of
from syncer.emulator.wire import missing_permission
from syncer.errors import WrongUsage

NOWHERE = "none"
"""No division has this id."""


@dataclass(frozen=True, slots=True)
class Visible:
    """The ids of the divisions that the role of every client covers; None: all."""

    ids: frozenset[str] | None = None

    @property
    def all(self) -> bool:
        """Whether nothing is hidden."""
        return self.ids is None

    def has(self, division_id: str) -> bool:
        """Whether a division is covered."""
        return self.ids is None or division_id in self.ids

    def among(self, divisions: Iterable[Document]) -> list[Document]:
        """The divisions that are covered."""
        return [each for each in divisions if self.has(each["id"])]

    def asked(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The ids of divisions whose queues a list shows; ``NOWHERE`` where none of them may be seen."""
        if self.ids is None:
            return wanted
        return tuple(sorted(self.ids & set(wanted or self.ids))) or (NOWHERE,)

    def check(self, queue: Mapping[str, Any], verb: str) -> None:
        """Raise :class:`~syncer.emulator.wire.AnswerError` 403 where a queue is of a hidden division."""
        if not self.has(division_of(queue)):
            raise missing_permission(f"routing:queue:{verb}")


ALL = Visible()


def visible(directory: Directory, names: tuple[str, ...]) -> Visible:
    """The divisions with these names; without names all. Raises WrongUsage for one that no division has."""
    if not names:
        return ALL
    by_name = {each["name"]: each["id"] for each in directory.divisions}
    if unknown := [name for name in names if name not in by_name]:
        raise WrongUsage(
            f"faults: there is no division {unknown[0]!r}", hint=f"There are: {', '.join(sorted(by_name))}."
        )
    return Visible(frozenset(by_name[name] for name in names))
