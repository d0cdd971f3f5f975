"""The plan: what would change, in which order, and everything that was looked at to say so."""

from dataclasses import dataclass, field

from syncer.model.change import Action, Ignored, QueueChange, Reason, Untouched
from syncer.model.environment import UNKNOWN, Organization
from syncer.model.finding import Finding, has_errors
from syncer.model.network import Headroom
from syncer.model.policy import PolicyFile
from syncer.model.rule import Rules


@dataclass(frozen=True, slots=True)
class LiveRules:
    """The managed part of one live queue, as the plan saw it."""

    queue: str
    name: str
    rules: Rules = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    ``lock`` is ``etag`` or ``compare``; ``dialect`` is ``overflow-rules``, ``genesys-cloud`` or ``mixed``;
    ``live`` holds every queue of the network (those with rules, and those that are managed); ``changes``
    stand in the order of application; ``managed_rules`` is the number of rules that live has on managed
    queues.
    """

    created_at: str
    api: str
    environment: str = ""
    lock: str = "etag"
    files: tuple[PolicyFile, ...] = ()
    live: tuple[LiveRules, ...] = ()
    changes: tuple[QueueChange, ...] = ()
    untouched: tuple[Untouched, ...] = ()
    findings: tuple[Finding, ...] = ()
    headroom: Headroom = field(default_factory=Headroom)
    managed_rules: int = 0
    paths: tuple[str, ...] = ()
    dialect: str = "overflow-rules"
    organization: Organization = UNKNOWN
    ignored: tuple[Ignored, ...] = ()

    @property
    def applicable(self) -> bool:
        """Whether it may be applied: no finding is an error."""
        return not has_errors(self.findings)

    def count(self, action: Action) -> int:
        """How many rules, marks of the owner among them, are created, updated or deleted."""
        return sum(rule.action is action for change in self.changes for rule in change.rules)

    @property
    def marks(self) -> int:
        """How many of these changes are of marks of the owner."""
        return sum(rule.is_mark for change in self.changes for rule in change.rules)

    def untouched_count(self, reason: Reason) -> int:
        """How many queues stay untouched for ``reason``."""
        return sum(queue.reason is reason for queue in self.untouched)
