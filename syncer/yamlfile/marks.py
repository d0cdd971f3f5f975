"""Where the values of a file stand, and the value of what could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final


class Broken:
    """The class of ``BROKEN``, the value of what could not be read and has its own finding already."""

    def __repr__(self) -> str:
        return "BROKEN"


BROKEN: Final = Broken()


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value begins, counted from 1, with the marks of what is in it and of its keys."""

    line: int
    column: int
    items: Sequence["Mark"] = ()
    entries: Mapping[str, "Mark"] = field(default_factory=dict)
    keys: Mapping[str, "Mark"] = field(default_factory=dict)
