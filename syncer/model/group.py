"""Groups of agents."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A group as live has it."""

    id: str
    name: str
