"""Dialects: which kinds of rules a live API can hold. A mark of the owner it can hold in any case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """``name`` is what people choose and read; ``holds`` the kinds of rules that live can hold."""

    name: str
    holds: frozenset[str]
