"""Headroom: how far the load may grow."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headroom:
    """The factor of today's load at which the first capacity is exceeded, and the queue where it happens.

    ``factor`` is None where nothing limits.
    """

    factor: float | None = None
    queue: str = ""
