"""In which form the server has overflow: what its queues begin with, and what it keeps of a write.

::

    mixed             overflow rules, backup queues, conditional groups
    genesys-cloud     no overflow rules and no etags, as the Genesys Cloud Platform API: of a queue, and of an
                      entry of its ``routingRules``, it keeps what its model has, and drops the rest silently
    overflow-rules    no backup queues and no conditional groups, as a gateway of that form
"""

from collections.abc import Sequence
from typing import Final, Literal

from syncer.emulator.documents import Document
from syncer.emulator.fields import FIELDS
from syncer.emulator.kinds.backup import in_place_of_overflow
from syncer.emulator.kinds.kind import division_of
from syncer.emulator.kinds.overflow import without_overflow
from syncer.emulator.kinds.registry import KINDS

Dialect = Literal["mixed", "genesys-cloud", "overflow-rules"]

MIXED: Final = "mixed"
GENESYS_CLOUD: Final = "genesys-cloud"
OVERFLOW_RULES: Final = "overflow-rules"
DIALECTS: Final = (MIXED, GENESYS_CLOUD, OVERFLOW_RULES)


def kept(queue: Document, dialect: Dialect) -> Document:
    """What a server of this dialect keeps of a queue that is written."""
    if dialect == GENESYS_CLOUD:
        queue = {name: value for name, value in queue.items() if name in FIELDS and value is not None}
    if dialect != MIXED:
        for kind in KINDS:
            if kind.dialect not in ("", dialect):
                queue = kind.without(queue)
    return queue


def begun(queues: Sequence[Document], dialect: Dialect) -> list[Document]:
    """The queues as a server of this dialect begins with them.

    Where there are no overflow rules, the enabled one with the largest share becomes the backup queue, if the
    queue has no direct routing and the target is of the same division. The others are gone.
    """
    if dialect != GENESYS_CLOUD:
        return [kept(queue, dialect) for queue in queues]
    divisions = {queue["id"]: division_of(queue) for queue in queues}
    return [
        kept(without_overflow(in_place_of_overflow(queue, lambda id_: divisions.get(id_, ""))), dialect)
        for queue in queues
    ]
