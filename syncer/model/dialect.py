"""Dialects: which kinds of rules a live API can hold. A mark of the owner it can hold in any case."""

from dataclasses import dataclass

from syncer.model.rule import SPOKEN, Kind


@dataclass(frozen=True, slots=True)
class Dialect:
    """``name`` is what people choose and read; ``holds`` the kinds of rules that live can hold."""

    name: str
    holds: frozenset[Kind]


BRIEF = Dialect("brief", frozenset({Kind.OVERFLOW}))
"""Overflow rules are entries of ``routingRules``."""

GENESYS = Dialect("genesys", frozenset({Kind.BACKUP, Kind.GROUPS}))
"""Overflow is said by backup queues of direct routing and by conditional group routing."""

MIXED = Dialect("mixed", frozenset(SPOKEN))
"""A live API that shows both."""

DIALECTS = {dialect.name: dialect for dialect in (BRIEF, GENESYS, MIXED)}
"""All dialects by name."""
