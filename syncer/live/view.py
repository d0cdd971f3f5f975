"""The part of an organization that a client can see: its roles may cover all divisions, or some."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from syncer.model.json_values import clean, items, mapping, whole

DIVISIONS: Final = "/api/v2/authorization/divisionspermitted/paged/me"
MOST_NAMED: Final = 100
"""Divisions whose names are requested: one page."""

_MOST_SAID: Final = 10
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class View:
    """Whether a client sees only a part of all queues.

    ``divisions`` are the names of those whose queues it sees, in their order; there may be ``more``. If it
    is not ``known``, no queues count as hidden.
    """

    partial: bool = False
    divisions: tuple[str, ...] = ()
    more: int = 0
    known: bool = True

    @property
    def limits(self) -> str:
        """A sentence that the network is partial, without a period."""
        return f"this client sees the queues of {self.in_words()}, and no others: the network is partial"

    @property
    def unseen(self) -> tuple[str, ...]:
        """What can't be known with such a view, in words; empty if it is whole."""
        return (f"queues of other divisions: {self.limits}",) if self.partial else ()

    def in_words(self) -> str:
        """``2 divisions: Home and Sales``."""
        count = len(self.divisions) + self.more
        if not count:
            return "no division"
        named = self.divisions[:_MOST_SAID]
        left = count - len(named)
        said = ", ".join(named) + (f" and {left} more" if left and named else "")
        which = "1 division" if count == 1 else f"{count:,} divisions"
        return f"{which}: {said}" if said else which


WHOLE: Final = View()
"""All queues are seen."""

NOT_KNOWN: Final = View(known=False)


def view_in(body: Mapping[str, Any]) -> View:
    """The view according to the permitted divisions."""
    if body.get("allDivsPermitted") is not False:
        return WHOLE if body.get("allDivsPermitted") is True else NOT_KNOWN
    named = (mapping(each).get("name") for each in items(body.get("entities")))
    names = sorted(clean(name, longest=_LONGEST) for name in named if isinstance(name, str) and name)
    total = whole(body.get("total")) or 0
    return View(partial=True, divisions=tuple(names), more=max(0, total - len(names)))
