"""In which form the server has overflow: what its queues begin with, and what it keeps of a write.

::

    mixed             overflow rules, backup queues, conditional groups
    genesys-cloud     no overflow rules and no etags, as the Genesys Cloud Platform API: of an entry of
                      ``routingRules`` it keeps what its model has, and nobody is told
    overflow-rules    no backup queues and no conditional groups, as a gateway of that form
"""

from typing import Final, Literal

from syncer.emulator.documents import Document
from syncer.emulator.kinds.backup import in_place_of_overflow
from syncer.emulator.kinds.registry import KINDS

Dialect = Literal["mixed", "genesys-cloud", "overflow-rules"]

MIXED: Final = "mixed"
GENESYS_CLOUD: Final = "genesys-cloud"
OVERFLOW_RULES: Final = "overflow-rules"
DIALECTS: Final = (MIXED, GENESYS_CLOUD, OVERFLOW_RULES)


def kept(queue: Document, dialect: Dialect) -> Document:
    """What a server of this dialect keeps of a queue that is written."""
    if dialect != MIXED:
        for kind in KINDS:
            if kind.dialect not in ("", dialect):
                queue = kind.without(queue)
    return queue


def begun(queue: Document, dialect: Dialect) -> Document:
    """A queue as a server of this dialect begins with it.

    Where there are no overflow rules, the enabled one with the largest share becomes the backup queue, if the
    queue has no direct routing.
    """
    return kept(in_place_of_overflow(queue) if dialect == GENESYS_CLOUD else queue, dialect)
