"""In which form the server has overflow: what its queues begin with, and what it keeps of a write.

::

    mixed             overflow rules, backup queues, conditional groups
    genesys-cloud     no overflow rules and no etags, as the Genesys Cloud Platform API: of an entry of
                      ``routingRules`` it keeps what its model has, and nobody is told
    overflow-rules    no backup queues and no conditional groups, as a gateway of that form
"""

from typing import Any, Final, Literal

from syncer.emulator.documents import Document
from syncer.emulator.kinds import backup, overflow
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
    if dialect == GENESYS_CLOUD and not queue.get(backup.FIELD):
        queue = {**queue, **_as_backup(overflow.overflow_rules(queue))}
    return kept(queue, dialect)


def _as_backup(rules: list[Document]) -> Document:
    enabled = [rule for rule in rules if rule.get("enabled") is True]
    if not enabled:
        return {}
    most = max(enabled, key=lambda rule: _number(rule.get("threshold")))
    wait = max(backup.AGENT_WAIT[0], int(_number(most.get("overflowDelay"))))
    return {
        backup.FIELD: {
            "backupQueueId": most.get("overflowTarget"),
            "waitForAgent": True,
            "agentWaitSeconds": wait,
        }
    }


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0.0
