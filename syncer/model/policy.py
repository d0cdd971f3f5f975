"""Policies: what people write, after parsing and before names are resolved."""

from dataclasses import dataclass

from syncer.model.finding import Position


@dataclass(frozen=True, slots=True)
class QueueRef:
    """How a policy names a queue: by ``name`` or by ``id``; exactly one is not empty."""

    name: str = ""
    id: str = ""

    def __str__(self) -> str:
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One overflow rule: ``threshold`` percent of the load goes to ``target`` after ``delay`` seconds."""

    target: QueueRef
    threshold: int
    delay: int = 0
    enabled: bool = True
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class PolicyQueue:
    """One queue of a policy file.

    ``capacity`` and ``base_load`` are contacts per interval. ``lists_rules`` tells an empty list of
    rules (``overflow: []``) from no list at all. The rules of a queue that is not managed are ignored.
    """

    queue: QueueRef
    managed: bool = True
    capacity: float | None = None
    base_load: float = 0.0
    rules: tuple[PolicyRule, ...] = ()
    lists_rules: bool = True
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file that was read: its ``path`` as findings show it, and the SHA-256 of its bytes in hex."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All queues of all policy files, in the order of the files."""

    queues: tuple[PolicyQueue, ...] = ()
    files: tuple[PolicyFile, ...] = ()
